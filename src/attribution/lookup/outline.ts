import type { Tree } from '../../ensemble/tree.js';
import { type Cuts, cutCode } from '../cuts.js';
import { MOST_CUTS } from './unit.js';

/** Consecutive trees whose cuts fit into byte codes together. Plain data. */
export interface CodeGroup {
  /** trees [from, to) of the ensemble */
  readonly from: number;
  readonly to: number;
  /** the cuts that they compare with */
  readonly cuts: Cuts;
  /** [cut of the whole ensemble] its place among its column's in the group; -1 where no tree of it has it */
  readonly places: Int32Array;
}

/** A group while trees join it. */
interface OpenGroup {
  readonly from: number;
  /** [cut] */
  readonly has: Uint8Array;
  /** [column] how many of its cuts the group has */
  readonly counts: Int32Array;
}

/**
 * Groups an ensemble's trees, in their order, by the cuts they compare with: as many trees as have at most MOST_CUTS of any
 * column. Null where one tree alone has more, which must be divided. O(nodes log cuts + groups x cuts).
 */
export function groupTrees(trees: readonly Tree[], cuts: Cuts): CodeGroup[] | null {
  const open = (from: number): OpenGroup => ({
    from,
    has: new Uint8Array(cuts.values.length),
    counts: new Int32Array(cuts.start.length - 1),
  });
  const groups: OpenGroup[] = [open(0)];
  for (const [at, tree] of trees.entries()) {
    if (joins(groups[groups.length - 1], tree, cuts)) continue;
    groups.push(open(at));
    if (!joins(groups[groups.length - 1], tree, cuts)) return null;
  }
  return groups.map((group, at) => layOut(group, groups[at + 1]?.from ?? trees.length, cuts));
}

/** Adds a tree to the group if its cuts fit. A group that they do not fit has some of them and is done with. */
function joins(group: OpenGroup, tree: Tree, cuts: Cuts): boolean {
  const added: number[] = [];
  const { has, counts } = group;
  for (let node = 0; node < tree.left.length; node++) {
    if (tree.left[node] < 0) continue;
    const column = tree.feature[node];
    const cut = cuts.start[column] + cutCode(cuts, column, tree.threshold[node]) - 1;
    if (has[cut] === 1) continue;
    has[cut] = 1;
    added.push(cut);
    if (++counts[column] <= MOST_CUTS) continue;
    for (const one of added) has[one] = 0;
    return false;
  }
  return true;
}

function layOut({ from, has }: OpenGroup, to: number, cuts: Cuts): CodeGroup {
  const columns = cuts.start.length - 1;
  const places = new Int32Array(has.length).fill(-1);
  const start = new Int32Array(columns + 1);
  const values: number[] = [];
  for (let column = 0; column < columns; column++) {
    for (let cut = cuts.start[column]; cut < cuts.start[column + 1]; cut++) {
      if (has[cut] === 0) continue;
      places[cut] = values.length - start[column];
      values.push(cuts.values[cut]);
    }
    start[column + 1] = values.length;
  }
  return { from, to, cuts: { start, values: Float32Array.from(values) }, places };
}
