/** What the worker pool runs for planGamesParallel, attributeRowsParallel and attributeModelsParallel. */
import { takeParts } from '../threads/part-queue.js';
import { attributeBlock, summariseBlock } from './model-block.js';
import { planOf } from './packed-plan.js';
import type { BlockResult, BlocksTask } from './parallel.js';
import { type PlannedParts, type PlanTask, planSome } from './plan-parallel.js';
import { attributePart, type RowsTask } from './rows-parallel.js';

type Result = BlockResult[] | PlannedParts | null;

/** Does a task of any of them. Of blocks, reports the rows done so far after every one. */
export async function run(
  task: PlanTask | RowsTask | BlocksTask,
  report: (rows: number) => void,
): Promise<Result> {
  if (task.kind === 'plan') return planSome(task);
  if (task.kind === 'blocks') return attributeSome(task, report);
  await takeParts(task.queue, (part) => attributePart(task, part));
  return null;
}

/** What is found of the task's blocks, in order. */
function attributeSome(task: BlocksTask, report: (rows: number) => void): BlockResult[] {
  const { features, margins, blocks, values } = task;
  const plans = { features: planOf(task.plans.features), models: planOf(task.plans.models) };
  let done = 0;
  return blocks.map(({ from, to }) => {
    const block = attributeBlock(plans, features, from, to);
    const summary = summariseBlock(plans, block, margins);
    done += to - from;
    report(done);
    return { block: values ? block : null, summary };
  });
}
