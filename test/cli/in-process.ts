import { stripVTControlCharacters } from 'node:util';
import { runCli } from '../../src/cli/run.js';
import type { Ended } from './spawn.js';

/**
 * Runs a command line in this process, which has loaded the program already: the start of a process costs a second.
 * What a process alone shows (signals, closed pipes, the built program) is of `spawn.ts`.
 */
export async function esciSelect(...args: readonly string[]): Promise<Ended> {
  const stdout = captured(process.stdout);
  const stderr = captured(process.stderr);
  const streams = [process.stdout, process.stderr].map((stream) => ({
    stream,
    listeners: stream.listeners('error'),
  }));
  const { exitCode } = process;
  process.exitCode = undefined;
  try {
    await runCli([process.execPath, 'esci-select', ...args]);
    return { status: Number(process.exitCode ?? 0), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    process.exitCode = exitCode;
    stdout.restore();
    stderr.restore();
    for (const { stream, listeners } of streams) {
      for (const listener of stream.listeners('error')) {
        if (!listeners.includes(listener)) stream.off('error', listener as () => void);
      }
    }
  }
}

/** The same in a folder. */
export async function esciSelectIn(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const before = process.cwd();
  process.chdir(cwd);
  try {
    return await esciSelect(...args);
  } finally {
    process.chdir(before);
  }
}

/** Takes what is written to a stream, without colours, until it is restored. */
function captured(stream: NodeJS.WriteStream): { text: () => string; restore: () => void } {
  const { write } = stream;
  let text = '';
  stream.write = (chunk: string | Uint8Array) => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  return {
    text: () => stripVTControlCharacters(text),
    restore: () => {
      stream.write = write;
    },
  };
}
