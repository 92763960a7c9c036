import type { Examples } from '../data/examples/examples.js';
import { readExamples } from '../data/examples/file.js';
import {
  type EpochReport,
  type FitResult,
  type FitTask,
  predictedRows,
  trainingRows,
} from './cross-fit/task.js';
import { measureLatency } from './latency.js';
import { modelNamed } from './registry.js';
import { sampleRows } from './sample.js';
import { prepareTensorflow } from './tfjs/backend.js';

let last: { path: string; examples: Promise<Examples> } | null = null;

/** Does one fit: reads the examples (once per worker and file), trains, predicts; saves and times the refit. */
export async function run(task: FitTask, report: (value: unknown) => void): Promise<FitResult> {
  if (last?.path !== task.examplesPath) {
    last = { path: task.examplesPath, examples: readExamples(task.examplesPath, { text: true }) };
  }
  const examples = await last.examples;
  await prepareTensorflow({ backend: task.backend ?? 'wasm' });
  const model = modelNamed(task.model);
  const every = trainingRows(task, examples.label);
  const most = task.maxTrainRows ?? every.length;
  const rows = sampleRows(examples, every, { most, seed: task.seed, by: model.sampleBy });
  const fitted = await model.fit({
    examples,
    rows,
    seed: task.seed,
    start: task.start,
    onEpoch: ({ epoch, loss }, epochs) => report({ epoch: epoch + 1, epochs, loss } satisfies EpochReport),
  });
  try {
    const predicted = predictedRows(task);
    const probabilities = await fitted.predict(examples, predicted);
    const refit = task.fold === 'refit';
    return {
      probabilities,
      parameters: fitted.parameters,
      bytes: fitted.bytes,
      curve: fitted.curve,
      trained: { rows: rows.length, of: every.length },
      latency: refit ? await measureLatency(fitted, examples, predicted.length > 0 ? predicted : rows) : null,
      files: refit ? await fitted.save() : new Map(),
    };
  } finally {
    fitted.dispose();
  }
}
