import type { FeatureMatrix } from '../ensemble/tree.js';
import { closeQueue, doLeft, type PartQueue, partQueue } from '../threads/part-queue.js';
import { runTasks } from '../threads/pool.js';
import { shared } from '../threads/shared.js';
import { attributeRows } from './attribute.js';
import { type PackedPlan, packPlan, planOf } from './packed-plan.js';
import { ATTRIBUTION_THREADS, type PlanThreads } from './plan-parallel.js';
import type { AttributionPlan } from './plan-types.js';

/** Rows that threads attribute together: each takes the next part that nobody has taken. */
export interface RowsTask {
  readonly kind: 'rows';
  readonly plan: PackedPlan;
  readonly features: FeatureMatrix;
  /** rows of a part */
  readonly size: number;
  readonly queue: PartQueue;
  /** [row][player][class] */
  readonly out: Float64Array;
}

/** How to attribute on threads. */
export interface RowsThreads extends PlanThreads {
  /** [row][player][class] in shared memory, where the attributions are written to; made where absent */
  readonly out?: Float64Array;
}

/** Rows of a part at most: larger ones are not faster. */
const MOST_ROWS = 16_384;
/** Parts per thread at least: enough that threads end together, few enough that a tree's tables are loaded seldom. */
const PARTS_PER_THREAD = 2;
/** Fewer rows are not worth telling others of. */
const LEAST_ROWS = 2048;

/**
 * As attributeRows of a whole table, on threads: the attributions [row][player][class], in shared memory. The same bytes at
 * any number of threads. Values that are not in shared memory are copied there. Throws as attributeRows, and
 * 'interrupted' when the signal aborts.
 *
 * @example
 * import { attributeRowsParallel, boostingOptions, featurePlayers, planAttribution, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const plan = planAttribution(ensemble, featurePlayers(ensemble));
 * const shap = await attributeRowsParallel(plan, features, { threads: 2 });
 * [shap[0] > 0, shap[1] < 0, shap[2]]; // => [ true, true, 0 ]
 */
export async function attributeRowsParallel(
  plan: AttributionPlan,
  features: FeatureMatrix,
  { threads, signal, out = outputOf(plan, features.rows) }: RowsThreads,
): Promise<Float64Array> {
  const { rows } = features;
  if (threads <= 1 || rows < LEAST_ROWS || !(out.buffer instanceof SharedArrayBuffer)) {
    attributeRows(plan, features, { from: 0, to: rows }, out);
    return out;
  }
  const perThread = Math.max(PARTS_PER_THREAD, Math.ceil(rows / (threads * MOST_ROWS)));
  const size = Math.ceil(rows / (threads * perThread));
  const queue = partQueue(Math.ceil(rows / size));
  const table = { ...features, values: shared(features.values) };
  const task: RowsTask = { kind: 'rows', plan: packedOf(plan), features: table, size, queue, out };
  const tasks = Array.from({ length: Math.min(threads, queue.count) }, () => task);
  try {
    await runTasks<RowsTask, null>(ATTRIBUTION_THREADS, tasks, {
      threads: tasks.length,
      here: true,
      keep: true,
      signal,
    });
  } finally {
    closeQueue(queue);
  }
  doLeft(queue, (part) => attributePart(task, part));
  return out;
}

function outputOf({ players, classes }: AttributionPlan, rows: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * rows * players.names.length * classes));
}

const packed = new WeakMap<AttributionPlan, PackedPlan>();

/** A plan is packed once. */
function packedOf(plan: AttributionPlan): PackedPlan {
  const known = packed.get(plan) ?? packPlan(plan);
  packed.set(plan, known);
  return known;
}

/** Writes the attributions of a part's rows. */
export function attributePart({ plan, features, size, out }: RowsTask, part: number): void {
  const own = planOf(plan);
  const from = part * size;
  const to = Math.min(from + size, features.rows);
  const width = own.players.names.length * own.classes;
  attributeRows(own, features, { from, to }, out.subarray(from * width, to * width));
}
