import type { Examples } from '../data/examples/examples.js';
import { readExamples } from '../data/examples/file.js';
import { fitTask } from './cross-fit/fit.js';
import type { FitResult, FitTask } from './cross-fit/task.js';
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
  const { module } = task;
  const model =
    module === undefined ? modelNamed(task.model) : guarded(await importModel(module), module.path);
  return fitTask(task, { model, examples, own: module !== undefined }, report);
}
