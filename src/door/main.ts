/**
 * The entry of programs in other languages that keep a process of this one (the Python package): frames on stdin and stdout.
 * It ends when stdin does, whatever ended the other side, and leaves no temporary folder behind.
 */
import { writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Door } from './door.js';
import { removeAll } from './folder.js';

const [, , threads = String(availableParallelism())] = process.argv;

/** Ends at once, also while a read is pending, which a normal exit would wait for; says why, where something went wrong. */
function end(error?: unknown): never {
  if (error !== undefined) writeSync(2, `${error instanceof Error ? error.stack : String(error)}\n`);
  removeAll();
  process.kill(process.pid, 'SIGKILL');
  throw new Error('unreachable');
}

// the terminal signals the whole group: the other side decides what an interrupt means
process.on('SIGINT', () => {});
process.on('SIGTERM', () => end());
process.on('uncaughtException', end);
process.on('unhandledRejection', end);
await new Door(0, 1, Math.max(1, Number(threads))).serve();
end();
