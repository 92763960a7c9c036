/** What the worker pool runs for attributeModelsParallel. */
import { attributeBlock, summariseBlock } from './model-block.js';
import type { BlockResult, BlocksTask } from './parallel.js';

/** What is found of the task's blocks, in order. Reports the rows done so far after every block. */
export function run(task: BlocksTask, report: (rows: number) => void): BlockResult[] {
  const { plans, features, margins, blocks, values } = task;
  let done = 0;
  return blocks.map(({ from, to }) => {
    const block = attributeBlock(plans, features, from, to);
    const summary = summariseBlock(plans, block, margins);
    done += to - from;
    report(done);
    return { block: values ? block : null, summary };
  });
}
