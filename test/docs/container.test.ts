import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './markdown.js';

const file = join(ROOT, 'Containerfile');
const text = readFileSync(file, 'utf8');
const lines = text.replace(/\\\n\s*/g, '').split('\n');
/** What a line of an instruction says, by the instruction. */
const all = (instruction: string) =>
  lines
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1));

const has = (program: string, ...words: string[]) => spawnSync(program, words).status === 0;

describe('the Containerfile', () => {
  it('has one base, by tag and digest', () => {
    expect(all('ARG')).toEqual([
      expect.stringMatching(/^BASE=node:\d+\.\d+\.\d+-\w+-slim@sha256:[0-9a-f]{64}$/),
    ]);
    expect(all('FROM').map((line) => line.split(' ')[0].replace(/[${}]/g, ''))).toEqual([
      'BASE',
      'BASE',
      'cli',
    ]);
  });

  it('runs what is copied, as a user without rights, and says whether it is ready', () => {
    const end = text.slice(text.indexOf('AS cli'));
    expect(end.match(/^USER .*$/gm)).toEqual(['USER 1000:1000']);
    expect(end).not.toMatch(/\b(npm (ci|install|run)|apt-get)\b/);
    expect(end).toContain('/readyz');
    for (const [, path] of end.matchAll(/\/src\/(\S+)/g)) {
      if (!['node_modules', 'dist'].includes(path)) expect(existsSync(join(ROOT, path)), path).toBe(true);
    }
    const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    for (const needed of ['bin', 'docs', 'src', 'scripts', 'package-lock.json'])
      expect(ignored).not.toContain(needed);
  });

  it.skipIf(!has('hadolint', '--version'))('passes hadolint (skipped where there is none)', () => {
    const { status, stdout } = spawnSync('hadolint', [file], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });

  it.skipIf(!has('docker', 'info'))(
    'is built, and the program in it runs (skipped where no docker daemon is)',
    { timeout: 900_000 },
    () => {
      const run = (...words: string[]) => spawnSync('docker', words, { cwd: ROOT, encoding: 'utf8' });
      const built = run('build', '-f', 'Containerfile', '--target', 'cli', '-t', 'esci-select-test', '.');
      expect(built.status, built.stderr).toBe(0);
      const doctor = run('run', '--rm', 'esci-select-test', 'doctor', '--json');
      expect(doctor.status, doctor.stderr).toBe(0);
    },
  );
});
