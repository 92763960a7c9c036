import { describe, expect, it } from 'vitest';
import { amount, costLabel } from '../../src/report/format.js';
import { headline } from '../../src/report/headline.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { rankingTable, whyNote } from '../../src/report/sections/ranking-table.js';
import { type Decision, FULL, PRUNED } from '../../src/selection/decision.js';
import { modelReasons } from '../../src/selection/model-reasons.js';
import { decisionOf, difference, reportOf } from './decisions.js';

const NAMES = ['llm', 'bert', 'gnn', 'twin', 'rules', 'slow', 'noise', 'banned'];
const LATENCY = [180, 9, 6.5, 6.4, 0.6, 9.1, 0.1, 1];

/** A decision under `latency_ms=25` that keeps three of eight models, one of which does not fit by itself. */
function limited(): Decision {
  const plain = decisionOf(NAMES);
  const kept = ['bert', 'gnn', 'rules'];
  return {
    ...plain,
    kept,
    budget: { models: null, costs: [{ name: 'latency_ms', limit: 25 }] },
    constraints: { ...plain.constraints, forbid: ['banned'] },
    ranking: plain.ranking.map((line, at) => ({
      ...line,
      kept: kept.includes(line.model),
      costs: { latency_ms: LATENCY[at] },
      screen: { z: 5, passed: line.model !== 'noise', floor: null },
    })),
    redundancy: {
      ...plain.redundancy,
      pairs: [{ a: 'gnn', b: 'twin', probabilities: 0.997, errors: null }],
      clusters: [{ models: ['gnn', 'twin'], similarity: 0.997, credit: 0.5, memberCredits: [0.3, 0.3] }],
    },
    unlimited: ['llm', 'bert', 'gnn', 'rules'],
    differences: [
      {
        ...difference(FULL, PRUNED, -0.063),
        intervals: {
          ...difference(FULL, PRUNED, -0.063).intervals,
          macroF1: [-0.081, -0.046],
        },
      },
    ],
  };
}

describe('the sentence that defends the decision', () => {
  it('names the constraint, what is kept of it, what pruning costs and what no limit would keep', () => {
    expect(headline(limited())).toBe(
      'Within latency_ms <= 25: keep bert, gnn and rules (16.1 of 25). ' +
        'Pruning costs 0.063 macro F1 [0.046, 0.081], more than noise. ' +
        'Without the limit: llm, bert, gnn and rules at 196 ms.',
    );
  });

  it('is the first line of the Markdown too', () => {
    const [, , first] = renderMarkdown(reportOf(limited())).split('\n');
    expect(first).toMatch(/^Within latency\\_ms &lt;= 25: keep bert, gnn and rules \(16\.1 of 25\)\./);
  });

  it('counts a gain as one, and says when pruning is within noise', () => {
    const gained = { ...limited(), differences: [difference(FULL, PRUNED, 0.004)] };
    expect(headline(gained)).toContain('Pruning gains 0.004 macro F1 [−0.006, 0.014], within noise.');
    const lost = { ...limited(), differences: [difference(FULL, PRUNED, -0.004)] };
    expect(headline(lost)).toContain('Pruning costs 0.004 macro F1 [−0.006, 0.014], within noise.');
  });

  it('takes a higher log-loss for a loss', () => {
    const decision = limited();
    const byLoss = { ...decision, constraints: { ...decision.constraints, metric: 'logLoss' as const } };
    const costly = { ...byLoss, differences: [difference(FULL, PRUNED, -0.03)] }; // log-loss + 0.03
    const interval = { ...costly.differences[0].intervals, logLoss: [0.02, 0.04] as const };
    const differences = [{ ...costly.differences[0], intervals: interval }];
    expect(headline({ ...costly, differences })).toContain(
      'Pruning costs 0.030 log-loss [0.020, 0.040], more than noise.',
    );
  });

  it('counts what would be kept without the limit where it is much, and lists at most six names', () => {
    const names = Array.from({ length: 30 }, (_, at) => `model-${at}`);
    const kept = names.slice(0, 4);
    const decision: Decision = { ...decisionOf(names), kept, unlimited: names.slice(0, 22) };
    expect(headline(decision)).toContain('these and 18 more');
    expect(headline(decision)).not.toContain('model-4');
    expect(headline({ ...decision, unlimited: names.slice(1, 9) })).toContain(
      'model-1, model-2, model-3, model-4, model-5 and 3 more',
    );
    expect(headline({ ...decision, kept: names.slice(0, 9), unlimited: names.slice(0, 9) })).toContain(
      'keep model-0, model-1, model-2, model-3, model-4 and 4 more (',
    );
  });

  it('names every limit and floor, and what the set takes of each', () => {
    const decision = limited();
    const both = {
      ...decision,
      budget: { ...decision.budget, models: 4 },
      constraints: { ...decision.constraints, floors: [{ name: 'accuracy', least: 0.6 } as never] },
    };
    expect(headline(both)).toMatch(
      /^Within 4 models and latency_ms <= 25, with accuracy >= 0\.6: keep bert, gnn and rules \(3 of 4 models, 16\.1 of 25 latency_ms\)\./,
    );
    expect(headline(both)).toContain('Without the limits: llm, bert, gnn and rules (4 models at 196 ms).');
  });

  it('says that the same would be kept, or nothing of what nobody knows', () => {
    expect(headline({ ...limited(), unlimited: ['rules', 'gnn', 'bert'] })).toMatch(
      /Without the limit the same would be kept\.$/,
    );
    const { unlimited: _, ...unknown } = limited();
    expect(headline(unknown)).not.toContain('Without');
  });

  it('shows sizes as sizes', () => {
    const decision = limited();
    const sized = {
      ...decision,
      budget: { models: null, costs: [{ name: 'bytes', limit: 2_000_000 }] },
      ranking: decision.ranking.map((line) => ({
        ...line,
        costs: { bytes: 419_213 },
        costUnits: { bytes: 'B' },
      })),
    };
    expect(headline(sized)).toContain('Within bytes <= 2 MB: keep bert, gnn and rules (1.26 MB of 2 MB).');
  });
});

describe('why a model is in or out', () => {
  it('is kept, over budget alone or beside the others, redundant, useless, forbidden or no gain', () => {
    const reasons = modelReasons(limited());
    expect(reasons.map(({ reason }) => reason)).toEqual([
      'over budget',
      'kept',
      'kept',
      'redundant',
      'kept',
      'over budget',
      'useless',
      'forbidden',
    ]);
    expect(reasons[0].over).toEqual({ name: 'latency_ms', limit: 25, needs: 180, left: 25 });
    expect(reasons[3].as).toEqual({ model: 'gnn', correlation: 0.997 });
    expect(reasons[5].over!.left).toBeCloseTo(8.9, 10);
    const roomy = { ...limited(), budget: { models: null, costs: [{ name: 'latency_ms', limit: 500 }] } };
    expect(modelReasons(roomy).map(({ reason }) => reason)).toEqual([
      'no gain',
      'kept',
      'kept',
      'redundant',
      'kept',
      'no gain',
      'useless',
      'forbidden',
    ]);
  });

  it('is a column of the ranking, with what is lacking, and words for it below', () => {
    const table = rankingTable(limited());
    const at = table.head.indexOf('why');
    expect(table.rows.map((row) => row[at])).toEqual([
      ['over budget', '(180 ms of 25 ms)'],
      'kept',
      'kept',
      ['redundant with gnn', '(r 0.997)'],
      'kept',
      ['over budget', '(needs 9.1 ms, 8.9 ms left)'],
      'useless',
      'forbidden',
    ]);
    expect(whyNote(limited())).toBe(
      'over budget: does not fit, alone or beside the models kept; redundant: says what a model kept says; useless: no better than chance.',
    );
    const byNumber = { ...limited(), budget: { models: 3, costs: [] } };
    expect(rankingTable(byNumber).rows[0][at]).toEqual(['over budget', '(3 of 3 taken)']);
  });
});

describe('amounts', () => {
  it.each([
    [16.1, 'ms/row', '16.1 ms'],
    [419_213, 'B', '419 kB'],
    [419_213, 'bytes', '419 kB'],
    [2_500_000, 'B', '2.5 MB'],
    [812, 'B', '812 B'],
    [0.0215, 'USD/row', '0.0215 USD'],
    [1234, 'count', '1,234'],
    [3, '', '3'],
  ])('%f in %j is %s', (value, unit, text) => {
    expect(amount(value, unit)).toBe(text);
  });

  it.each([
    ['latency_ms', 'ms/row', 'latency_ms'],
    ['latency_ms_p95', 'ms', 'latency_ms_p95'],
    ['bytes', 'B', 'bytes'],
    ['parameters', 'count', 'parameters'],
    ['price', 'USD/1k rows', 'price (USD/1k rows)'],
    ['effort', '', 'effort'],
  ])('a column of %s in %j is headed %s', (name, unit, label) => {
    expect(costLabel(name, unit)).toBe(label);
  });
});
