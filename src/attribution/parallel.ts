import type { FeatureMatrix } from '../ensemble/tree.js';
import { workerModule } from '../kernels/compiled.js';
import { runTasks } from '../threads/pool.js';
import { shared } from '../threads/shared.js';
import { type BlockSummary, blockRows, type ModelPlans, planModels, plansToSend } from './model-block.js';
import {
  attributeModels,
  type ModelAttribution,
  type ModelAttributionInput,
  mergeBlock,
  noAttribution,
  rowRange,
} from './models.js';

/** Consecutive blocks of a table for one worker. */
export interface BlocksTask {
  readonly plans: ModelPlans;
  readonly features: FeatureMatrix;
  /** [row][class] */
  readonly margins: Float32Array;
  /** half-open row ranges, in order */
  readonly blocks: readonly { readonly from: number; readonly to: number }[];
}

/** attributeModels on threads. Values of single blocks are not sent back. */
export interface ParallelInput extends Omit<ModelAttributionInput, 'onBlock'> {
  /** worker threads; 0 works in this thread */
  readonly threads: number;
  readonly signal?: AbortSignal;
  /** rows done of rows in all, after every block, in no particular order */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Tasks per thread: enough that threads finish together, few enough that sending plans (once a task) stays cheap. */
const TASKS_PER_THREAD = 4;

/**
 * attributeModels with the blocks spread over worker threads. Blocks do not depend on the number of threads and are
 * merged in the order of their rows: same bytes at any number. Planning is done once; features, margins and look-up
 * tables are shared, not copied per worker.
 */
export async function attributeModelsParallel(input: ParallelInput): Promise<ModelAttribution> {
  const { threads, signal, onProgress, rowName } = input;
  const { from, to } = rowRange(input);
  if (threads === 0) {
    return attributeModels({ ...input, onBlock: (block) => onProgress?.(block.to - from, to - from) });
  }
  const plans = planModels(input);
  const size = blockRows(plans);
  const blocks: { from: number; to: number }[] = [];
  for (let start = from; start < to; start += size) {
    blocks.push({ from: start, to: Math.min(start + size, to) });
  }
  const perTask = Math.max(1, Math.ceil(blocks.length / (threads * TASKS_PER_THREAD)));
  const task = {
    plans: plansToSend(plans),
    features: { ...input.features, values: shared(input.features.values) },
    margins: shared(input.margins instanceof Float32Array ? input.margins : Float32Array.from(input.margins)),
  };
  const tasks: BlocksTask[] = [];
  for (let at = 0; at < blocks.length; at += perTask) {
    tasks.push({ ...task, blocks: blocks.slice(at, at + perTask) });
  }
  const done = new Array<number>(tasks.length).fill(0);
  const results = await runTasks<BlocksTask, BlockSummary[]>(
    workerModule(import.meta.url, 'attribute.worker'),
    tasks,
    {
      threads: Math.min(threads, tasks.length),
      signal,
      onProgress: (task, rows) => {
        done[task] = rows as number;
        onProgress?.(
          done.reduce((sum, value) => sum + value, 0),
          to - from,
        );
      },
    },
  );
  return results.flat().reduce((whole, block) => mergeBlock(whole, block, rowName), noAttribution(input));
}
