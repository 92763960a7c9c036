import { fitStack, type Stack, type StackTask } from './stack.js';

/** Pool entry: fits one ensemble on a worker thread. */
export function run(task: StackTask, report: (value: unknown) => void): Promise<Stack> {
  let shown = -1;
  return fitStack(task, (done, total) => {
    const percent = Math.floor((100 * done) / total);
    if (percent > shown) {
      shown = percent;
      report(percent / 100);
    }
  });
}
