import { quote } from '../../errors.js';
import {
  badField,
  type JsonField,
  listOf,
  member,
  optionalMember,
  textOf,
  wholeNumber,
  wholeNumbers,
} from '../xgboost/json-field.js';
import { numbersOf } from './catboost-splits.js';
import { CATEGORY_THRESHOLD, type ColumnBook } from './columns.js';
import { nextFloat32 } from './next-float.js';
import type { NodeList } from './node-list.js';

const MOST_CATEGORY = 2 ** 24;

interface TreeContext {
  readonly book: ColumnBook;
  readonly columns: number;
  /** whether the table is rounded to float32 before it is compared */
  readonly rounds: boolean;
}

/** What an inner node tests. */
interface Test {
  readonly feature: number;
  readonly threshold: number;
  readonly defaultLeft: boolean;
}

/** A tree of treelite as a node list with leaves of so many outputs. Throws 'model'. O(nodes outputs). */
export function readTreeliteTree(field: JsonField, outputs: number, context: TreeContext): NodeList {
  const nodesField = member(field, 'nodes');
  const list = listOf(nodesField);
  const nodes = list.length;
  const tree = {
    name: field.name,
    path: field.path,
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    feature: new Int32Array(nodes),
    threshold: new Float32Array(nodes),
    defaultLeft: new Uint8Array(nodes),
    values: Array.from({ length: outputs }, () => new Float64Array(nodes)),
    cover: new Float64Array(nodes),
    gain: new Float64Array(nodes),
  };
  const fields = list.map((value, at) => ({ value, name: `${field.name} node ${at}`, path: field.path }));
  const coverKey = coverOf(fields);
  fields.forEach((node, at) => {
    if (optionalMember(node, 'node_id') !== null) wholeNumber(member(node, 'node_id'), at, at);
    tree.cover[at] = numbersOf({ ...node, value: [member(node, coverKey).value] })[0];
    const leaf = optionalMember(node, 'leaf_value');
    if (leaf !== null) {
      const values = numbersOf({
        ...leaf,
        value: typeof leaf.value === 'number' ? [leaf.value] : leaf.value,
      });
      if (values.length !== outputs) {
        throw badField(leaf, `has ${values.length} numbers, expected ${outputs}`);
      }
      values.forEach((value, output) => {
        tree.values[output][at] = value;
      });
      return;
    }
    tree.left[at] = wholeNumber(member(node, 'left_child'), 0, nodes - 1);
    tree.right[at] = wholeNumber(member(node, 'right_child'), 0, nodes - 1);
    const test = readTest(node, context);
    tree.feature[at] = test.feature;
    tree.threshold[at] = test.threshold;
    tree.defaultLeft[at] = test.defaultLeft ? 1 : 0;
  });
  return tree;
}

/** Weighted training rows, which scikit-learn's trees have, else their number. */
function coverOf(nodes: readonly JsonField[]): string {
  for (const key of ['sum_hess', 'data_count']) {
    if (nodes.every((node) => optionalMember(node, key) !== null)) return key;
  }
  throw badField(
    nodes[0],
    'has neither sum_hess nor data_count in all nodes, without which it cannot be attributed',
    'import the model into treelite from the trained object or its own file, not from ONNX or a builder',
  );
}

function readTest(node: JsonField, { book, columns, rounds }: TreeContext): Test {
  const source = wholeNumber(member(node, 'split_feature_id'), 0, columns - 1);
  const defaultLeft = member(node, 'default_left').value === true;
  const type = textOf(member(node, 'node_type'));
  if (type === 'categorical_test_node') {
    const codes = wholeNumbers(member(node, 'category_list'), 0, MOST_CATEGORY).sort();
    const goesRight = member(node, 'category_list_right_child').value === true;
    const feature = book.category(source, codes, goesRight ? 1 : 0, 'missing');
    return { feature, threshold: CATEGORY_THRESHOLD, defaultLeft };
  }
  if (type !== 'numerical_test_node') throw badField(node, `is of type ${quote(type)}`);
  const threshold = member(node, 'threshold');
  if (typeof threshold.value !== 'number') {
    throw badField(threshold, `is ${quote(threshold.value)}, expected a number`);
  }
  const operator = textOf(member(node, 'comparison_op'));
  if (operator !== '<' && operator !== '<=') {
    throw badField(node, `compares with ${quote(operator)}`, 'only < and <= are read');
  }
  if (operator === '<') {
    return { feature: book.number(source), threshold: roundedUp(threshold.value), defaultLeft };
  }
  // scikit-learn's forests round their table to float32 themselves
  const feature = rounds ? book.number(source) : book.atMost(source, 'missing', threshold.value);
  return { feature, threshold: nextFloat32(threshold.value), defaultLeft };
}

/** The smallest float32 that is not below a number: for float32 x, x < t iff x < roundedUp(t). */
function roundedUp(value: number): number {
  return Math.fround(value) === value ? value : nextFloat32(value);
}
