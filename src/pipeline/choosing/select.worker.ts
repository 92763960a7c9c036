import { selectOne } from './select-one.js';
import type { SelectResult, SelectTask } from './select-task.js';

/** Pool entry: makes one selection on a worker thread. */
export function run(task: SelectTask, report: (value: unknown) => void): SelectResult {
  return selectOne(task, report);
}
