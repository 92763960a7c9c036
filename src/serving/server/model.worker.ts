/** A thread that holds a bundle's models and answers for them. */
import { parentPort, workerData } from 'node:worker_threads';
import { EsciSelectError } from '../../errors.js';
import { packError } from '../../threads/pool-messages.js';
import { hostModels } from '../answering/model.js';
import { openBundle } from '../bundle/open.js';
import type { WorkerAnswer, WorkerInput, WorkerJob } from './worker-messages.js';

const port = parentPort!;
const { path, id } = workerData as WorkerInput;

try {
  const bundle = await openBundle(path);
  if (bundle.manifest.id !== id) {
    throw new EsciSelectError('data', 'bundle was replaced while it was loaded', {
      path,
      hint: 'reload again',
    });
  }
  const host = await hostModels(bundle);
  port.on('message', async ({ job, model, pairs }: WorkerJob) => {
    try {
      const { values, silent } = await host.answer(model, pairs);
      port.postMessage({ job, values, silent } satisfies WorkerAnswer);
    } catch (error) {
      port.postMessage({ job, error: packError(error) } satisfies WorkerAnswer);
    }
  });
  port.postMessage({ job: -1, values: new Float32Array(0), silent: [] } satisfies WorkerAnswer);
} catch (error) {
  port.postMessage({ job: -1, error: packError(error) } satisfies WorkerAnswer);
  port.close();
}
