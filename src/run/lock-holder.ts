import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { EsciSelectError, quote } from '../errors.js';
import { type Process, processStart } from './process.js';

/** Who holds a lock: the content of the lock file. */
export interface LockHolder extends Process {
  /** what it runs, for messages */
  readonly command: string;
  /** tells two locks of one process apart */
  readonly nonce: string;
}

/** This process, as the holder of a new lock. */
export function newHolder(command: string): LockHolder {
  return {
    pid: process.pid,
    host: hostname(),
    started: processStart(process.pid),
    command,
    nonce: randomBytes(8).toString('hex'),
  };
}

/** The holder that a lock file names. Throws 'io' if it names none. */
export function parseHolder(path: string, text: string): LockHolder {
  const holder = parseJson(text) as Partial<LockHolder> | null;
  const known =
    typeof holder === 'object' &&
    holder !== null &&
    Number.isSafeInteger(holder.pid) &&
    holder.pid! > 0 &&
    typeof holder.host === 'string' &&
    /^[0-9a-f]{16}$/.test(String(holder.nonce));
  if (known) return holder as LockHolder;
  throw new EsciSelectError('io', `lock file does not name its holder: ${quote(text)}`, {
    path,
    hint: 'delete this file if no other esci-select uses the folder',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // reported by the caller, as any other content that is not a holder
  }
}

/** The 'io' error for a second process. */
export function heldBy(path: string, holder: LockHolder): EsciSelectError {
  const where = holder.host === hostname() ? '' : ` on host ${quote(holder.host)}`;
  return new EsciSelectError(
    'io',
    `folder is in use by process ${holder.pid}${where}, running ${quote(holder.command)}`,
    {
      path,
      hint:
        where === ''
          ? 'wait until it ends, or give another --run'
          : 'wait until it ends, give another --run, or delete this file if that process is gone',
    },
  );
}
