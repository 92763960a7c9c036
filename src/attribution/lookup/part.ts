import type { Tree } from '../../ensemble/tree.js';
import { firstAlike } from '../alike.js';
import type { Cuts } from '../cuts.js';
import type { LookupCounts, LookupTree } from '../lookup-types.js';
import type { TreePlan } from '../plan-types.js';
import type { Players } from '../players.js';
import { codeTrees } from './coded-trees.js';
import { countUnits } from './counts.js';
import { coverTree } from './cover.js';
import type { CoveredTree } from './groups.js';
import { lookupTree, tableMemoryOf, valuesOf } from './lookup-tree.js';
import type { CodeGroup } from './outline.js';

/** Bytes of tables that all parts of an ensemble may have together, and how many each has that is known: whoever is last sees. */
export interface TableBudget {
  readonly most: number;
  /** [part] in memory that threads share */
  readonly used: BigInt64Array;
}

/** Consecutive trees of an ensemble to be planned as look-ups, whoever plans the others. */
export interface PartInput {
  /** the number of the first one */
  readonly first: number;
  readonly plans: readonly TreePlan[];
  readonly players: Players;
  /** [column] 1 where values may be missing */
  readonly missing: Uint8Array;
  /** of the whole ensemble */
  readonly cuts: Cuts;
  readonly groups: readonly CodeGroup[];
  readonly mostStates: number;
  readonly budget: TableBudget;
  /** the part's place in the budget */
  readonly part: number;
}

/** Trees as look-ups, in their order. */
export interface PlannedPart {
  readonly trees: readonly LookupTree[];
  readonly counts: LookupCounts;
}

/** An empty budget of so many parts. */
export function tableBudget(most: number, parts: number): TableBudget {
  return { most, used: new BigInt64Array(new SharedArrayBuffer(8 * parts)) };
}

/** Whether the tables of all parts that are known so far fit; a part that is planned again counts once. */
function fits({ most, used }: TableBudget, part: number, bytes: number): boolean {
  Atomics.store(used, part, BigInt(bytes));
  let all = 0;
  for (let at = 0; at < used.length; at++) all += Number(Atomics.load(used, at));
  return all <= most;
}

/** Trees [from, to) in parts of about `size` each, a round of vector leaves in one: its trees are planned in one go. */
export function divideTrees(trees: readonly Tree[], size: number): { from: number; to: number }[] {
  const alike = firstAlike(trees);
  const parts: { from: number; to: number }[] = [];
  for (let from = 0, to = 0; from < trees.length; from = to) {
    to = Math.min(from + size, trees.length);
    while (to < trees.length && alike[to] < to) to++;
    parts.push({ from, to });
  }
  return parts;
}

/** Plans the trees with units of `mostStates`; null where the tables of all parts are too large, which the last part sees. */
export function planPart(input: PartInput): PlannedPart | null {
  const { first, plans, players, missing, cuts, groups, mostStates } = input;
  const alike = firstAlike(plans.map(({ tree }) => tree));
  const covered: CoveredTree[] = [];
  codeTrees(plans, players, cuts, missing).forEach((tree, at) => {
    const cover = alike[at] < at ? covered[alike[at]].cover : coverTree({ ...tree, mostStates });
    covered.push({ ...tree, cover });
  });
  const count = players.names.length;
  const sizes = covered.map(({ cover }) => valuesOf(cover, count));
  const values = sizes.reduce((sum, size) => sum + size, 0);
  if (!fits(input.budget, input.part, 4 * values)) return null;
  const memory = tableMemoryOf(covered, count);
  const all = new SharedArrayBuffer(4 * values);
  let from = 0;
  const trees: LookupTree[] = [];
  covered.forEach((tree, at) => {
    const group = groups.find(({ to }) => first + at < to)!;
    const layout = {
      columns: missing.length,
      placeOf: (column: number, cut: number) => group.places[cuts.start[column] + cut - 1],
    };
    const tables = new Float32Array(all, from, sizes[at]);
    from += tables.byteLength;
    trees.push(lookupTree(tree, layout, tables, { players: count, memory, like: trees[alike[at]] }));
  });
  return { trees, counts: countUnits(covered) };
}
