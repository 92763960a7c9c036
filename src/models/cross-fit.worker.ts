import type { Examples } from '../data/examples/examples.js';
import { readExamples } from '../data/examples/file.js';
import { type FitSubject, fitTask } from './cross-fit/fit.js';
import type { FitResult, FitTask } from './cross-fit/task.js';
import { reopenPretrained } from './encoder/folder.js';
import { isPretrained } from './encoder/kind.js';
import { pretrainedModel } from './encoder/model.js';
import { guarded } from './own/guarded.js';
import { importModel } from './own/module.js';
import { modelNamed } from './registry.js';
import { prepareTensorflow } from './tfjs/backend.js';

let last: { path: string; examples: Promise<Examples> } | null = null;

/** Does one fit in a worker: reads the examples (once per worker and file) and finds the model's code by itself. */
export async function run(task: FitTask, report: (value: unknown) => void): Promise<FitResult> {
  if (last?.path !== task.examplesPath) {
    last = { path: task.examplesPath, examples: readExamples(task.examplesPath, { text: true }) };
  }
  const examples = await last.examples;
  await prepareTensorflow({ backend: task.backend ?? 'wasm' });
  return fitTask(task, { ...(await modelOf(task)), examples }, report);
}

async function modelOf({ model, module, signals }: FitTask): Promise<Omit<FitSubject, 'examples'>> {
  if (module === undefined) return { model: modelNamed(model), own: false };
  if (isPretrained(module))
    return { model: pretrainedModel(await reopenPretrained(module), signals), own: false };
  return { model: guarded(await importModel(module), module.path), own: true };
}
