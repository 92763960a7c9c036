import { closeQueue, doLeft, type PartQueue, partQueue } from '../../threads/part-queue.js';
import { runTasks, workerModule } from '../../threads/pool.js';
import { shared, sharedFloats } from '../../threads/shared.js';
import type { FeatureMatrix, TreeEnsemble } from '../tree.js';
import { planScoring, type ScorePlan } from './plan.js';
import { scoreRange } from './run.js';
import { checkColumns, scoreMargins } from './score.js';

/**
 * What the threads score together: each takes the next part that nobody has taken, so that a plan is sent to and loaded by
 * each once, and all end together. All arrays are shared.
 */
export interface ScoreTask {
  readonly plan: ScorePlan;
  readonly features: FeatureMatrix;
  /** rows of the table to score; all where undefined */
  readonly rows: Int32Array | undefined;
  /** rows to score, and how many of them a part has */
  readonly count: number;
  readonly size: number;
  readonly queue: PartQueue;
  /** [row][class] */
  readonly margins: Float32Array;
}

/** How to score on threads. */
export interface ScoreThreads {
  /** threads, of which this one is the first; 0 is 1 */
  readonly threads: number;
  readonly signal?: AbortSignal;
}

/** Less work than this, in rows times trees, about 5 ms, is not worth telling others of. */
const LEAST_WORK = 10_000_000;
/** Parts per thread: enough that threads finish together. */
const PARTS_PER_THREAD = 8;

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
  const size = Math.ceil(count / (threads * PARTS_PER_THREAD));
  const parts = Math.ceil(count / size);
  const task: ScoreTask = {
    plan: planScoring(ensemble),
    features: { ...features, values: shared(features.values) },
    rows: rows === undefined ? undefined : shared(rows),
    count,
    size,
    queue: partQueue(parts),
    margins: sharedFloats(count * ensemble.classes),
  };
  const tasks = Array.from({ length: Math.min(threads, parts) }, () => task);
  try {
    await runTasks<ScoreTask, null>(workerModule(import.meta.url, 'score.worker'), tasks, {
      threads: tasks.length,
      here: true,
      keep: true,
      signal,
    });
  } finally {
    closeQueue(task.queue);
  }
  doLeft(task.queue, (part) => scorePart(task, part));
  return task.margins;
}

/** Writes the margins of a part to the shared memory they are given with. */
export function scorePart({ plan, features, rows, count, size, margins }: ScoreTask, part: number): void {
  const from = part * size;
  const to = Math.min(from + size, count);
  const { classes } = plan;
  scoreRange(plan, features, { from, to, rows }, margins.subarray(from * classes, to * classes));
}
