import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { printError } from '../../src/cli/output.js';
import { buildProgram } from '../../src/cli/program.js';
import { Progress } from '../../src/cli/progress.js';
import { EsciSelectError } from '../../src/errors.js';
import { reportOfRun } from '../../src/pipeline/commands/report.js';
import { rank, train } from '../../src/pipeline.js';
import { commandLines } from '../../src/report/commands.js';
import { frontierSentences } from '../../src/report/sections/frontier.js';
import { costValues } from '../../src/selection/costs.js';
import type { Frontier } from '../../src/selection/frontier.js';
import { checkFeasible } from '../../src/selection/limits.js';
import { makeTask, trainOptions } from '../pipeline/task.js';
import { esciSelect, esciSelectIn } from './in-process.js';

/** What once confused people (UX, "Wrong or confusing today"), a line each. */
describe('what once confused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'esci-confusions-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([[[]], [['data']]])(
    'esci-select %j, given nothing to do, shows its help and ends with exit 2',
    async (words) => {
      const { status, stdout, stderr } = await esciSelect(...words);
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toContain(['Usage: esci-select', ...words].join(' '));
      expect(stderr).toContain('Commands:');
      expect(stderr).not.toContain('error:');
    },
  );

  it.each([
    [['rank', 'here'], 'esci-select rank'],
    [['data', 'inspect', '--no-such-flag-at-all'], 'esci-select data inspect'],
    [['--no-such-flag-at-all'], 'esci-select'],
  ])('a mistake in %j leads to the help of that command', async (words, command) => {
    const { status, stderr } = await esciSelect(...words);
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`^hint: see ${command} --help$`, 'm'));
  });

  it.each(['latency_m', 'latency'])(
    'a cost %s that is not known by this name is one that is, nearly',
    (typed) => {
      const cards = ['a', 'b'].map((name) => ({ name, costs: { latency_ms: { value: 3, unit: 'ms' } } }));
      let hint: string | undefined;
      try {
        costValues(cards, typed);
      } catch (error) {
        hint = (error as { hint?: string }).hint;
      }
      expect(hint).toMatch(
        /^did you mean 'latency_ms'\? costs known of some models: latency_ms; others come with/,
      );
    },
  );

  it('where no model fits, other costs are declared by a command that takes them', () => {
    let hint = '';
    try {
      checkFeasible([{ name: 'latency_ms', limit: 1, values: [3, 4] }], ['a', 'b'], []);
    } catch (error) {
      hint = (error as { hint: string }).hint;
    }
    const [, path, flag] = /are declared by (\w+) (--\w+) FILE$/.exec(hint)!;
    const { command } = commandPaths(buildProgram(new AbortController().signal)).find(
      (one) => one.path === path,
    )!;
    expect(command.options.map(({ long }) => long)).toContain(flag);
  });

  it('commands to run next can be copied where the run has a space in its name', async () => {
    const task = makeTask({ queries: 20 });
    try {
      const run = join(task.folder, 'my run');
      const inputs = ['--data', task.data, '--models', 'none', '--predictions', task.predictions];
      const plan = await esciSelect('train', '--plan', ...inputs, '--run', run);
      expect(plan.stdout).toContain(`esci-select rank --run '${run}'\n`);
      const none = await esciSelect('rank', '--run', run);
      expect(none.stderr).toContain(`esci-select train --run '${run}'\n`);
    } finally {
      rmSync(task.folder, { recursive: true });
    }
  });

  it.each(['interrupted', 'terminated'] as const)('a command that was %s says so without a stack', (code) => {
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = (chunk: unknown) => written.push(String(chunk)) > 0;
    try {
      printError(new EsciSelectError(code, 'stopped'), { json: false, verbose: true });
      printError(new EsciSelectError('data', 'bad'), { json: false, verbose: true });
    } finally {
      process.stderr.write = write;
    }
    const text = written.join('');
    expect(text).toContain('stopped\n');
    expect(text.match(/^ +at /gm)!.length).toBeGreaterThan(0);
    expect(text.slice(0, text.indexOf('bad'))).not.toMatch(/^ +at /m);
  });

  it('predictions alone are not taken for those of the simulated sample', async () => {
    const run = join(folder, 'run');
    const { status, stderr } = await esciSelect(
      'train',
      '--run',
      run,
      '--models',
      'none',
      '--predictions',
      folder,
    );
    expect(status).toBe(2);
    expect(stderr).toContain('predictions are given without the examples that they are of');
    expect(stderr).toContain('--data FILE');
  });

  it('a model that is not known is refused before any file is read', async () => {
    const { status, stderr } = await esciSelect('train', '--models', 'bert', '--data', 'no/such/file.csv');
    expect(status).toBe(2);
    expect(stderr).toContain("model 'bert' is not known");
    expect(stderr).toContain('language models of yours: encoder:FOLDER, onnx:FOLDER');
  });

  it.each([
    [['compare', 'nowhere.json', 'nowhere-else.json']],
    [['train', '--data', 'nowhere.csv', '--run', 'nowhere']],
    [['train', '--models', './nowhere.js', '--run', 'nowhere']],
    [['train', '--config', 'nowhere.json']],
    [['trial', 'nowhere.csv', '--run', 'nowhere']],
    [['explain', '--ensemble', 'nowhere.json', '--features', 'nowhere.csv']],
    [['data', 'inspect', 'nowhere.csv']],
    [['data', 'inspect', 'datasets/sample', '--predictions', 'nowhere.csv']],
    [['data', 'simulate', '--out', '/proc/nowhere', '--queries', '10']],
  ])('%j says in words what is not there', async (words) => {
    const { status, stderr } = await esciSelect(...words);
    expect([2, 5]).toContain(status);
    expect(stderr).not.toContain('ENOENT');
    expect(stderr).toMatch(/no such file|no such folder|holds no run/);
    expect(stderr).toMatch(/^hint: \S/m);
  });

  it('what was cached is "unchanged", not "kept"', () => {
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = (chunk: unknown) => written.push(String(chunk)) > 0;
    try {
      const message = 'the ensemble is unchanged';
      new Progress({}).onEvent({ kind: 'kept', stage: 'ensemble', message });
    } finally {
      process.stderr.write = write;
    }
    expect(stripVTControlCharacters(written.join(''))).toBe('[ensemble] the ensemble is unchanged\n');
  });

  it('what goes for every cost is said once', () => {
    const point = (models: string[], cost: number, score: number) => {
      return { models, cost, score, low: score - 0.01, high: score + 0.01 };
    };
    const frontierOf = (cost: string, unit: string, times: number): Frontier => ({
      metric: 'macroF1',
      cost,
      unit,
      sets: 18,
      knee: 1,
      enough: 2,
      points: [
        point(['a'], times, 0.5),
        point(['a', 'b'], 2 * times, 0.6),
        point(['a', 'b', 'c'], 3 * times, 0.7),
      ],
    });
    const sentences = frontierSentences([
      frontierOf('models', 'models', 1),
      frontierOf('latency_ms', 'ms/row', 4),
      { ...frontierOf('bytes', 'B', 1000), enough: 1 },
    ]);
    expect(sentences).toEqual([
      'By models and latency_ms alike, every cheaper set falls short of the best of 18 sets scored, a, b and c (macro F1 0.700), by more than noise. ' +
        'Knees are at 2 models (a and b, macro F1 0.600) and latency_ms 8 ms (a and b, macro F1 0.600): beyond, more buys less.',
      'From bytes 2 kB (a and b, macro F1 0.600) on, the rows cannot tell a set from the best of 18 sets scored, bytes 3 kB (a, b and c, macro F1 0.700). That is also the knee: beyond it, more buys less.',
    ]);
  });

  it('how to reproduce a run can be run as it is printed', { timeout: 60_000 }, async () => {
    const task = makeTask({ queries: 20 });
    try {
      const run = join(task.folder, 'first');
      const options = trainOptions(task, 'first', { costs: [join(task.predictions, 'costs.csv')] });
      await train(
        { ...options, measure: false, seed: 3, boosting: { rounds: 40, learningRate: 0.2 } },
        { threads: 1 },
      );
      await rank({ run, budgets: ['2'], replicates: 100, force: false }, { threads: 1 });
      const lines = commandLines(await reportOfRun(run));
      const costs = join(task.folder, 'costs.csv');
      copyFileSync(join(task.predictions, 'costs.csv'), costs); // all inputs in one folder, by their names
      expect(lines).toHaveLength(3);
      for (const line of lines) {
        const [program, ...words] = line.split(' ');
        expect(program).toBe('esci-select');
        const quick = words[0] === 'report' ? ['--format', 'json'] : [];
        const { status, stderr } = await esciSelectIn(task.folder, ...words, ...quick);
        expect(status, stderr).toBe(0);
      }
      const decisionOf = (folder: string) => readFileSync(join(folder, 'decision/decision.json'), 'utf8');
      expect(decisionOf(join(task.folder, 'esci-run'))).toBe(decisionOf(run));
    } finally {
      rmSync(task.folder, { recursive: true });
    }
  });

  it('the demo says nothing twice, which page to open, and what to run with files of one’s own', async () => {
    const { BEGINNING, STEPS, ENDING, fitted } = (await import('../../scripts/demo.mjs' as string)) as {
      BEGINNING: readonly string[];
      STEPS: readonly Readonly<{ title: string; reading?: string; args: readonly string[]; only?: RegExp }>[];
      ENDING: readonly string[];
      fitted: (text: string, columns: number) => Promise<string>;
    };
    const said = [...BEGINNING, ...STEPS.flatMap(({ title, reading = '' }) => [title, reading]), ...ENDING];
    const words = (text: string) => text.split(/[\s\\]+/).filter((word) => word !== '');
    for (const columns of [80, 120]) {
      const text = await fitted(said.join('\n'), columns);
      expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(words(text)).toEqual(words(said.join('\n')));
    }
    expect(await fitted('a line', Number.POSITIVE_INFINITY)).toBe('a line');
    expect(BEGINNING.join(' ')).toContain('simulated');
    expect(STEPS.map(({ args }) => args[0])).toEqual(['train', 'rank', 'report']); // only train tells of the data
    expect('wrote demo-run/report/report.html').toMatch(STEPS[2].only!); // not the sentence of rank again
    expect('Within 2 models: keep').not.toMatch(STEPS[2].only!);
    expect(ENDING[0]).toContain('demo-run/report/report.html');
    const known = commandPaths(buildProgram(new AbortController().signal));
    const own = ENDING.flatMap((line) => /^ {2}\$ node bin\/esci-select\.js (.*)$/.exec(line)?.[1] ?? []);
    expect(own.length).toBeGreaterThan(3);
    for (const line of [...own, ...STEPS.map(({ args }) => args.join(' '))]) {
      const { command } = known.find(({ path }) => line.startsWith(`${path} `))!;
      const flags = command.options.map(({ long }) => long);
      for (const [flag] of line.matchAll(/--[a-z-]+/g)) expect(flags, line).toContain(flag);
    }
  });
});
