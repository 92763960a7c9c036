import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rank, report, train } from '../../src/pipeline.js';
import type { Report } from '../../src/report/report.js';
import { type Ended, esciSelect } from '../cli/spawn.js';
import { makeTask, trainOptions } from '../pipeline/task.js';
import { csv, judgements, P, type Row, rowsOf } from '../predictions/cases/support.js';
import { contents } from '../run/helpers.js';
import { scratchFolder } from './shell.js';

const scratch = scratchFolder();
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
    const compared = report.decision.differences.filter(({ from, to }) => ![from, to].includes('tiny'));
    for (const { rows: judged } of compared) expect(judged).toBe(120);
    expect(markdown).not.toContain('over tiny');
    expect(rankAgain(run, '--budget', '1', '--strategy', 'score-order')).toContain(
      'Within 1 model: keep good (1 of 1).',
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

describe('39: determinism', () => {
  it('gives the same bytes at 1 and 8 threads, and ties go by name', async () => {
    const twins = makeTask({ queries: 24, seed: 3 });
    const first = readFileSync(join(twins.predictions, 'first.csv'));
    for (const name of ['b', 'a']) writeFileSync(join(twins.predictions, `${name}.csv`), first);
    const made = await Promise.all(
      [1, 8].map(async (threads) => {
        const options = trainOptions(twins, `threads-${threads}`, {
          measure: false,
          boosting: { rounds: 3 },
        });
        await train(options, { threads });
        const decision = await rank(
          { run: options.run, budgets: ['3'], strategy: 'shap', replicates: 100, force: false },
          { threads },
        );
        await report({ run: options.run, formats: ['json', 'md', 'csv'] });
        return { files: contents(options.run), ranking: decision.ranking.map(({ model }) => model) };
      }),
    );
    for (const { files } of made.slice(1)) expect(files).toEqual(made[0].files);
    const { ranking } = made[0];
    expect(ranking.indexOf('a')).toBeLessThan(ranking.indexOf('b'));
  });
});
