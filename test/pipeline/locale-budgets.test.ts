import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EsciSelectError } from '../../src/errors.js';
import { createRandom } from '../../src/math/random.js';
import { rank, report, train } from '../../src/pipeline.js';
import { commandLines } from '../../src/report/commands.js';
import { parseReport } from '../../src/report/schemas/report.js';

import type { Decision } from '../../src/selection/decision.js';
import { CLASSES, contents, listening, makeTask, type Task, trainOptions, writePredictions } from './task.js';

const isSpanish = (row: number) => Math.floor(row / 5) % 3 === 0;

/** A task on which one model knows the Spanish rows alone, another the others, and a third nothing. */
function localeTask(split: boolean): Task {
  const task = makeTask({ queries: split ? 48 : 30, split });
  const random = createRandom(5);
  const knows: Record<string, (row: number) => boolean> = {
    spain: isSpanish,
    states: (row) => !isSpanish(row),
    noise: () => false,
  };
  for (const name of ['first', 'second', 'noise']) rmSync(join(task.predictions, `${name}.csv`));
  const costs = 'model,latency_ms,latency_p95_ms\nspain,4,9\nstates,2,5\nnoise,1,3\n';
  writeFileSync(join(task.predictions, 'costs.csv'), costs);
  for (const [name, known] of Object.entries(knows)) {
    const table = task.labels.map((label, row) => {
      const raw = CLASSES.map(() => 0.2 + random.uniform());
      if (known(row) && random.uniform() < 0.85) raw[label] += 2;
      const sum = raw.reduce((a, b) => a + b);
      return raw.map((value) => Number((value / sum).toFixed(6)));
    });
    writePredictions(join(task.predictions, `${name}.csv`), table);
  }
  return task;
}

const BUDGETS = { budgets: ['1', 'es:1', 'us:2'], replicates: 100, force: false };

async function ranked(
  task: Task,
  run: string,
  threads: number,
  budgets = BUDGETS.budgets,
): Promise<Decision> {
  const { context } = listening(threads);
  const boosting = { rounds: 12, learningRate: 0.4, earlyStoppingRounds: 4 };
  await train(trainOptions(task, run, { boosting, stack: 'pool' }), context);
  return rank({ ...BUDGETS, budgets, run: join(task.folder, run) }, context);
}

describe('budgets per locale, judged on a test split', () => {
  const task = localeTask(true);
  const path = join(task.folder, 'main');
  const decided = ranked(task, 'main', 0);

  async function failureOf(more: Record<string, unknown>): Promise<EsciSelectError> {
    const { context } = listening(0);
    return rank({ ...BUDGETS, ...more, run: path }, context).then(
      () => {
        throw new Error('nothing was thrown');
      },
      (thrown) => thrown,
    );
  }

  it('keep for each locale the model that knows its rows, and judge it on those rows', async () => {
    const { kept, localeBudgets, metrics, frontiers } = await decided;
    expect(frontiers!.map(({ cost }) => cost)).toEqual(['models', 'latency_ms']);
    expect(kept).toEqual(['states']);
    const [es, us] = localeBudgets!;
    expect([es.locale, es.kept, us.locale]).toEqual(['es', ['spain'], 'us']);
    expect(us.kept).toContain('states');
    expect([es.metrics.own.rows, es.evaluationQueries, es.selectionQueries]).toEqual([20, 4, 12]);
    expect(es.metrics.own.rows + us.metrics.own.rows).toBe(metrics.full.rows);
    expect(es.metrics.own.accuracy).toBeGreaterThan(es.metrics.pruned.accuracy + 0.2);
    expect(es.bestModel).toBe('spain');
    expect(es.differences.map(({ from }) => from)).toEqual(['full ensemble', 'pruned ensemble', 'spain']);
    expect(es.differences[1].difference.accuracy).toBeCloseTo(
      es.metrics.own.accuracy - es.metrics.pruned.accuracy,
      12,
    );
    expect(es.keptShares.find(({ model }) => model === 'spain')!.share).toBeGreaterThan(0.9);
  });

  it('add up: the set for all rows scores on its locales what it scores on all rows', async () => {
    const { localeBudgets, metrics } = await decided;
    const right = localeBudgets!.reduce(
      (sum, { metrics: { pruned } }) => sum + pruned.accuracy * pruned.rows,
      0,
    );
    expect(right / metrics.pruned.rows).toBeCloseTo(metrics.pruned.accuracy, 12);
  });

  it('are in the report, with the command that made them', async () => {
    await decided;
    const { report: built } = await report({ run: path, formats: ['md', 'csv'] });
    const text = readFileSync(join(path, 'report/report.md'), 'utf8');
    expect(text).toContain('## Sets of single locales');
    expect(text).toMatch(
      /- es, within 1 model: keep spain\. Macro F1 [01]\.\d+ .*against the set for all rows/,
    );
    expect(text).toMatch(/\| es \| 1 model \| spain \d+% \|/);
    expect(text).toContain('4 queries: too few');
    expect(commandLines(built)[1]).toMatch(
      /^esci-select rank --budget 1 --budget es:1 --budget us:2 --strategy \S+ --metric macroF1( --(keep|decide) \S+)* --replicates 100$/,
    );
    expect(readFileSync(join(path, 'report/tables/locale-budgets.csv'), 'utf8')).toMatch(
      /es,1,"\[""spain""\]",ensemble of the locale,/,
    );
    expect(parseReport(JSON.stringify(built), 'r').decision.localeBudgets).toHaveLength(2);
  });

  it('leave the earlier decision as it was where they cannot be met, and name the locale', async () => {
    await decided;
    const before = contents(join(path, 'decision'));
    const unknown = await failureOf({ budgets: ['fr:1'] });
    expect([unknown.code, unknown.message]).toEqual([
      'usage',
      "--budget names locale 'fr', which no row has",
    ]);
    expect(unknown.hint).toContain('es, us');
    const floor = await failureOf({ budgets: ['es:1'], forbid: ['spain'], floors: ['accuracy=0.55'] });
    expect([floor.code, floor.message]).toEqual([
      'infeasible',
      expect.stringMatching(/^locale 'es': no set found within the budget meets floor accuracy=0\.55/),
    ]);
    const own = await failureOf({ budgets: ['1'], forbid: ['spain'], floors: ['es:accuracy=0.55'] });
    expect([own.code, own.message.slice(0, 46)]).toEqual([
      'infeasible',
      "locale 'es': no set found within the budget me",
    ]);
    const required = await failureOf({ budgets: ['us:1'], require: ['spain', 'states'] });
    expect([required.code, required.message]).toEqual([
      'infeasible',
      expect.stringContaining("locale 'us': required models exceed the budget models=1"),
    ]);
    expect(contents(join(path, 'decision'))).toEqual(before);
  });

  it('are gone, their ensembles too, once there are none', async () => {
    await decided;
    expect(existsSync(join(path, 'decision/locales/es.json'))).toBe(true);
    const { context } = listening(0);
    const decision = await rank({ ...BUDGETS, budgets: ['1', 'latency_p95_ms=8'], run: path }, context);
    expect(decision.localeBudgets).toBeUndefined();
    expect(decision.frontiers!.map(({ cost }) => cost)).toEqual(['models', 'latency_ms', 'latency_ms_p95']);
    expect(existsSync(join(path, 'decision/locales/es.json'))).toBe(false);
  });
});

describe('budgets per locale, cross-validated', () => {
  it('choose in every fold, and give the same bytes at any number of threads', async () => {
    const task = localeTask(false);
    const { localeBudgets, protocol } = await ranked(task, 'main', 2, ['1', 'es:1']);
    expect(protocol.mode).toBe('cross-validated');
    const [es] = localeBudgets!;
    expect(es.kept).toEqual(['spain']);
    expect([es.metrics.own.rows, es.evaluationQueries, es.selectionQueries]).toEqual([50, 10, 10]);
    expect(es.metrics.own.accuracy).toBeGreaterThan(es.metrics.pruned.accuracy + 0.2);
    const path = join(task.folder, 'main');
    const made = contents(join(path, 'decision'));
    expect([...made.keys()]).toContain('locales/es.json');
    rmSync(join(path, 'decision'), { recursive: true });
    await rank({ ...BUDGETS, budgets: ['1', 'es:1'], run: path }, listening(1).context);
    expect(contents(join(path, 'decision'))).toEqual(made);
  });
});
