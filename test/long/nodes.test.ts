import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, scratchFolder, succeed } from './shell.js';

/** Major versions beside the one that made the committed example: all others that are supported. */
const OTHERS = ['22', '24', '26'];
const scratch = scratchFolder();

/** A Node of another major version, from the registry's package of this system's binary; null where it cannot be had. */
function nodeOf(major: string): string | null {
  const system = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(scratch, major);
  mkdirSync(folder);
  const args = [
    'install',
    '--prefix',
    folder,
    `node-${system}@${major}`,
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const { status } = spawnSync('npm', args, { cwd: folder, shell: process.platform === 'win32' });
  if (status !== 0) return null;
  const bin = join(folder, 'node_modules', `node-${system}`, 'bin');
  return join(bin, readdirSync(bin).find((name) => /^node(\.exe)?$/.test(name)) ?? 'node');
}

describe.each(OTHERS)('Node %s', (major) => {
  const other = nodeOf(major);

  it.skipIf(other === null)('makes the committed example, byte for byte', () => {
    expect(succeed(scratch, other!, '--version').stdout).toMatch(new RegExp(`^v${major}\\.`));
    const { stdout } = succeed(ROOT, other!, 'scripts/example.mjs', '--check');
    expect(stdout).toContain('byte by byte');
  });
});
