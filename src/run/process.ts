import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from '../io/errors.js';

/** A process as another one can recognise it later. */
export interface Process {
  readonly pid: number;
  readonly host: string;
  /** boot and start time in clock ticks, which tell it from a later process of the same id; null where unknown */
  readonly started: string | null;
}

/** Whether a process still runs. One on another host cannot be asked and counts as alive. */
export function isAlive(process: Process): boolean {
  if (process.host !== hostname()) return true;
  if (!pidExists(process.pid)) return false;
  const started = processStart(process.pid);
  if (started === 'ended') return false;
  return started === null || process.started === null || started === process.started;
}

/**
 * When a process of this host started, as opaque text; 'ended' for one that has ended and waits to be collected; null
 * where the system does not tell (only Linux does, in /proc/PID/stat: field 3 is the state, 22 the start time).
 */
export function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from field 3 on: field 2 may hold spaces
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[22 - 3]}`;
  } catch {
    return null; // not Linux, or no longer there
  }
}

/** Whether this host has a process of that id, be it ours or another user's. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH'; // EPERM: it exists and is another user's
  }
}
