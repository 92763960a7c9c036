import type { Tree } from '../ensemble/tree.js';
import { type Cuts, cutCode } from './cuts.js';
import { type Cover, coverTree } from './lookup-cover.js';
import { entryTables, pathsTo } from './plan-entries.js';
import { METHOD, type PlanOptions, STATE_BITS, type TreePlan } from './plan-types.js';

/** Units of at most 1,024 states: larger tables are filled too rarely twice to pay, see the attribution benchmark. */
const TABLE_BITS = 10;
/** What a tree is planned for. */
export interface TreeContext {
  readonly class: number;
  /** [column] player */
  readonly playerOf: Int32Array;
  readonly cuts: Cuts;
  readonly options: PlanOptions;
  /** what look-ups need to know, or null for none */
  readonly lookup: { readonly missing: Uint8Array; readonly mostStates: number } | null;
}

/** Plans one tree. O(nodes * players on a path). The tree must be valid (checked by planAttribution). */
export function planTree(tree: Tree, context: TreeContext): { plan: TreePlan; cover: Cover | null } {
  const { left, right } = tree;
  const nodes = left.length;
  const parent = new Int32Array(nodes).fill(-1);
  const inner = new Int32Array(nodes);
  const cut = new Int32Array(nodes);
  for (let node = nodes - 1; node >= 0; node--) {
    if (left[node] < 0) continue;
    parent[left[node]] = node;
    parent[right[node]] = node;
    inner[node] = 1 + inner[left[node]] + inner[right[node]];
    // the codes of values below threshold k are 0 .. k, and threshold k itself has code k + 1
    cut[node] = cutCode(context.cuts, tree.feature[node], tree.threshold[node]);
  }
  const paths = pathsTo(tree, context.playerOf);
  const { pathPlayers } = paths;
  const { playerOf, lookup } = context;
  const cover =
    lookup === null ? null : coverTree({ tree, parent, inner, pathPlayers, cut, playerOf, ...lookup });
  const method =
    cover === null
      ? chooseMethods(tree, { inner, pathPlayers }, context.options)
      : new Uint8Array(nodes).fill(METHOD.lookup);
  const plan: TreePlan = {
    class: context.class,
    left,
    right,
    parent,
    column: tree.feature,
    cut,
    missingLeft: tree.defaultLeft,
    value: Float64Array.from(tree.value, (value, node) => (left[node] < 0 ? value : 0)),
    inner,
    pathPlayers: paths.pathPlayers,
    slot: paths.slot,
    ...preorderOf(tree, inner),
    method,
    ...entryTables(tree, paths, method, context.playerOf),
    ...layTables(inner, paths.pathPlayers, method),
  };
  return { plan, cover };
}

/** Inner nodes in preorder. Parents come before their children, so one pass down the arrays numbers them. */
function preorderOf(tree: Tree, inner: Int32Array): Pick<TreePlan, 'preorder' | 'rank'> {
  const rank = new Int32Array(inner.length);
  const preorder = new Int32Array(inner[0]);
  for (let node = 0; node < inner.length; node++) {
    if (inner[node] === 0) continue;
    preorder[rank[node]] = node;
    rank[tree.left[node]] = rank[node] + 1;
    rank[tree.right[node]] = rank[node] + 1 + inner[tree.left[node]];
  }
  return { preorder, rank };
}

/** What methods are chosen by. */
interface Sizes {
  readonly inner: Int32Array;
  readonly pathPlayers: Int32Array;
}

/** The largest subtrees with few enough states become units; see METHOD. Parents come before their children. */
function chooseMethods(tree: Tree, sizes: Sizes, options: PlanOptions): Uint8Array {
  const { inner, pathPlayers } = sizes;
  const tableBits = Math.min(options.tableBits ?? TABLE_BITS, STATE_BITS - 6);
  const sparseBits = Math.min(options.sparseBits ?? STATE_BITS, STATE_BITS);
  const method = new Uint8Array(inner.length);
  const choose = (node: number): number => {
    const bits = pathPlayers[node] + inner[node];
    if (bits <= tableBits) return METHOD.table;
    if (inner[node] > 0) return pathPlayers[node] <= sparseBits ? METHOD.split : METHOD.direct;
    return pathPlayers[node] <= sparseBits ? METHOD.sparse : METHOD.direct;
  };
  method[0] = choose(0);
  for (let node = 0; node < inner.length; node++) {
    for (const child of [tree.left[node], tree.right[node]]) {
      if (child < 0) continue;
      if (method[node] === METHOD.split) method[child] = choose(child);
      else if (method[node] === METHOD.table) method[child] = METHOD.part;
      else method[child] = method[node];
    }
  }
  return method;
}

/** One dense table of 2^(path players + inner nodes) states for every node of every unit. */
function layTables(
  inner: Int32Array,
  pathPlayers: Int32Array,
  method: Uint8Array,
): Pick<TreePlan, 'tableStart' | 'tableStates'> {
  const tableStart = new Int32Array(inner.length);
  let tableStates = 0;
  for (let node = 0; node < inner.length; node++) {
    if (method[node] !== METHOD.table && method[node] !== METHOD.part) continue;
    tableStart[node] = tableStates;
    tableStates += 2 ** (pathPlayers[node] + inner[node]);
  }
  return { tableStart, tableStates };
}
