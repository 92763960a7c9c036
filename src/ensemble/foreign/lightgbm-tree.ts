import { EsciSelectError } from '../../errors.js';
import { CATEGORY_THRESHOLD, type ColumnBook, type NumberMissing } from './columns.js';
import { badLine, numbersOfKey, type TextBlock, wholeOfKey } from './lightgbm-text.js';
import { nextFloat32 } from './next-float.js';
import type { NodeList } from './node-list.js';

const MOST = 2_147_483_647;
const MOST_WORD = 2 ** 32 - 1;
/** Bits of decision_type: whether a set of categories is tested, whether missing goes left, and above them what is missing. */
const CATEGORICAL = 1;
const DEFAULT_LEFT = 2;
const MISSING: readonly NumberMissing[] = ['zero', 'zero-too', 'missing'];

/** What a tree is read into. */
export interface TreeContext {
  readonly name: string;
  readonly path: string | undefined;
  readonly book: ColumnBook;
  readonly columns: number;
}

/** A tree block as a node list: split s is node s, leaf l is node splits + l. Throws 'model' with the line. O(nodes). */
export function readLightgbmTree(block: TextBlock, context: TreeContext): NodeList {
  const { name, path } = context;
  refuseLinear(block, context);
  const leaves = wholeOfKey(block, 'num_leaves', [1, MOST], path);
  const splits = leaves - 1;
  const leafValue = numbersOfKey(block, 'leaf_value', { count: leaves }, path);
  const numbers = (key: string, bounds?: readonly [number, number]) =>
    numbersOfKey(block, key, { count: splits, whole: bounds !== undefined, bounds }, path);
  const child = (key: string) =>
    Int32Array.from(numbers(key, [-leaves, splits - 1]), (place) =>
      place >= 0 ? place : splits + -place - 1,
    );
  const inner = { left: child('left_child'), right: child('right_child') };
  const tests = readTests(block, context, splits);
  const nodes = splits + leaves;
  const fill = (values: Float64Array) => {
    const all = new Float64Array(nodes);
    all.set(values);
    return all;
  };
  const values = new Float64Array(nodes);
  leafValue.forEach((value, leaf) => {
    values[splits + leaf] = value;
  });
  // where a tree is one leaf, older versions leave its count out, and nothing depends on it
  const cover = new Float64Array(nodes).fill(1);
  if (splits > 0) {
    cover.set(counts(block, 'internal_count', splits, context));
    cover.set(counts(block, 'leaf_count', leaves, context), splits);
  }
  const padded = (children: Int32Array) =>
    Int32Array.from({ length: nodes }, (_, node) => (node < splits ? children[node] : -1));
  return {
    name,
    path,
    left: padded(inner.left),
    right: padded(inner.right),
    feature: padded(tests.feature),
    threshold: Float32Array.from({ length: nodes }, (_, node) => tests.threshold[node] ?? 0),
    defaultLeft: Uint8Array.from({ length: nodes }, (_, node) => tests.defaultLeft[node] ?? 0),
    values: [values],
    cover,
    gain: fill(block.values.has('split_gain') ? numbers('split_gain') : new Float64Array(splits)),
  };
}

function refuseLinear(block: TextBlock, { name, path }: TreeContext): void {
  const linear = block.values.get('is_linear');
  if (linear === undefined || linear.text.trim() === '0') return;
  throw badLine(
    `${name} has linear models in its leaves (linear_tree), which have no exact Shapley values here`,
    linear.line,
    path,
    'train with linear_tree=false',
  );
}

/** Covers of LightGBM's own contributions: training rows, of every node. */
function counts(block: TextBlock, key: string, count: number, { name, path }: TreeContext): Float64Array {
  if (block.values.has(key))
    return numbersOfKey(block, key, { count, whole: true, bounds: [0, 2 ** 53] }, path);
  throw new EsciSelectError('model', `${name} has no ${key}, without which it cannot be attributed`, {
    path,
    line: block.line,
    hint: 'save the model with booster.save_model("model.txt") of LightGBM 2.3 or newer',
  });
}

function readTests(block: TextBlock, { path, book, columns }: TreeContext, splits: number) {
  const numbers = (key: string, bounds?: readonly [number, number]) =>
    numbersOfKey(block, key, { count: splits, whole: bounds !== undefined, bounds }, path);
  const source = numbers('split_feature', [0, columns - 1]);
  const raw = numbersOfKey(block, 'threshold', { count: splits, infinite: true }, path);
  const decision = numbers('decision_type', [0, 11]);
  const sets = readBitsets(block, path);
  const feature = new Int32Array(splits);
  const threshold = new Float32Array(splits);
  for (let split = 0; split < splits; split++) {
    if ((decision[split] & CATEGORICAL) === 0) {
      feature[split] = book.atMost(source[split], MISSING[decision[split] >> 2], raw[split]);
      threshold[split] = nextFloat32(raw[split]);
      continue;
    }
    const set = sets[raw[split]];
    if (set === undefined) {
      const { line } = block.values.get('threshold')!;
      throw badLine(`threshold has set ${raw[split]} of categories, num_cat says ${sets.length}`, line, path);
    }
    // the set goes left, everything else right, missing values among it
    feature[split] = book.category(source[split], set, 0, 1);
    threshold[split] = CATEGORY_THRESHOLD;
  }
  return { feature, threshold, defaultLeft: decision.map((bits) => (bits & DEFAULT_LEFT) >> 1) };
}

/** [set] the ascending categories of every bitset. */
function readBitsets(block: TextBlock, path: string | undefined): Int32Array[] {
  const sets = block.values.has('num_cat') ? wholeOfKey(block, 'num_cat', [0, MOST], path) : 0;
  if (sets === 0) return [];
  const text = block.values.get('cat_threshold')?.text ?? '';
  const words = text.split(' ').filter((word) => word !== '').length;
  const bits = numbersOfKey(
    block,
    'cat_threshold',
    { count: words, whole: true, bounds: [0, MOST_WORD] },
    path,
  );
  const bounds = numbersOfKey(
    block,
    'cat_boundaries',
    { count: sets + 1, whole: true, bounds: [0, words] },
    path,
  );
  return Array.from({ length: sets }, (_, set) => {
    const [from, to] = [bounds[set], bounds[set + 1]];
    if (from > to) {
      throw badLine('cat_boundaries does not ascend', block.values.get('cat_boundaries')!.line, path);
    }
    const categories: number[] = [];
    for (let word = from; word < to; word++) {
      for (let bit = 0; bit < 32; bit++) {
        if ((bits[word] >>> bit) & 1) categories.push(32 * (word - from) + bit);
      }
    }
    return Int32Array.from(categories);
  });
}
