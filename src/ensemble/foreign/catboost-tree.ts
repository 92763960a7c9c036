import { badField, type JsonField, listOf, member, optionalMember } from '../xgboost/json-field.js';
import { type CatboostSplit, numbersOf, type SplitReader } from './catboost-splits.js';
import type { NodeList } from './node-list.js';

/** Deepest symmetric tree: CatBoost's own limit. */
const MOST_SPLITS = 16;

/**
 * A symmetric tree, whose levels test one split each: bit i of a leaf's number says whether split i is met. The last split
 * is the root's, as in CatBoost's own attributions, so that leaves stand in the order of their numbers. Throws 'model'. O(leaves outputs).
 */
export function obliviousTree(field: JsonField, outputs: number, read: SplitReader): NodeList {
  const splitList = optionalMember(field, 'splits');
  const list = splitList === null || splitList.value === null ? [] : listOf(splitList);
  const splits = list.map((value, at) =>
    read({ value, name: `${field.name}.splits[${at}]`, path: field.path }),
  );
  const leafValues = numbersOf(member(field, 'leaf_values'));
  const weights = numbersOf(weightsOf(field, 'leaf_weights'));
  const leaves = 2 ** Math.min(splits.length, MOST_SPLITS + 1);
  if (splits.length > MOST_SPLITS || weights.length !== leaves || leafValues.length !== leaves * outputs) {
    throw badField(
      field,
      `has ${splits.length} splits with ${weights.length} leaf_weights and ${leafValues.length} leaf_values, ` +
        `expected 2^splits and ${outputs} times as many`,
    );
  }
  const inner = leaves - 1;
  const nodes = inner + leaves;
  const cover = new Float64Array(nodes);
  for (let node = nodes - 1; node >= 0; node--) {
    cover[node] = node >= inner ? weights[node - inner] : cover[2 * node + 1] + cover[2 * node + 2];
  }
  const test = (node: number) => splits[splits.length - 1 - Math.floor(Math.log2(node + 1))];
  const children = (side: number) =>
    Int32Array.from({ length: nodes }, (_, node) => (node < inner ? 2 * node + side : -1));
  return {
    name: field.name,
    path: field.path,
    left: children(1),
    right: children(2),
    ...testsOf(Array.from({ length: nodes }, (_, node) => (node < inner ? test(node) : null))),
    values: Array.from({ length: outputs }, (_, output) =>
      Float64Array.from({ length: nodes }, (__, node) =>
        node < inner ? 0 : leafValues[(node - inner) * outputs + output],
      ),
    ),
    cover,
    gain: new Float64Array(nodes),
  };
}

/** A tree of nested splits, walked without recursion. Throws 'model'. O(nodes outputs). */
export function nestedTree(root: JsonField, outputs: number, read: SplitReader): NodeList {
  const fields: JsonField[] = [root];
  const left: number[] = [];
  const right: number[] = [];
  const splits: (CatboostSplit | null)[] = [];
  const leaves: (Float64Array | null)[] = [];
  const weights: number[] = [];
  for (let node = 0; node < fields.length; node++) {
    const field = fields[node];
    const split = optionalMember(field, 'split');
    splits.push(split === null ? null : read(split));
    leaves.push(split === null ? leafOf(field, outputs) : null);
    weights.push(split === null ? numbersOf({ ...field, value: [weightsOf(field, 'weight').value] })[0] : 0);
    left.push(split === null ? -1 : fields.length);
    right.push(split === null ? -1 : fields.length + 1);
    if (split === null) continue;
    for (const side of ['left', 'right']) {
      // names of deep nodes would grow with the depth
      fields.push({ ...member(field, side), name: `${root.name} node ${fields.length}` });
    }
  }
  const cover = Float64Array.from(weights);
  for (let node = fields.length - 1; node >= 0; node--) {
    if (left[node] >= 0) cover[node] = cover[left[node]] + cover[right[node]];
  }
  return {
    name: root.name,
    path: root.path,
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    ...testsOf(splits),
    values: Array.from({ length: outputs }, (_, output) =>
      Float64Array.from(leaves, (values) => (values === null ? 0 : values[output])),
    ),
    cover,
    gain: new Float64Array(fields.length),
  };
}

function leafOf(field: JsonField, outputs: number): Float64Array {
  const { value } = member(field, 'value');
  const numbers = numbersOf({ ...field, value: Array.isArray(value) ? value : [value] });
  if (numbers.length === outputs) return numbers;
  throw badField(field, `has a leaf of ${numbers.length} numbers, expected ${outputs}`);
}

/** What training rows weigh in leaves, which attribution needs. */
function weightsOf(field: JsonField, key: string): JsonField {
  const weights = optionalMember(field, key);
  if (weights !== null) return weights;
  throw badField(
    field,
    `has no ${key}, without which it cannot be attributed`,
    'save the model that was trained',
  );
}

function testsOf(splits: readonly (CatboostSplit | null)[]) {
  return {
    feature: Int32Array.from(splits, (split) => split?.feature ?? 0),
    threshold: Float32Array.from(splits, (split) => split?.threshold ?? 0),
    defaultLeft: Uint8Array.from(splits, (split) => split?.defaultLeft ?? 0),
  };
}
