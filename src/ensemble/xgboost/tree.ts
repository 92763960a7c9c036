import type { Tree } from '../tree.js';
import {
  badField,
  floats,
  type JsonField,
  listOf,
  member,
  optionalMember,
  wholeNumber,
  wholeNumbers,
} from './json-field.js';
import { readSets } from './sets.js';

const MOST = 2_147_483_647;

/** A tree's arrays as the file has them, all of one length. In a leaf `condition` is its value. */
interface RawTree {
  readonly field: JsonField;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** the number of a leaf that is a vector */
  readonly leaf: Int32Array;
  readonly feature: Int32Array;
  readonly condition: Float32Array;
  readonly defaultLeft: Int32Array;
  readonly cover: Float32Array;
  readonly gain: Float32Array;
}

/** One tree of an XGBoost model of any kind. */
export interface XgboostTree {
  /** thresholds of nodes that test categories, and values where leaves are vectors, mean nothing */
  readonly tree: Tree;
  /** node to the ascending categories that go right there, for nodes that test categories */
  readonly sets: ReadonlyMap<number, Int32Array>;
  /** [output] [node] values of leaves, where they are vectors, else null */
  readonly vectors: readonly Float32Array[] | null;
}

/**
 * One tree of an XGBoost model, proven to be a tree: every node is reached once from the root, and every number is in
 * range. Nodes come out parents first. Throws 'model' naming the first fault. O(nodes), without recursion.
 */
export function readXgboostTree(field: JsonField, features: number): Tree {
  refuseOtherKinds(field);
  return readAnyTree(field, features).tree;
}

/** As readXgboostTree, of trees that test categories or have vectors for leaves too. */
export function readAnyTree(field: JsonField, features: number): XgboostTree {
  const outputs = leafSize(field);
  const raw = readArrays(field, outputs > 1);
  const order = reachable(raw);
  checkParents(raw, order);
  const bySource = readSets(field, raw.left.length);
  checkNodes(raw, order, features, bySource);
  const sets = new Map<number, Int32Array>();
  order.forEach((node, at) => {
    const set = bySource.get(node);
    if (set !== undefined && raw.left[node] >= 0) sets.set(at, set);
  });
  const vectors = outputs > 1 ? readVectors(raw, order, outputs) : null;
  return { tree: inOrder(raw, order), sets, vectors };
}

/** Numbers in a leaf. */
function leafSize(field: JsonField): number {
  const parameters = optionalMember(field, 'tree_param');
  const size = parameters && optionalMember(parameters, 'size_leaf_vector');
  return size ? wholeNumber(size, 0, MOST) : 1;
}

/** [output][node] values of leaves, from the rows of leaf_weights that their right children number. */
function readVectors(raw: RawTree, order: Int32Array, outputs: number): Float32Array[] {
  const field = optionalMember(raw.field, 'leaf_weights');
  if (field === null) {
    throw badField(
      raw.field,
      'has vector leaves without leaf_weights',
      'save it with XGBoost 3.4 or newer, or train with multi_strategy="one_output_per_tree"',
    );
  }
  const weights = floats(field);
  const leaves = Math.floor(weights.length / outputs);
  if (leaves * outputs !== weights.length || leaves === 0) {
    throw badField(field, `has ${weights.length} numbers, expected ${outputs} a leaf`);
  }
  const rows = order.map((node) => (raw.left[node] < 0 ? raw.leaf[node] : -1));
  rows.forEach((row, at) => {
    if (row >= leaves) throw badNode(raw, order[at], `is leaf ${row}, leaf_weights has ${leaves}`);
  });
  return Array.from({ length: outputs }, (_, output) =>
    Float32Array.from(rows, (row) => (row < 0 ? 0 : finite(raw, weights[row * outputs + output]))),
  );
}

function finite(raw: RawTree, value: number): number {
  if (Number.isFinite(value)) return value;
  throw badField(raw.field, `has the value ${value} in leaf_weights, expected a finite number`);
}

function refuseOtherKinds(field: JsonField): void {
  if (leafSize(field) > 1) {
    throw badField(field, 'has vector leaves', 'train with multi_strategy="one_output_per_tree"');
  }
  const types = optionalMember(field, 'split_type');
  const categories = optionalMember(field, 'categories_nodes');
  const isCategorical = types !== null && listOf(types).some((type) => type !== 0);
  if (isCategorical || (categories !== null && listOf(categories).length > 0)) {
    throw badField(field, 'has categorical splits', 'train on numeric columns only');
  }
}

function readArrays(field: JsonField, hasVectors: boolean): RawTree {
  const conditions = member(field, 'split_conditions');
  const nodes = listOf(conditions).length;
  if (nodes === 0) throw badField(field, 'has no nodes');
  const parameters = optionalMember(field, 'tree_param');
  const declared = parameters && optionalMember(parameters, 'num_nodes');
  if (declared && wholeNumber(declared, 0, MOST) !== nodes) {
    throw badField(declared, `is ${declared.value}, but split_conditions has ${nodes} nodes`);
  }
  const sized = (key: string) => {
    const array = member(field, key);
    const { length } = listOf(array);
    if (length !== nodes) throw badField(array, `has ${length} nodes, split_conditions has ${nodes}`);
    return array;
  };
  const left = wholeNumbers(sized('left_children'), -1, nodes - 1);
  const right = wholeNumbers(sized('right_children'), -1, nodes - 1);
  return {
    field,
    left,
    // of a leaf that is a vector it is the leaf's number
    right: hasVectors ? right.map((child, node) => (left[node] < 0 ? -1 : child)) : right,
    leaf: right,
    feature: wholeNumbers(sized('split_indices'), 0, MOST),
    condition: floats(conditions),
    defaultLeft: wholeNumbers(sized('default_left'), 0, 1),
    cover: floats(sized('sum_hessian')),
    gain: optionalMember(field, 'loss_changes') ? floats(sized('loss_changes')) : new Float32Array(nodes),
  };
}

/** Nodes that can be reached from the root, in their own order if that puts parents first, else level by level. */
function reachable(raw: RawTree): Int32Array {
  const { left, right } = raw;
  const seen = new Uint8Array(left.length);
  const order = new Int32Array(left.length);
  seen[0] = 1;
  let found = 1;
  let sorted = true;
  for (let at = 0; at < found; at++) {
    const node = order[at];
    if (left[node] < 0 !== right[node] < 0) throw badNode(raw, node, 'has one child, expected none or two');
    if (left[node] < 0) continue;
    for (const child of [left[node], right[node]]) {
      if (seen[child] === 1) throw badNode(raw, child, 'is reached twice, by a cycle or from two parents');
      seen[child] = 1;
      sorted &&= child > node;
      order[found++] = child;
    }
  }
  for (let node = 0; node < seen.length; node++) {
    if (seen[node] === 0 && !isDeleted(raw, node))
      throw badNode(raw, node, 'cannot be reached from the root');
  }
  const reached = order.subarray(0, found);
  return sorted ? reached.sort() : reached;
}

/** XGBoost keeps pruned nodes in place, marked by an impossible column. */
function isDeleted(raw: RawTree, node: number): boolean {
  return raw.feature[node] === MOST && raw.left[node] < 0 && raw.right[node] < 0;
}

function checkParents(raw: RawTree, order: Int32Array): void {
  const field = optionalMember(raw.field, 'parents');
  if (field === null) return;
  const parents = wholeNumbers(field, -1, MOST);
  if (parents.length !== raw.left.length) {
    throw badField(field, `has ${parents.length} nodes, split_conditions has ${raw.left.length}`);
  }
  for (const node of order) {
    if (raw.left[node] < 0) continue;
    for (const child of [raw.left[node], raw.right[node]]) {
      if (parents[child] !== node)
        throw badNode(raw, child, `has parent ${parents[child]}, but is a child of ${node}`);
    }
  }
}

function checkNodes(
  raw: RawTree,
  order: Int32Array,
  features: number,
  sets: ReadonlyMap<number, Int32Array>,
): void {
  for (const node of order) {
    const isLeaf = raw.left[node] < 0;
    const condition = raw.condition[node];
    if (!Number.isFinite(condition) && !sets.has(node)) {
      throw badNode(
        raw,
        node,
        `has the ${isLeaf ? 'value' : 'threshold'} ${condition}, expected a finite number`,
      );
    }
    if (!isLeaf && raw.feature[node] >= features) {
      throw badNode(
        raw,
        node,
        `tests column ${raw.feature[node]}, the model has columns 0 to ${features - 1}`,
      );
    }
    if (!(raw.cover[node] >= 0 && raw.cover[node] < Number.POSITIVE_INFINITY)) {
      throw badNode(raw, node, `has the cover ${raw.cover[node]}, expected a finite number of at least 0`);
    }
  }
}

/** The nodes in the given order, with their children renamed. A gain that is no number counts as 0. */
function inOrder(raw: RawTree, order: Int32Array): Tree {
  const renamed = new Int32Array(raw.left.length);
  order.forEach((node, at) => {
    renamed[node] = at;
  });
  const nodes = order.length;
  const tree = {
    left: new Int32Array(nodes).fill(-1),
    right: new Int32Array(nodes).fill(-1),
    feature: new Int32Array(nodes),
    threshold: new Float32Array(nodes),
    defaultLeft: new Uint8Array(nodes),
    value: new Float32Array(nodes),
    cover: new Float32Array(nodes),
    gain: new Float32Array(nodes),
  };
  for (let at = 0; at < nodes; at++) {
    const node = order[at];
    tree.cover[at] = raw.cover[node];
    if (raw.left[node] < 0) {
      tree.value[at] = raw.condition[node];
      continue;
    }
    tree.left[at] = renamed[raw.left[node]];
    tree.right[at] = renamed[raw.right[node]];
    tree.feature[at] = raw.feature[node];
    tree.threshold[at] = raw.condition[node] || 0;
    tree.defaultLeft[at] = raw.defaultLeft[node];
    tree.gain[at] = raw.gain[node] || 0;
  }
  return tree;
}

function badNode(raw: RawTree, node: number, problem: string): Error {
  return badField({ ...raw.field, name: `${raw.field.name} node ${node}` }, problem);
}
