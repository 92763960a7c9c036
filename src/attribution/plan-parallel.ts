import { workerModule } from '../assets.js';
import type { TreeEnsemble } from '../ensemble/tree.js';
import { idleThreads, startIdle } from '../threads/idle-threads.js';
import { closeQueue, type PartQueue, partQueue, takeParts } from '../threads/part-queue.js';
import { runTasks } from '../threads/pool.js';
import { shared } from '../threads/shared.js';
import type { CodeGroup } from './lookup/outline.js';
import { type PackedLookups, packLookups, unpackLookups } from './lookup/packed-lookups.js';
import { divideTrees, type PlannedPart, planPart, type TableBudget, tableBudget } from './lookup/part.js';
import { joinParts, type LookupOutline, outlineLookups } from './lookup/plan.js';
import type { LookupPlan } from './lookup-types.js';
import { type PackedTrees, packTrees, unpackTrees } from './packed-trees.js';
import { planAttribution, planTrees } from './plan.js';
import { planTree } from './plan-tree.js';
import type { AttributionPlan, PlanOptions } from './plan-types.js';
import type { Players } from './players.js';

/** Parts of an ensemble that threads plan, each of consecutive trees and of one of several games. */
export interface PlanTask {
  readonly kind: 'plan';
  readonly trees: PackedTrees;
  readonly games: readonly Players[];
  readonly budgets: readonly TableBudget[];
  readonly outline: Pick<Outlined, 'missing' | 'cuts' | 'groups'>;
  readonly mostStates: number;
  /** trees [from, to) of a game */
  readonly parts: readonly { readonly game: number; readonly from: number; readonly to: number }[];
  readonly queue: PartQueue;
}

/** Parts that a thread planned; null where the tables are too large. */
export type PlannedParts = { readonly part: number; readonly planned: PackedPart | null }[];

interface PackedPart extends Omit<PlannedPart, 'trees'> {
  readonly trees: PackedLookups;
}

/** The module of the threads that plan and attribute. */
export const ATTRIBUTION_THREADS = workerModule(import.meta.url, 'attribute.worker');

/** How to plan on threads. */
export interface PlanThreads {
  /** worker threads, of which this one is the first */
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** Fewer nodes, some ten milliseconds of work, are not worth telling others of. */
const LEAST_NODES = 2000;
/**
 * Fewer nodes, a third of a second's work, are not worth starting threads for: one that has just started plans slowly until its
 * code is compiled, for which it takes processors from those that work. 400 trees of 64 leaves took 290 ms on a thread that
 * waited and one that started, 95 on one alone, 66 on two that waited.
 */
const LEAST_NODES_TO_START = 150_000;
/** Parts per thread: enough that threads end together. */
const PARTS_PER_THREAD = 8;

/**
 * As planAttribution, for several lists of players of one ensemble, on threads. Trees are planned independently of each
 * other: the plans are the same at any number of threads. Throws as planAttribution, and 'interrupted' when the signal
 * aborts.
 *
 * @example
 * import { boostingOptions, featurePlayers, planAttribution, planGamesParallel, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const players = featurePlayers(ensemble);
 * const [plan] = await planGamesParallel(ensemble, [players], { lookup: true }, { threads: 2 });
 * plan.bias[0] === planAttribution(ensemble, players).bias[0]; // => true
 */
export async function planGamesParallel(
  ensemble: TreeEnsemble,
  games: readonly Players[],
  options: PlanOptions,
  threads: PlanThreads,
): Promise<AttributionPlan[]> {
  const nodes = games.length * ensemble.trees.reduce((sum, { left }) => sum + left.length, 0);
  const least = idleThreads(ATTRIBUTION_THREADS) > 0 ? LEAST_NODES : LEAST_NODES_TO_START;
  const alone = () => games.map((players) => planAttribution(ensemble, players, options));
  if (options.lookup !== true || threads.threads <= 1) return alone();
  if (nodes < least) {
    // who plans on threads goes on to attribute on them
    if (nodes >= LEAST_NODES) startIdle(ATTRIBUTION_THREADS, threads.threads - 1);
    return alone();
  }
  const plans = games.map((players) => planTrees(ensemble, players));
  const outline = outlineLookups(ensemble, options);
  if (outline === null) return plans;
  // trees that have to be divided are planned together
  if (outline.groups === null) return alone();
  const sent = shareOutline(outline, outline.groups);
  const lookups = await planAll(ensemble, games, sent, threads);
  return plans.map((plan, game) => ({ ...plan, lookup: lookups[game] }));
}

/** An outline whose trees need not be divided. */
interface Outlined extends LookupOutline {
  readonly groups: readonly CodeGroup[];
}

/** The outline in shared memory: every task has it. */
function shareOutline(outline: LookupOutline, groups: readonly CodeGroup[]): Outlined {
  const cutsOf = ({ start, values }: LookupOutline['cuts']) => ({
    start: shared(start),
    values: shared(values),
  });
  return {
    ...outline,
    missing: shared(outline.missing),
    cuts: cutsOf(outline.cuts),
    groups: groups.map((group) => ({
      ...group,
      cuts: cutsOf(group.cuts),
      places: shared(group.places),
    })),
  };
}

/** The look-ups of every list of players: with smaller units where the tables are too large. */
async function planAll(
  ensemble: TreeEnsemble,
  games: readonly Players[],
  outline: Outlined,
  threads: PlanThreads,
): Promise<(LookupPlan | null)[]> {
  const trees = packTrees(ensemble.trees, ensemble.treeClass);
  const found = games.map((): LookupPlan | null => null);
  let due = [...games.keys()];
  for (const mostStates of outline.statesToTry) {
    const size = Math.ceil(ensemble.trees.length / (threads.threads * PARTS_PER_THREAD));
    const ranges = divideTrees(ensemble.trees, size);
    const parts = due.flatMap((game) => ranges.map((range) => ({ game, ...range })));
    const planned = await planParts(planTask({ trees, games, outline, mostStates, parts }), threads);
    due = due.filter((game) => {
      const own = planned.filter((_, at) => parts[at].game === game);
      const isWhole = own.every((part) => part !== null);
      if (isWhole) found[game] = joinParts(outline, outline.groups, mostStates, own);
      return !isWhole;
    });
    if (due.length === 0) break;
  }
  return found;
}

/** A task of parts that nobody has begun. */
export function planTask({
  outline: { missing, cuts, groups, lookupBytes },
  ...given
}: Pick<PlanTask, 'trees' | 'games' | 'mostStates' | 'parts'> & {
  readonly outline: PlanTask['outline'] & Pick<LookupOutline, 'lookupBytes'>;
}): PlanTask {
  const budgets = given.games.map(() => tableBudget(lookupBytes, given.parts.length));
  const queue = partQueue(given.parts.length);
  return { kind: 'plan', ...given, budgets, outline: { missing, cuts, groups }, queue };
}

/** All parts, in their order, on threads. */
async function planParts(task: PlanTask, { threads, signal }: PlanThreads): Promise<(PlannedPart | null)[]> {
  const tasks = Array.from({ length: Math.min(threads, task.parts.length) }, () => task);
  const options = { threads: tasks.length, here: true, keep: true, signal };
  try {
    return inOrder(task, await runTasks<PlanTask, PlannedParts>(ATTRIBUTION_THREADS, tasks, options));
  } finally {
    closeQueue(task.queue);
  }
}

/** What threads planned, in the order of the parts. What one had planned that died went with it and is planned again. */
export function inOrder(task: PlanTask, byThread: readonly PlannedParts[]): (PlannedPart | null)[] {
  const planned = new Map(byThread.flat().map(({ part, planned }) => [part, planned]));
  return task.parts.map((_, at) => {
    const packed = planned.get(at);
    if (packed === undefined) return planOne(task, at);
    return packed && { ...packed, trees: unpackLookups(packed.trees) };
  });
}

/** What a thread does of it. */
export async function planSome(task: PlanTask): Promise<PlannedParts> {
  const own: PlannedParts = [];
  await takeParts(task.queue, (part) => {
    const planned = planOne(task, part);
    own.push({ part, planned: planned && { ...planned, trees: packLookups(planned.trees) } });
  });
  return own;
}

function planOne({ trees, games, budgets, outline, mostStates, parts }: PlanTask, part: number) {
  const { game, from, to } = parts[part];
  const players = games[game];
  const plans = unpackTrees(trees, from, to).map((tree, at) =>
    planTree(tree, players.ofColumn, trees.treeClass[from + at]),
  );
  return planPart({ ...outline, first: from, plans, players, mostStates, budget: budgets[game], part });
}
