import { join } from 'node:path';
import { addPredictions, rank, train } from '../../src/pipeline.js';
import { makeTask, type Task, trainOptions } from '../pipeline/task.js';

/** A task with a run that keeps two of its three models. */
export interface RankedTask extends Task {
  readonly run: string;
}

/** 0: in this thread, which has what a worker would load anew. */
const THREADS = { threads: 0 };

/** Trains and ranks a small task. */
export async function rankedTask(): Promise<RankedTask> {
  const task = makeTask({ queries: 24 });
  const boosting = { rounds: 5, learningRate: 0.2, earlyStoppingRounds: 5 };
  const { run } = trainOptions(task, 'run');
  await train(trainOptions(task, 'run', { boosting, measure: false, stack: 'pool' }), THREADS);
  await rank({ run, budgets: ['2'], replicates: 100, force: false }, THREADS);
  return { ...task, run };
}

/** Ranks a run again, to one model. */
export async function rankToOne(run: string, toJudge?: string): Promise<void> {
  await rank({ run, budgets: ['1'], replicates: 100, force: true, toJudge }, THREADS);
}

/** Imports a task's predictions into a run once more. */
export async function importAgain({ predictions }: Task, run: string): Promise<void> {
  const added = { run, predictions: [join(predictions, 'first.csv')], importing: {}, costs: [], force: true };
  await addPredictions(added, THREADS);
}
