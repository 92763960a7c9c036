import type { SelectResult } from './select-task.js';
import { type SelectTask, selectOne } from './select-task.js';

/** Pool entry: makes one selection on a worker thread. */
export function run(task: SelectTask, report: (value: unknown) => void): SelectResult {
  return selectOne(task, report);
}
