import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { buildProgram } from '../../src/cli/program.js';
import { makeTask } from '../pipeline/task.js';
import { BIN, esciSelect } from './spawn.js';

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
  const program = `esci-select() { '${process.execPath}' '${BIN}' "$@"; }`;
  const text = [program, script('bash'), ...ask].join('\n');
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
    expect(shells).toEqual(['bash', 'zsh', 'fish', 'models']);
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

describe('names of models', () => {
  const task = makeTask({ queries: 20 });
  const run = join(task.folder, 'my run');
  afterAll(() => rmSync(task.folder, { recursive: true }));
  beforeAll(() => {
    const odd = join(task.predictions, '$(touch broken) b.csv');
    cpSync(join(task.predictions, 'first.csv'), odd);
    const inputs = ['--data', task.data, '--models', 'none', '--predictions', task.predictions];
    const quick = ['--folds', '3', '--stack', 'pool', '--threads', '1', '--run', run];
    expect(esciSelect('train', ...inputs, ...quick)).toMatchObject({ status: 0 });
    expect(esciSelect('remove', 'noise', '--threads', '1', '--run', run)).toMatchObject({ status: 0 });
  });

  it('are those of the run, without removed ones, and none of what is no run', () => {
    const { stdout } = esciSelect('completion', 'models', '--run', run);
    expect(stdout).toBe('$(touch broken) b\nfirst\nsecond\n');
    const none = esciSelect('completion', 'models', '--run', task.predictions);
    expect(none).toMatchObject({ status: 0, stdout: '\n', stderr: '' });
    const json = esciSelect('completion', 'models', '--json', '--run', run);
    expect(JSON.parse(json.stdout).models).toEqual(['$(touch broken) b', 'first', 'second']);
  });

  it.skipIf(!has('bash'))('are offered in bash (skipped where there is no bash)', () => {
    symlinkSync(run, join(folder, 'run'));
    const [all, some, required, trained] = offered([
      'esci-select remove --run run ',
      'esci-select remove --run run f',
      'esci-select rank --run run --require s',
      'esci-select train --run run --models l',
    ]);
    expect(all).toEqual(['$(touch broken) b', 'first', 'second']);
    expect(some).toEqual(['first']);
    expect(required).toEqual(['second']);
    expect(trained).toEqual(['lexical']);
    expect(existsSync(join(folder, 'broken'))).toBe(false);
  });

  it('are asked for by the scripts of the other shells', () => {
    expect(script('zsh')).toContain("'*:argument:_esci_select_models'");
    expect(script('zsh')).toContain(':value:_esci_select_models all none lexical');
    expect(script('fish')).toContain(
      "--long-option require --description 'a model to keep whatever happens; repeatable' --exclusive --arguments '(__fish_esci_select_at_models)'",
    );
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
