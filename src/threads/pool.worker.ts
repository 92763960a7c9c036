/** What every worker thread of the pool runs: it loads the tasks' module, then does the tasks posted to it. */
import { nextTick, stdout } from 'node:process';
import { parentPort, workerData } from 'node:worker_threads';
import { packError, parcel, type TaskMessage, type WorkerMessage } from './pool-messages.js';
import type { TaskModule } from './pool-options.js';

const port = parentPort!;

// reading it on the other side would keep the process from ending while the thread rests
stdout.write = (_chunk: unknown, encoding?: unknown, callback?: unknown) => {
  const done = typeof encoding === 'function' ? encoding : callback;
  if (typeof done === 'function') nextTick(done);
  return true;
};

// at once, while whoever started the thread still does other things; what goes wrong is told with the first task
const loading: Promise<TaskModule<unknown, unknown>> = import(workerData as string);
loading.catch(() => {});

port.on('message', async ({ index, task }: TaskMessage) => {
  try {
    const { run } = await loading;
    const { value, transfer } = parcel(
      await run(task, (report) => say({ kind: 'progress', index, value: report })),
    );
    say({ kind: 'done', index, result: value }, transfer);
  } catch (error) {
    say({ kind: 'failed', index, error: packError(error) });
  }
});

function say(message: WorkerMessage, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
