import type { FeatureMatrix } from '../ensemble/tree.js';
import { runTasks } from '../threads/pool.js';
import { interruption } from '../threads/pool-options.js';
import { shared } from '../threads/shared.js';
import { blockRows, type ModelPlans, planModelsParallel } from './model-block.js';
import {
  type AttributedBlock,
  attributeBlocks,
  type ModelAttribution,
  type ModelAttributionInput,
  mergeBlock,
  noAttribution,
  rowRange,
} from './models.js';
import { type PackedPlan, packPlan } from './packed-plan.js';
import { ATTRIBUTION_THREADS } from './plan-parallel.js';

/** Consecutive blocks of a table for one worker. */
export interface BlocksTask {
  readonly kind: 'blocks';
  readonly plans: Readonly<Record<keyof ModelPlans, PackedPlan>>;
  readonly features: FeatureMatrix;
  /** [row][class] */
  readonly margins: Float32Array;
  /** half-open row ranges, in order */
  readonly blocks: readonly { readonly from: number; readonly to: number }[];
  /** whether the blocks' values are wanted, or their summaries alone */
  readonly values: boolean;
}

/** What a worker found of a block. */
export type BlockResult = Omit<AttributedBlock, 'block'> & {
  readonly block: AttributedBlock['block'] | null;
};

/** attributeModels on threads. */
export interface ParallelInput extends ModelAttributionInput {
  /** worker threads; with 0 or 1, or where all rows are one block, the work is done in this thread */
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** rows done of rows in all, after every block, in no particular order */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Tasks per thread: enough that threads finish together, few enough that sending plans (once a task) stays cheap. */
const TASKS_PER_THREAD = 4;

/**
 * attributeModels with the blocks spread over worker threads. Blocks do not depend on the number of threads and are
 * merged in the order of their rows: same bytes at any number. Planning is done once, on the same threads; features, margins
 * and look-up tables are shared, not copied per worker. Throws as attributeModels does, and 'interrupted' when the signal aborts.
 *
 * @example
 * import { attributeModelsParallel, boostingOptions, scoreMargins, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const margins = scoreMargins(ensemble, features);
 * const table = { ensemble, features, margins, models: ['a', 'b'], modelOfColumn: [0, 1] };
 * const { groupShap } = await attributeModelsParallel({ ...table, threads: 2 });
 * groupShap.meanAbsolute[0] > groupShap.meanAbsolute[1]; // => true
 */
export async function attributeModelsParallel(input: ParallelInput): Promise<ModelAttribution> {
  let whole = noAttribution(input);
  for await (const { block, summary } of blocksOf(input, input.onBlock !== undefined)) {
    whole = mergeBlock(whole, summary, input.rowName);
    if (block !== null) input.onBlock?.(block);
  }
  return whole;
}

/**
 * attributeBlocks with the blocks spread over worker threads: the same blocks in the same order. Those that are done
 * before their turn wait, one task a thread as a rule.
 */
export async function* attributeBlocksParallel(input: ParallelInput): AsyncGenerator<AttributedBlock> {
  for await (const { block, summary } of blocksOf(input, true)) {
    if (block !== null) yield { block, summary };
  }
}

async function* blocksOf(input: ParallelInput, values: boolean): AsyncGenerator<BlockResult> {
  const { threads, signal, onProgress } = input;
  const { from, to } = rowRange(input);
  const size = blockRows({ columns: input.features.columns, classes: input.ensemble.classes });
  if (threads <= 1 || to - from <= size) {
    for (const result of attributeBlocks(input)) {
      if (signal?.aborted) throw interruption(signal);
      yield result;
      onProgress?.(result.block.to - from, to - from);
    }
    return;
  }
  const plans = await planModelsParallel(input, { threads, signal });
  const tasks = tasksOf(input, { plans, size, values });
  yield* inOrder(tasks, input);
}

/** The rows' blocks in tasks, of which threads take a few each; values of blocks go back one block at a time. */
function tasksOf(
  input: ParallelInput,
  { plans, size, values }: { readonly plans: ModelPlans; readonly size: number; readonly values: boolean },
): BlocksTask[] {
  const { features, margins, threads } = input;
  const { from, to } = rowRange(input);
  const blocks: { from: number; to: number }[] = [];
  for (let start = from; start < to; start += size) {
    blocks.push({ from: start, to: Math.min(start + size, to) });
  }
  const perTask = values ? 1 : Math.ceil(blocks.length / (threads * TASKS_PER_THREAD));
  const task = {
    kind: 'blocks' as const,
    plans: { features: packPlan(plans.features), models: packPlan(plans.models) },
    features: { ...features, values: shared(features.values) },
    margins: shared(margins instanceof Float32Array ? margins : Float32Array.from(margins)),
    values,
  };
  return Array.from({ length: Math.ceil(blocks.length / perTask) }, (_, at) => ({
    ...task,
    blocks: blocks.slice(at * perTask, (at + 1) * perTask),
  }));
}

/** Runs the tasks and hands out what they found in their order, each as soon as it and all before it are done. */
async function* inOrder(tasks: readonly BlocksTask[], input: ParallelInput): AsyncGenerator<BlockResult> {
  const { threads, signal, onProgress } = input;
  const { from, to } = rowRange(input);
  const ended = new AbortController();
  const done = tasks.map(() => 0);
  const found = tasks.map(() => pending<BlockResult[]>());
  const running = runTasks<BlocksTask, BlockResult[]>(ATTRIBUTION_THREADS, tasks, {
    threads: Math.min(threads, tasks.length),
    keep: true,
    signal: signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]),
    onProgress: (task, rows) => {
      done[task] = rows as number;
      onProgress?.(
        done.reduce((sum, value) => sum + value, 0),
        to - from,
      );
    },
    // the pool keeps every result until the end: it is left an empty list
    onDone: (task, results) => found[task].resolve(results.splice(0)),
  });
  try {
    for (const { promise } of found) yield* await Promise.race([promise, running.then(() => promise)]);
    await running;
  } finally {
    // nothing is left to do, or whoever takes the blocks has given up
    ended.abort();
    await running.catch(() => {});
  }
}

/** A promise, and what fulfils it. */
function pending<Value>(): { readonly promise: Promise<Value>; readonly resolve: (value: Value) => void } {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
