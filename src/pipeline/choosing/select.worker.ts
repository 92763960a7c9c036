import { countKept } from './select-evidence.js';
import { selectOne } from './select-one.js';
import type { KeptCounts, KeptTask, SelectResult, SelectTask } from './select-task.js';

/** Pool entry: makes one selection on a worker thread, or counts some of the draws beside one. */
export function run(
  task: SelectTask | KeptTask,
  report: (value: unknown) => void,
): SelectResult | KeptCounts {
  return 'range' in task ? countKept(task) : selectOne(task, report);
}
