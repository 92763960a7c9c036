import { runTasks, workerModule } from '../../threads/pool.js';
import { shared, sharedFloats } from '../../threads/shared.js';
import type { FeatureMatrix, TreeEnsemble } from '../tree.js';
import { planScoring, type ScorePlan } from './plan.js';
import type { ScoreRange } from './run.js';
import { checkColumns, scoreMargins } from './score.js';

/** What one worker scores at a time. All arrays are shared. */
export interface ScoreTask {
  readonly plan: ScorePlan;
  readonly features: FeatureMatrix;
  readonly range: ScoreRange;
  /** of all ranges, [row][class]; the task writes its own part */
  readonly margins: Float32Array;
}

/** How to score on threads. */
export interface ScoreThreads {
  /** threads, of which this one is the first; 0 is 1 */
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** Less work than this, in rows times trees, about 10 ms, is not worth telling others of. */
const LEAST_WORK = 10_000_000;
/** Tasks per thread: enough that threads finish together, few enough that loading the plan costs little. */
const TASKS_PER_THREAD = 8;

/**
 * As scoreMargins, on worker threads where there is much to do; the same bytes at any number of threads. Values that are
 * not in shared memory are copied there. The margins are in shared memory.
 *
 * @example
 * import { boostingOptions, scoreMargins, scoreMarginsParallel, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const margins = await scoreMarginsParallel(ensemble, features, { threads: 2 });
 * margins.every((margin, at) => margin === scoreMargins(ensemble, features)[at]); // => true
 */
export async function scoreMarginsParallel(
  ensemble: TreeEnsemble,
  features: FeatureMatrix,
  { threads, signal }: ScoreThreads,
  rows?: Int32Array,
): Promise<Float32Array> {
  const count = rows === undefined ? features.rows : rows.length;
  if (threads <= 1 || count * ensemble.trees.length < LEAST_WORK)
    return scoreMargins(ensemble, features, rows);
  checkColumns(ensemble, features);
  const margins = sharedFloats(count * ensemble.classes);
  const task = {
    plan: sharedPlan(planScoring(ensemble)),
    features: { ...features, values: shared(features.values) },
    margins,
  };
  const ofTask = rows === undefined ? undefined : shared(rows);
  const tasks: ScoreTask[] = [];
  const size = Math.ceil(count / (threads * TASKS_PER_THREAD));
  for (let from = 0; from < count; from += size) {
    tasks.push({ ...task, range: { from, to: Math.min(from + size, count), rows: ofTask } });
  }
  await runTasks<ScoreTask, null>(workerModule(import.meta.url, 'score.worker'), tasks, {
    threads: Math.min(threads, tasks.length),
    here: true,
    keep: true,
    signal,
  });
  return margins;
}

function sharedPlan(plan: ScorePlan): ScorePlan {
  const { cuts, nodes, structure, leaves } = plan;
  return {
    ...plan,
    cuts: shared(cuts),
    nodes: shared(nodes),
    structure: shared(structure),
    leaves: shared(leaves),
  };
}
