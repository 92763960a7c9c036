import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { buildProgram } from '../../src/cli/program.js';
import { esciSelect } from './spawn.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'a run'));
writeFileSync(join(folder, 'a file.csv'), '');

const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;
const script = (shell: string) => esciSelect('completion', shell).stdout;

/** What bash offers for each line, the cursor being at its end. */
function offered(lines: readonly string[]): string[][] {
  const ask = lines.map((line) => {
    const words = line.split(' ').map((word) => `'${word}'`);
    return `COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _esci_select; printf '%s\\n' "\${COMPREPLY[@]}" '=='`;
  });
  const text = [script('bash'), ...ask].join('\n');
  const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', text], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout
    .split('==\n')
    .slice(0, -1)
    .map((part) => part.split('\n').filter((word) => word !== ''));
}

describe.skipIf(!has('bash'))('completion in bash (skipped where there is no bash)', () => {
  it('offers commands, options, their values, files and folders', () => {
    const [top, rank, options, strategy, inspect, run, data, shells, budget] = offered([
      'esci-select r',
      'esci-select rank',
      'esci-select rank --re',
      'esci-select rank --budget 2 --strategy g',
      'esci-select data in',
      'esci-select report --run a',
      'esci-select train --data a',
      'esci-select completion ',
      'esci-select rank --budget ',
    ]);
    expect(top).toEqual(['rank', 'report', 'remove']);
    expect(rank).toEqual(['rank']);
    expect(options).toEqual(expect.arrayContaining(['--require', '--replicates']));
    expect(strategy).toEqual(['group-shapley', 'greedy-pool', 'greedy-shap', 'greedy']);
    expect(inspect).toEqual(['inspect']);
    expect(run).toEqual(['a run']);
    expect(data.sort()).toEqual(['a file.csv', 'a run']);
    expect(shells).toEqual(['bash', 'zsh', 'fish']);
    expect(budget).toEqual([]);
  });

  it('offers every option of every command', () => {
    const commands = commandPaths(buildProgram(new AbortController().signal));
    const found = offered(commands.map(({ path }) => `esci-select ${path} --`));
    commands.forEach(({ path, command }, at) => {
      const options = command.options.map(({ long }) => long);
      expect(found[at], path).toEqual(expect.arrayContaining([...options, '--help']));
    });
  });
});

describe('completion scripts', () => {
  it('name every option, with descriptions that no shell expands', () => {
    const options = commandPaths(buildProgram(new AbortController().signal)).flatMap(
      ({ command }) => command.options,
    );
    const [zsh, fish] = [script('zsh'), script('fish')];
    for (const { long } of options) {
      expect(zsh).toContain(`'*${long}[`);
      expect(fish).toContain(`--long-option ${long!.slice(2)} `);
    }
    // every quote opens and closes: outside quotes only the scripts' own words
    const unquoted = fish.replace(/'(?:[^'\\]|\\.)*'/g, '');
    expect(
      unquoted
        .split('\n')
        .filter((line) => line.startsWith('complete'))
        .join('\n'),
    ).not.toMatch(/['`"$();&|<>]/);
  });

  it.skipIf(!has('zsh'))('are valid zsh (skipped where there is no zsh)', () => {
    expect(spawnSync('zsh', ['-n'], { input: script('zsh'), encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it.skipIf(!has('fish'))('are valid fish (skipped where there is no fish)', () => {
    expect(spawnSync('fish', ['-n'], { input: script('fish'), encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});
