import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.js';
import { type Ended, esciSelect } from '../cli/spawn.js';
import { csv, judgements, P, type Row, rowsOf } from '../predictions/cases/support.js';
import { type RankedTask, rankedTask } from './support.js';

const scratch = mkdtempSync(join(tmpdir(), 'esci-cases-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const FIT = [
  '--models',
  'none',
  '--folds',
  '3',
  '--rounds',
  '5',
  '--threads',
  '1',
  '--no-measure',
  '--quiet',
];

function succeed(...args: string[]): Ended {
  const ended = esciSelect(...args);
  expect(ended, args.join(' ')).toMatchObject({ status: 0 });
  return ended;
}

/** Trains on rows and predictions of models, ranks, and gives what rank printed and the run. */
function ranked(name: string, rows: readonly Row[], models: Record<string, string>, ...budget: string[]) {
  const folder = join(scratch, name);
  mkdirSync(join(folder, 'predictions'), { recursive: true });
  writeFileSync(join(folder, 'judgements.csv'), judgements(rows));
  for (const [model, text] of Object.entries(models))
    writeFileSync(join(folder, 'predictions', `${model}.csv`), text);
  const run = join(folder, 'run');
  const from = ['--data', join(folder, 'judgements.csv'), '--predictions', join(folder, 'predictions')];
  succeed('train', ...from, '--run', run, '--allow-missing', ...FIT);
  return { run, stdout: rankAgain(run, ...budget) };
}

function rankAgain(run: string, ...more: string[]): string {
  return succeed('rank', '--run', run, '--replicates', '100', '--threads', '1', '--quiet', ...more).stdout;
}

/** The report of a run as its readers find it. */
function reportOf(run: string): { report: Report; markdown: string } {
  succeed('report', '--run', run, '--format', 'json,md', '--quiet');
  const read = (name: string) => readFileSync(join(run, 'report', name), 'utf8');
  return { report: JSON.parse(read('report.json')), markdown: read('report.md') };
}

const predictions = (rows: readonly Row[], p: (row: Row, at: number) => readonly number[]) =>
  csv(
    `example_id,${P}`,
    rows.map((row, at) => [row.id, p(row, at).join(',')]),
  );

/** Probabilities of one answer. */
const surely = (answer: number) => [0, 1, 2, 3].map((k) => (k === answer ? 0.91 : 0.03));

describe('09: a model of few rows, all of them right', () => {
  const rows = rowsOf(4, 120);
  const weak = ({ label }: Row, at: number) => surely(at % 3 === 0 ? (label + 1) % 4 : label);
  const models = {
    good: predictions(rows, ({ p }) => p),
    tiny: predictions(rows.slice(0, 12), ({ label }) => surely(label)),
    weak: predictions(rows, weak),
  };

  it('is no best single model, in the terminal, the report and its Markdown', () => {
    const { run, stdout } = ranked('few', rows, models, '--budget', '1');
    expect(stdout).toMatch(/^tiny .* 12$/m); // its score stands beside the number of rows it is of
    expect(stdout).toContain('over good');
    expect(stdout).not.toContain('over tiny');
    const { report, markdown } = reportOf(run);
    expect(report.decision.bestSingles!.map(({ models: [name] }) => name)).toEqual(['good', 'good', 'good']);
    for (const { rows: judged } of report.decision.differences) expect(judged).toBe(120);
    expect(markdown).not.toContain('over tiny');
    expect(rankAgain(run, '--budget', '1', '--strategy', 'score-order')).toContain(
      'Keep 1 of 3 models: good.',
    );
  });
});

describe('12: a class that no scored row has', () => {
  const rows = rowsOf(4, 120).map((row) => ({ ...row, label: row.label === 2 ? 3 : row.label }));
  const answering = (stray: boolean) => ({
    one: predictions(rows, ({ label }, at) =>
      surely(stray && at === 5 ? 2 : at % 9 === 0 ? (label === 0 ? 1 : 0) : label),
    ),
    two: predictions(rows, ({ label }, at) => surely(at % 4 === 0 ? (label === 0 ? 1 : 0) : label)),
  });

  it('is left out of macro F1 for all alike, and named; one stray answer costs no quarter', () => {
    const macro = [false, true].map((stray) => {
      const { run, stdout } = ranked(`absent-${stray}`, rows, answering(stray), '--budget', '2');
      const said = 'No row scored is labelled complement: macro F1 is the mean over the other 3 classes';
      expect(stdout).toContain(said);
      const { report, markdown } = reportOf(run);
      expect(markdown).toContain(said);
      const { models, floor } = report.decision.metrics;
      const share = Math.max(...floor.confusion.map((row) => row[0] + row[3] + row[1])) / rows.length;
      expect(floor.macroF1).toBeCloseTo((2 * share) / (1 + share) / 3, 10);
      return models.one.macroF1;
    });
    expect(Math.abs(macro[1] - macro[0])).toBeLessThan(0.02);
  });
});

describe('03, 04, 05, 07 of run files: what was changed is refused by every command that reads it', () => {
  let task: RankedTask;
  beforeAll(async () => {
    task = await rankedTask();
  });

  /** A copy of the run with one file changed. */
  function changed(path: string, change: (file: string) => void): string {
    const folder = join(scratch, 'changed');
    rmSync(folder, { recursive: true, force: true });
    cpSync(task.run, folder, { recursive: true });
    change(join(folder, path));
    return folder;
  }

  const edit = (from: RegExp, to: string) => (file: string) => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, to));
  };
  const cut = (file: string) => truncateSync(file, 40);

  it.each<[string, string, (file: string) => void, string, string[]]>([
    [
      '04: one digit',
      'decision/decision.json',
      edit(/0\.\d{3}/, '0.123'),
      'rank',
      ['report', '--format', 'json'],
    ],
    [
      '04: a leaf',
      'ensemble/model.json',
      edit(/"split_conditions":\[[^,\]]+/, '"split_conditions":[5'),
      'train',
      ['explain', '--example', '3'],
    ],
    [
      '05: a billion classes',
      'ensemble/model.json',
      edit(/"num_class":"4"/, '"num_class":"1000000000"'),
      'train',
      ['explain', '--example', '3'],
    ],
    [
      '05: a billion columns',
      'ensemble/model.json',
      edit(/"num_feature":"12"/, '"num_feature":"1000000000"'),
      'train',
      ['report', '--format', 'json'],
    ],
    ['07: cut', 'findings/data.json', cut, 'train', ['report', '--format', 'md']],
    ['07: cut', 'ensemble/curve.json', cut, 'train', ['report', '--format', 'md']],
    ['07: cut', 'protocol.arrow', cut, 'train', ['rank', '--budget', '1']],
    ['07: cut', 'ensemble/probabilities.arrow', cut, 'train', ['rank', '--budget', '1']],
  ])('%s in %s', (_, path, change, maker, [command, ...args]) => {
    const folder = changed(path, change);
    const start = performance.now();
    const { status, stdout, stderr } = esciSelect(command, '--run', folder, ...args, '--json', '--quiet');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'data',
      message: expect.stringContaining('not as run.json says'),
      path: join(folder, path),
      hint: `run esci-select ${maker} with the same --run and --force`,
    });
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
