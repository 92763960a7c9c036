import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { buildProgram } from '../../src/cli/program.js';
import { makeTask } from '../pipeline/task.js';
import { has, offered, script } from './offered.js';
import { esciSelect } from './spawn.js';

const folder = mkdtempSync(join(tmpdir(), 'esci-completion-'));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'a run'));
writeFileSync(join(folder, 'a file.csv'), '');

const SHELLS = ['bash', 'zsh', 'fish'] as const;

describe.each(SHELLS)('completion in %s (skipped where it is not installed)', (shell) => {
  it.skipIf(!has(shell))('offers commands, options, their values, files and folders', () => {
    const [top, rank, options, strategy, inspect, run, data, shells, budget] = offered(shell, folder, [
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
    expect(top).toEqual(['rank', 'remove', 'report']);
    expect(rank).toEqual(['rank']);
    expect(options).toEqual(['--recipe', '--refit', '--replicates', '--require']);
    expect(strategy).toEqual(['greedy', 'greedy-pool', 'greedy-shap', 'group-shapley']);
    expect(inspect).toEqual(['inspect']);
    expect(run).toEqual(['a run']);
    expect(data).toEqual(['a file.csv', 'a run']);
    expect(shells).toEqual(['bash', 'fish', 'models', 'zsh']);
    expect(budget).toEqual([]);
  });

  it.skipIf(!has(shell))('offers every option of every command', () => {
    const commands = commandPaths(buildProgram(new AbortController().signal));
    const found = offered(
      shell,
      folder,
      commands.map(({ path }) => `esci-select ${path} --`),
    );
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
    for (const name of ['run', 'my run']) symlinkSync(run, join(folder, name));
  });

  it('are those of the run, without removed ones, and none of what is no run', () => {
    const { stdout } = esciSelect('completion', 'models', '--run', run);
    expect(stdout).toBe('$(touch broken) b\nfirst\nsecond\n');
    const none = esciSelect('completion', 'models', '--run', task.predictions);
    expect(none).toMatchObject({ status: 0, stdout: '\n', stderr: '' });
    const json = esciSelect('completion', 'models', '--json', '--run', run);
    expect(JSON.parse(json.stdout).models).toEqual(['$(touch broken) b', 'first', 'second']);
  });

  for (const shell of SHELLS) {
    it.skipIf(!has(shell))(`are offered in ${shell} (skipped where it is not installed)`, () => {
      const [all, some, required, trained, spaced] = offered(shell, folder, [
        'esci-select remove --run run ',
        'esci-select remove --run run f',
        'esci-select rank --run run --require s',
        'esci-select train --run run --models l',
        `esci-select rank --run 'my run' --forbid `,
      ]);
      expect(all).toEqual(['$(touch broken) b', 'first', 'second']);
      expect(some).toEqual(['first']);
      expect(required).toEqual(['second']);
      expect(trained).toEqual(['lexical']);
      expect(spaced).toEqual(all);
      expect(existsSync(join(folder, 'broken'))).toBe(false);
    });
  }

  it('are asked for by the scripts of the other shells', () => {
    expect(script('zsh')).toContain("'*:argument: _esci_select_models'");
    expect(script('zsh')).toContain(':value: _esci_select_models all none lexical');
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

  it.skipIf(!has('zsh'))('are found by zsh in a folder of fpath too (skipped where there is no zsh)', () => {
    const place = join(folder, 'functions');
    mkdirSync(place);
    writeFileSync(join(place, '_esci-select'), script('zsh'));
    const lines = ['esci-select r', 'esci-select r']; // the first loads the function
    expect(offered('zsh', folder, lines, place)).toEqual([
      ['rank', 'remove', 'report'],
      ['rank', 'remove', 'report'],
    ]);
  });

  for (const shell of ['zsh', 'fish'] as const) {
    it.skipIf(!has(shell))(`are valid ${shell} (skipped where there is no ${shell})`, () => {
      const file = join(folder, `script.${shell}`);
      writeFileSync(file, script(shell));
      expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
    });
  }
});
