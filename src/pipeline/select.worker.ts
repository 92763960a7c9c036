import type { Selection } from '../selection/select.js';
import { type SelectTask, selectOne } from './select-task.js';

/** Pool entry: makes one selection on a worker thread. */
export function run(task: SelectTask, report: (value: unknown) => void): Selection {
  return selectOne(task, report);
}
