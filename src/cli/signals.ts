import { EsciSelectError, exitCode, formatError } from '../errors.js';
import { guardBlocking } from '../pipeline/for-terminal.js';

/** How long a cancelled command may take to stop before the process ends; everything saved is complete at any time. */
const GRACE_MS = 1500;
let graceMs = GRACE_MS;

/** Gives a command longer to stop, for what it must not lose; what is returned takes that back. */
export function extendGrace(milliseconds: number): () => void {
  graceMs = milliseconds;
  return () => {
    graceMs = GRACE_MS;
  };
}

/**
 * Runs work with a signal that SIGINT and SIGTERM abort: checkpoints stay, workers stop, the lock is given back. Work
 * that cannot stop within the grace period is ended; a second signal ends it at once. While this thread is blocked, a signal
 * has the effect that it has on programs that do not handle it: it ends the process at once (130 and 143 to a shell).
 */
export async function withSignals<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const handlers = (
    [
      ['SIGINT', 'interrupted'],
      ['SIGTERM', 'terminated'],
    ] as const
  ).map(([name, code]) => {
    const reason = new EsciSelectError(code, `${code} by ${name}`, {
      hint: 'the same command goes on where this one stopped',
    });
    const handler = () => {
      if (controller.signal.aborted) process.exit(exitCode(reason));
      controller.abort(reason);
      setTimeout(() => {
        process.stderr.write(`${formatError(reason)}\nhint: ${reason.hint}\n`);
        process.exit(exitCode(reason));
      }, graceMs).unref();
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  const before = guardBlocking((blocked) => {
    for (const [name, handler] of handlers) process.off(name, handler);
    try {
      return blocked();
    } finally {
      for (const [name, handler] of handlers) process.on(name, handler);
    }
  });
  try {
    return await work(controller.signal);
  } finally {
    guardBlocking(before);
    for (const [name, handler] of handlers) process.off(name, handler);
  }
}
