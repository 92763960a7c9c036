import type { TreeEnsemble } from '../../ensemble/tree.js';
import { type Cuts, collectCuts } from '../cuts.js';
import type { LookupGroup, LookupPlan } from '../lookup-types.js';
import type { PlanOptions, TreePlan } from '../plan-types.js';
import type { Players } from '../players.js';
import { codeTrees } from './coded-trees.js';
import { addCounts, countUnits } from './counts.js';
import { coverTree } from './cover.js';
import { type CoveredTree, groupByCuts } from './groups.js';
import { lookupTree, tableMemoryOf, valuesOf } from './lookup-tree.js';
import { type CodeGroup, groupTrees } from './outline.js';
import { divideTrees, type PlannedPart, planPart, tableBudget } from './part.js';
import { CODE_STRIDE } from './program.js';
import { MOST_STATES } from './unit.js';

/** Most bytes of look-up tables in all, unless told. */
const LOOKUP_BYTES = 2 ** 29;
/** Most bytes of a block's codes. */
const MOST_CODE_BYTES = 2 ** 31;
/** Trees that are described before their tables are built: few, since what describes them is then garbage. */
const TREES_AT_ONCE = 16;
/** Smaller units than this are not tried to keep to the budget: they save little. */
const LEAST_STATES = 16;

/** What the look-ups of an ensemble are planned from. */
export interface LookupInput {
  readonly ensemble: TreeEnsemble;
  readonly plans: readonly TreePlan[];
  readonly players: Players;
}

/** What is known of the look-ups before any tree is planned. */
export interface LookupOutline {
  readonly missing: Uint8Array;
  readonly mostSum: number;
  readonly lookupBytes: number;
  /** states of a unit, the most first: fewer are tried where tables are too large */
  readonly statesToTry: readonly number[];
  readonly cuts: Cuts;
  /** null where a tree has too many cuts for one group, so that it must be divided */
  readonly groups: readonly CodeGroup[] | null;
}

/** Null where there is nothing to look up, or too many columns. O(nodes log nodes). */
export function outlineLookups(ensemble: TreeEnsemble, options: PlanOptions): LookupOutline | null {
  const {
    lookupBytes = LOOKUP_BYTES,
    lookupStates = MOST_STATES,
    mostSum = Number.POSITIVE_INFINITY,
  } = options;
  const columns = ensemble.featureNames.length;
  // the kernels' memory has 4 GiB of addresses
  if (ensemble.trees.length === 0 || 2 * columns * CODE_STRIDE > MOST_CODE_BYTES) return null;
  const missing = options.missing ?? new Uint8Array(columns).fill(1);
  const cuts = collectCuts(ensemble);
  // places in tables of three registers a state are 16 bits
  const most = Math.min(lookupStates, MOST_STATES);
  const least = Math.max(1, Math.min(most, LEAST_STATES));
  const statesToTry: number[] = [];
  for (let states = most; states >= least; states /= 2) statesToTry.push(states);
  return { missing, mostSum, lookupBytes, statesToTry, cuts, groups: groupTrees(ensemble.trees, cuts) };
}

/**
 * Plans all trees as look-ups, with the largest units whose tables fit the budget (smaller units have fewer states in
 * all), or null if there is nothing to look up or no tables fit. O(states * leaves of a unit).
 */
export function planLookups(input: LookupInput, options: PlanOptions): LookupPlan | null {
  const outline = outlineLookups(input.ensemble, options);
  if (outline === null) return null;
  const { groups, missing, cuts } = outline;
  if (groups === null) return planDivided(input, outline);
  const ranges = divideTrees(input.ensemble.trees, TREES_AT_ONCE);
  for (const mostStates of outline.statesToTry) {
    const budget = tableBudget(outline.lookupBytes, ranges.length);
    const given = { missing, cuts, groups, players: input.players, mostStates, budget };
    const parts: PlannedPart[] = [];
    for (const [part, { from, to }] of ranges.entries()) {
      const planned = planPart({ ...given, first: from, plans: input.plans.slice(from, to), part });
      if (planned === null) break;
      parts.push(planned);
    }
    if (parts.length === ranges.length) return joinParts(outline, groups, mostStates, parts);
  }
  return null;
}

/** The plan of all trees from parts in their order. */
export function joinParts(
  { missing, mostSum }: LookupOutline,
  groups: readonly CodeGroup[],
  mostStates: number,
  parts: readonly PlannedPart[],
): LookupPlan {
  const trees = parts.flatMap((part) => part.trees);
  return {
    mostStates,
    missing,
    mostSum,
    groups: groups.map(({ cuts, from, to }) => ({ cuts, trees: trees.slice(from, to) })),
    counts: addCounts(parts.map(({ counts }) => counts)),
  };
}

/** The same where some tree's cuts do not fit into byte codes, so that its units are divided among groups. */
function planDivided(input: LookupInput, outline: LookupOutline): LookupPlan | null {
  const { plans, players } = input;
  const { missing, mostSum, lookupBytes, cuts } = outline;
  const trees = codeTrees(plans, players, cuts, missing);
  for (const mostStates of outline.statesToTry) {
    const covered = trees.map((tree) => ({ ...tree, cover: coverTree({ ...tree, mostStates }) }));
    const values = covered.reduce((sum, { cover }) => sum + valuesOf(cover, players.names.length), 0);
    if (4 * values > lookupBytes) continue;
    const groups = dividedGroups(covered, input, cuts, values);
    return { mostStates, missing, mostSum, groups, counts: countUnits(covered) };
  }
  return null;
}

/** Groups the trees, or parts of them, by codes, and builds them; `values` are the float32 of all tables. */
function dividedGroups(
  covered: readonly CoveredTree[],
  { ensemble, players }: LookupInput,
  cuts: Cuts,
  values: number,
): LookupGroup[] {
  const count = players.names.length;
  const memory = tableMemoryOf(covered, count);
  const all = new SharedArrayBuffer(4 * values);
  let used = 0;
  return groupByCuts(covered, cuts).map(({ members, cuts, placeOf }) => {
    const layout = { columns: ensemble.featureNames.length, placeOf };
    const trees = members.map((member) => {
      const tables = new Float32Array(all, used, valuesOf(member.cover, count));
      used += tables.byteLength;
      return lookupTree(member, layout, tables, { players: count, memory });
    });
    return { cuts, trees };
  });
}
