import { workerModule } from '../assets.js';
import type { Tree, TreeEnsemble } from '../ensemble/tree.js';
import { idleThreads, startIdle } from '../threads/idle-threads.js';
import { runTasks } from '../threads/pool.js';
import { shared } from '../threads/shared.js';
import { firstAlike } from './alike.js';
import type { CodeGroup } from './lookup/outline.js';
import { type PartInput, type PlannedPart, planPart, tableBudget } from './lookup/part.js';
import { joinParts, type LookupOutline, outlineLookups, partOf } from './lookup/plan.js';
import type { LookupPlan } from './lookup-types.js';
import { planAttribution, planTrees } from './plan.js';
import { planTree } from './plan-tree.js';
import type { AttributionPlan, PlanOptions } from './plan-types.js';
import type { Players } from './players.js';

/** Consecutive trees that one thread plans. */
export interface PlanTask extends Omit<PartInput, 'plans'> {
  readonly kind: 'plan';
  readonly trees: readonly Tree[];
  readonly classOf: Int32Array;
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
  const found = games.map((): LookupPlan | null => null);
  let due = [...games.keys()];
  for (const mostStates of outline.statesToTry) {
    const tasks = due.map((game) => tasksOf(ensemble, games[game], outline, { mostStates, ...threads }));
    const parts = await runTasks<PlanTask, PlannedPart | null>(ATTRIBUTION_THREADS, tasks.flat(), {
      threads: threads.threads,
      here: true,
      keep: true,
      signal: threads.signal,
    });
    const failed: number[] = [];
    for (const [at, game] of due.entries()) {
      const own = parts.splice(0, tasks[at].length);
      if (own.every((part) => part !== null))
        found[game] = joinParts(outline, outline.groups, mostStates, own);
      else failed.push(game);
    }
    due = failed;
    if (due.length === 0) break;
  }
  return found;
}

/** The ensemble's trees in parts of about as many each, a round of vector leaves in one: its trees are planned in one go. */
function tasksOf(
  { trees, treeClass }: TreeEnsemble,
  players: Players,
  outline: Outlined,
  { mostStates, threads }: { readonly mostStates: number; readonly threads: number },
): PlanTask[] {
  const size = Math.ceil(trees.length / (threads * PARTS_PER_THREAD));
  const part = partOf(outline, outline.groups, players);
  const budget = tableBudget(outline.lookupBytes);
  const alike = firstAlike(trees);
  const tasks: PlanTask[] = [];
  for (let first = 0, end = 0; first < trees.length; first = end) {
    end = Math.min(first + size, trees.length);
    while (end < trees.length && alike[end] < end) end++;
    const own = { trees: trees.slice(first, end), classOf: treeClass.slice(first, end) };
    tasks.push({ kind: 'plan', ...part, first, ...own, mostStates, budget });
  }
  return tasks;
}

/** What a thread does of it. */
export function planSome({ trees, classOf, ...part }: PlanTask): PlannedPart | null {
  const { ofColumn } = part.players;
  return planPart({ ...part, plans: trees.map((tree, at) => planTree(tree, ofColumn, classOf[at])) });
}
