import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { EsciSelectError, exitCode } from '../errors.js';
import { HEAP_HINT, limitMib } from './heap-limit.js';
import { printError } from './output.js';

/** Heaps below this are small enough to be filled by ordinary data: V8 then aborts the process without a word for users. */
const SMALL_HEAP_MIB = 1024;
/** Tells the child that it is one. */
const CHILD = 'ESCI_SELECT_CHILD';
/** How V8 begins what it says before it aborts. */
const LAST_WORDS = /\n?<--- Last few GCs --->|\n?#\n# Fatal/;

/** Whether the command is to run in a process of its own, because its heap is small. */
export function needsSupervision(): boolean {
  return process.env[CHILD] === undefined && limitMib() < SMALL_HEAP_MIB;
}

/** In the child: ends with its parent, whatever ended that. */
export function endWithParent(): void {
  if (process.env[CHILD] === undefined || process.channel === undefined) return;
  process.on('disconnect', () =>
    process.exit(exitCode(new EsciSelectError('terminated', 'parent has ended'))),
  );
  process.channel.unref();
}

/**
 * Runs the command line in a child process, and ends as it does: same output, same signals, same exit code. Where V8 aborts
 * it because its heap is used up, that is said in place of V8's report, with what to do, and the exit code is that of 'io'.
 */
export async function supervise(argv: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...process.execArgv, ...argv.slice(1)], {
    stdio: ['inherit', 'inherit', 'pipe', 'ipc'],
    env: { ...process.env, [CHILD]: '1' },
    detached: process.platform !== 'win32', // so that Ctrl-C comes once, from here
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  const [{ code, signal }, aborted] = await Promise.all([
    new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal }));
    }),
    passOn(child.stderr as Readable),
  ]);
  if (signal === 'SIGABRT' || code === 134 || aborted) {
    const message = `the JavaScript heap of ${limitMib()} MiB is used up`;
    const error = new EsciSelectError('io', message, { hint: HEAP_HINT });
    printError(error, { json: argv.includes('--json'), verbose: false });
    process.exitCode = exitCode(error);
  } else if (signal !== null) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else process.exitCode = code ?? exitCode(null);
}

/** Passes stderr on, but for V8's report; whether that came. */
async function passOn(stderr: Readable): Promise<boolean> {
  let aborted = false;
  for await (const chunk of stderr.setEncoding('utf8')) {
    const at: number = aborted ? 0 : (chunk as string).search(LAST_WORDS);
    aborted ||= at >= 0;
    process.stderr.write(at < 0 ? chunk : (chunk as string).slice(0, at));
  }
  return aborted;
}
