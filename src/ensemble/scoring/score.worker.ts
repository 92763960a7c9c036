/** What the worker pool runs for scoreMarginsParallel. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ScoreTask, scorePart } from './parallel.js';

/** Takes parts until none is left. Between two the event loop turns, so that others are heard. */
export async function run(task: ScoreTask): Promise<null> {
  for (;;) {
    const part = Atomics.add(task.next, 0, 1);
    if (part * task.size >= task.count) return null;
    scorePart(task, part);
    await nextTurn();
  }
}
