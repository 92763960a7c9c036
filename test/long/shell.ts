import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What a command printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder for one test file, deleted when its tests are over. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'esci-long-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The environment without what `npm run` and vitest put in it, which npm and commands started here would obey. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_(?!config_registry$)|INIT_CWD|VITEST|NODE_ENV|NODE_OPTIONS|TEST$)/i.test(name),
  );
  return { ...Object.fromEntries(own), NO_COLOR: '1' };
}

/** Runs a command in a folder and expects that it succeeds. */
export function succeed(cwd: string, command: string, ...args: string[]): Printed {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: plainEnvironment(),
    shell: process.platform === 'win32',
    maxBuffer: 64 * 2 ** 20,
  });
  expect(status, `${command} ${args.join(' ')}: ${error ?? ''}\n${stdout}${stderr}`).toBe(0);
  return { stdout, stderr };
}
