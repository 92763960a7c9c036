import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { buildProgram } from '../../src/cli/program.js';
import { ROOT } from './markdown.js';

const built = existsSync(join(ROOT, 'dist/cli/program.js'));
const page = join(ROOT, 'docs/esci-select.1');
const text = readFileSync(page, 'utf8');
const has = (program: string) => spawnSync(program, ['--version']).status === 0;

describe('the manual page', () => {
  it('is the one that package.json names', () => {
    const { man } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(man).toBe('docs/esci-select.1');
  });

  it.skipIf(!built)('is what the program generates (needs the build)', () => {
    const script = join(ROOT, 'scripts/man.mjs');
    const { stdout, stderr } = spawnSync(process.execPath, [script, '--print'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(text, 'docs/esci-select.1 is old: npm run docs:man').toBe(stdout);
  });

  it.skipIf(!has('groff'))('is formatted by groff without a warning (skipped where there is none)', () => {
    const linted = spawnSync('groff', ['-man', '-ww', '-z', page], { encoding: 'utf8' });
    expect([linted.status, linted.stderr]).toEqual([0, '']);
    const words = ['-man', '-Tutf8', '-rLL=200n', '-P-c', page];
    const { stdout } = spawnSync('groff', words, { encoding: 'utf8' });
    const shown = stdout.replace(/.[\b]/g, '').replaceAll('‐', '-').replaceAll('−', '-');
    for (const { path, command } of commandPaths(buildProgram(new AbortController().signal))) {
      expect(shown).toContain(`esci-select ${path}`);
      for (const { long } of command.options) expect(shown).toContain(long);
    }
  });

  it.skipIf(!has('mandoc'))('passes mandoc (skipped where there is none)', () => {
    const { status, stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'error', page], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  });
});
