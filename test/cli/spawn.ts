import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** The program, built. */
export const BIN = join(import.meta.dirname, '../../bin/esci-select.js');

/** How a spawned command ended and what it wrote. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the built command line. */
export function esciSelect(...args: readonly string[]): Ended {
  return esciSelectIn(process.cwd(), ...args);
}

/** Runs the built command line in a folder. */
export function esciSelectIn(cwd: string, ...args: readonly string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  return { status, stdout, stderr };
}
