import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rankEnsemble } from '../../src/pipeline/commands/rank-ensemble.js';
import { casePath, readCase } from '../ensemble/foreign-case.js';
import { failureOf, fileWith } from '../io/helpers.js';

const context = { threads: 1 };
const trainer = join(fileURLToPath(import.meta.url), '../../fixtures/foreign/refit.mjs');
const COPIES = 10;
const own = readCase('lightgbm-categorical');
const names = Object.keys(own.table);
const CLASSES = ['low', 'middle', 'high'];
/** The model's own answers, so that there is something to learn. */
const labels = own.margins.map((margins) => margins.indexOf(Math.max(...margins)));

/** The case's rows, several times, a query of four rows each. */
function judgedTable(label: (row: number) => unknown = (row) => CLASSES[labels[row]]): string {
  const lines = Array.from({ length: COPIES * labels.length }, (_, at) => {
    const row = at % labels.length;
    return [...names.map((name) => own.table[name][row] ?? ''), label(row), `q${Math.floor(at / 4)}`].join();
  });
  return fileWith('table.csv', `${[...names, 'label', 'query'].join()}\n${lines.join('\n')}\n`);
}

const PLAYERS = [
  { name: 'first', columns: ['m0_*'], costs: { latency_ms: 3 } },
  { name: 'second', columns: ['m1_*'], costs: { latency_ms: 20 } },
];

function inputOf(players: readonly object[] = PLAYERS, features = judgedTable()) {
  const file = { classes: CLASSES, players, context: ['locale', 'brand'] };
  return {
    ensemble: casePath('lightgbm-categorical', 'model.txt'),
    features,
    players: fileWith('players.json', JSON.stringify(file)),
    columns: new Map([
      ['label', 'label'],
      ['queryId', 'query'],
    ]),
  };
}

describe('rankEnsemble', () => {
  it('keeps what fits from the largest contribution down, and context always', async () => {
    const ranking = await rankEnsemble({ ...inputOf(), budgets: ['1'] }, context);
    const shap = (player: string) => ranking.ranking.find((line) => line.player === player)!.shap;
    const best = shap('first') > shap('second') ? 'first' : 'second';
    expect(ranking.kept).toEqual([best]);
    expect(ranking.judged).toBeNull();
    const prefix = best === 'first' ? 'm0_' : 'm1_';
    expect(ranking.columns).toEqual(names.filter((name) => name.startsWith(prefix) || !name.startsWith('m')));
    expect(Object.fromEntries(ranking.ranking.map(({ player, why }) => [player, why]))).toEqual({
      first: best === 'first' ? 'within the budget' : 'over the budget',
      second: best === 'second' ? 'within the budget' : 'over the budget',
      locale: 'context',
      brand: 'context',
    });
    const cheap = await rankEnsemble({ ...inputOf(), budgets: ['latency_ms=5'] }, context);
    expect(cheap.kept).toEqual(['first']);
    const required = inputOf([PLAYERS[0], { ...PLAYERS[1], required: true }]);
    const both = await rankEnsemble({ ...required, budgets: ['1'] }, context);
    expect(both.kept).toEqual(['second']);
    expect(both.ranking.find(({ player }) => player === 'second')!.why).toBe('required');
  });

  it('refits by our own trees on grouped folds, which it says stand for the engine', async () => {
    const options = { ...inputOf(), budgets: ['1'], refit: 'own', replicates: 100 };
    const { judged } = await rankEnsemble(options, context);
    expect(judged).toMatchObject({ by: 'own', surrogate: true, folds: 5, rows: 160, queries: 40 });
    // every row has copies in other folds
    expect(judged!.full.accuracy).toBeGreaterThan(0.8);
    expect(judged!.difference.difference.accuracy).toBeCloseTo(
      judged!.pruned.accuracy - judged!.full.accuracy,
      12,
    );
  });

  /** The command of a trainer, with a fault if one is named. */
  const command = (fault?: string) => {
    const repeated = Array.from({ length: COPIES }, () => labels).flat();
    const told = fileWith('labels.json', JSON.stringify({ labels: repeated, all: names.length, fault }));
    return `"${process.execPath}" "${trainer}" "${told}"`;
  };

  it("refits by the user's own trainer", async () => {
    // labels as engines number them
    const input = inputOf(
      PLAYERS,
      judgedTable((row) => labels[row]),
    );
    const options = { ...input, budgets: ['1'], refit: command(), replicates: 100 };
    const { judged } = await rankEnsemble(options, context);
    expect(judged).toMatchObject({ by: 'command', surrogate: false });
    expect(judged!.full.accuracy).toBe(1);
    expect(judged!.pruned.logLoss).toBeCloseTo(Math.log(3), 6);
    expect(judged!.difference.difference.logLoss).toBeCloseTo(Math.log(3), 6);
  });

  it.each([
    ['exit', 'usage', 'exit code 3', 'out of order'],
    ['rows', 'data', 'have 159 rows, the table 160', "'low'"],
    ['names', 'data', "no column of numbers 'low'", "'low'"],
    ['sum', 'data', 'no probabilities in row 1', "'low'"],
  ] as const)('says what is wrong with a trainer: %s', async (fault, code, message, hint) => {
    const failed = rankEnsemble({ ...inputOf(), budgets: ['1'], refit: command(fault) }, context);
    const error = await failureOf(failed, code);
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('says what is missing', async () => {
    const bare = { ...inputOf(), columns: new Map([['label', 'label']]) };
    const queries = await failureOf(
      rankEnsemble({ ...bare, budgets: ['1'], refit: 'own' }, context),
      'usage',
    );
    expect(queries.hint).toContain('--column queryId=');
    const costs = await failureOf(rankEnsemble({ ...inputOf(), budgets: ['memory_mb=1'] }, context), 'usage');
    expect(costs.message).toContain("cost 'memory_mb' of player");
    expect(costs.hint).toContain('"costs": {"memory_mb"');
    await failureOf(rankEnsemble({ ...inputOf(), budgets: ['latency_ms=1'] }, context), 'infeasible');
    const odd = inputOf(
      PLAYERS,
      judgedTable(() => 'huge'),
    );
    const label = await failureOf(rankEnsemble({ ...odd, budgets: ['1'], refit: 'own' }, context), 'data');
    expect(label.message).toContain("label is 'huge'");
    expect(label.line).toBe(2);
  });
});
