import type { Examples } from '../../data/examples/examples.js';
import { measureLatency } from '../latency.js';
import type { Model } from '../model.js';
import { checkReloads } from '../own/reloads.js';
import { sampleRows } from '../sample.js';
import { type EpochReport, type FitResult, type FitTask, predictedRows, trainingRows } from './task.js';

/** A model, the data, and whether its code is the user's. */
export interface FitSubject {
  readonly model: Model;
  readonly examples: Examples;
  /** what it saves is then loaded and asked again */
  readonly own: boolean;
}

/** Does one fit: trains, predicts; saves and times the refit. */
export async function fitTask(
  task: FitTask,
  { model, examples, own }: FitSubject,
  report: (value: EpochReport) => void,
): Promise<FitResult> {
  const begun = performance.now();
  const every = trainingRows(task, examples.label);
  const most = task.maxTrainRows ?? every.length;
  const rows = sampleRows(examples, every, { most, seed: task.seed, by: model.sampleBy ?? 'row' });
  const fitted = await model.fit({
    examples,
    rows,
    seed: task.seed,
    start: task.start,
    onEpoch: ({ epoch, loss }, epochs) => report({ epoch: epoch + 1, epochs, loss }),
  });
  try {
    const predicted = predictedRows(task);
    const probabilities = await fitted.predict(examples, predicted);
    const seconds = (performance.now() - begun) / 1000;
    const refit = task.fold === 'refit';
    const timed = (predicted.length > 0 ? predicted : rows).slice(0, model.timedRows);
    const files = refit ? await fitted.save() : new Map<string, Uint8Array>();
    if (refit && own) await checkReloads(model, { files, examples, rows: predicted, probabilities });
    return {
      probabilities,
      parameters: fitted.parameters,
      bytes: fitted.bytes,
      curve: fitted.curve,
      trained: { rows: rows.length, of: every.length },
      latency: refit ? await measureLatency(fitted, examples, timed) : null,
      files,
      seconds,
    };
  } finally {
    fitted.dispose();
  }
}
