/** What the worker pool runs for scoreMarginsParallel. */
import type { ScoreTask } from './parallel.js';
import { scoreRange } from './run.js';

/** Writes the margins of the task's rows to the shared memory they were given with. */
export function run({ plan, features, range, margins }: ScoreTask): null {
  const { classes } = plan;
  scoreRange(plan, features, range, margins.subarray(range.from * classes, range.to * classes));
  return null;
}
