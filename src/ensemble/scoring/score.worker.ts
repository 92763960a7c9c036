/** What the worker pool runs for scoreMarginsParallel. */
import { takeParts } from '../../threads/part-queue.js';
import { type ScoreTask, scorePart } from './parallel.js';

/** Scores parts until none is left. */
export async function run(task: ScoreTask): Promise<null> {
  await takeParts(task.queue, (part) => scorePart(task, part));
  return null;
}
