/** What the worker pool runs for attributeModelsParallel. */
import { attributeBlock, type BlockSummary, summariseBlock } from './model-block.js';
import type { BlocksTask } from './parallel.js';

/** Summaries of the task's blocks, in order. Reports the rows done so far after every block. */
export function run(task: BlocksTask, report: (rows: number) => void): BlockSummary[] {
  const { plans, features, margins, blocks } = task;
  let done = 0;
  return blocks.map(({ from, to }) => {
    const summary = summariseBlock(plans, attributeBlock(plans, features, from, to), margins);
    done += to - from;
    report(done);
    return summary;
  });
}
