import { fstatSync, writeSync } from 'node:fs';
import type { EsciSelectError } from '../errors.js';
import { cannotWrite } from '../pipeline/for-terminal.js';

const STDOUT = 1;

/**
 * Writes to stdout, all of it: Node's own stream for files takes a write that the disk cut short for a whole one. Throws
 * 'io' where it cannot be written; a pipe or a terminal that fails is heard by `watchStdout`.
 */
export function print(text: string): void {
  if (isStream()) {
    process.stdout.write(text);
    return;
  }
  writeAll(Buffer.from(text, 'utf8'));
}

/** Writes bytes to stdout, all of them; done when whoever reads a pipe has room for more. Throws as `print`. */
export async function printBytes(bytes: Uint8Array): Promise<void> {
  if (isStream()) {
    if (!process.stdout.write(bytes)) await new Promise((resolve) => process.stdout.once('drain', resolve));
    return;
  }
  writeAll(bytes);
}

function writeAll(bytes: Uint8Array): void {
  try {
    for (let start = 0; start < bytes.length; ) start += writeSync(STDOUT, bytes, start);
  } catch (error) {
    throw cannotWrite('stdout', error);
  }
}

/** Whether stdout is a pipe, a socket or a terminal, which Node writes to the end. */
function isStream(): boolean {
  if (process.stdout.isTTY) return true;
  const found = fstatSync(STDOUT);
  return found.isFIFO() || found.isSocket();
}

/**
 * Ends the process without a word when the reader of stdout has gone (`esci-select ... | head`), and as `fail` says when it
 * cannot be written for another reason. What cannot be said on stderr is lost, and the exit code stays.
 */
export function watchStdout(fail: (error: EsciSelectError) => never): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    fail(cannotWrite('stdout', error));
  });
  process.stderr.on('error', () => {}); // nobody is left to tell
}
