import { describe, expect, it } from 'vitest';
import { forEachDraw, LANES } from '../../src/evaluation/draws.js';
import { evaluationSet } from '../../src/evaluation/evaluate.js';
import { groupStatistics } from '../../src/evaluation/statistics.js';
import { createRandom } from '../../src/math/random.js';
import { contributionEvidence, resampleContributions } from '../../src/selection/evidence.js';
import { keptShares } from '../../src/selection/kept-share.js';
import { addRows, emptyQuerySums, meansOf, type QuerySums } from '../../src/selection/query-sums.js';
import type { StrategyName } from '../../src/selection/strategies/registry.js';
import type { SelectionProblem } from '../../src/selection/strategy.js';

const OPTIONS = { replicates: 300, seed: 1 };

/** Sums of 60 queries of one to three rows, a model's contribution a row being its level and noise. */
function sumsOf(levels: Record<string, number>): QuerySums {
  const random = createRandom(4);
  const sums = emptyQuerySums(Object.keys(levels), 60);
  for (let query = 0; query < 60; query++) {
    sums.rows[query] = 1 + random.integer(3);
    Object.values(levels).forEach((level, model) => {
      for (let row = 0; row < sums.rows[query]; row++)
        sums.shap[model][query] += level + 0.1 * random.normal();
    });
  }
  return sums;
}

describe('sums per query', () => {
  it('hold sizes, and what is added to the true class above the mean of the classes', () => {
    const sums = emptyQuerySums(['a', 'b'], 2);
    addRows(sums, {
      shap: Float64Array.of(3, -1, 0, 2, /**/ 1, 1, 5, -1),
      groupShap: Float64Array.of(1, 1, 0, 0, /**/ 2, -2, 0, 0),
      queries: Int32Array.of(1, 1),
      labels: Int16Array.of(0, 1),
      classes: 2,
    });
    expect([...sums.rows]).toEqual([0, 2]);
    expect(sums.shap.map((column) => column[1])).toEqual([3, 4]);
    expect(sums.groupShap.map((column) => column[1])).toEqual([3, 0]);
    expect(sums.towards.map((column) => column[1])).toEqual([2, -4]);
    expect(meansOf(sums, 'shap')).toEqual([1.5, 2]);
  });
});

describe('resampled contributions', () => {
  it('are means over the rows drawn, in every replicate', () => {
    const sums = sumsOf({ a: 1, b: 0.5 });
    const { shap } = resampleContributions(sums, OPTIONS);
    forEachDraw(60, OPTIONS, ({ first, lanes, weights }) => {
      for (let lane = 0; lane < lanes; lane++) {
        let [rows, total] = [0, 0];
        for (let query = 0; query < 60; query++) {
          rows += weights[query * LANES + lane] * sums.rows[query];
          total += weights[query * LANES + lane] * sums.shap[1][query];
        }
        expect(shap[1][first + lane]).toBeCloseTo(total / rows, 12);
      }
    });
  });

  it('give tight ranks to models far apart and wide ones to equals', () => {
    const [far, near, same] = contributionEvidence(
      resampleContributions(sumsOf({ far: 2, near: 1, same: 1 }), OPTIONS),
    );
    expect(far.rank).toEqual({ low: 1, high: 1 });
    expect([near.rank, same.rank]).toEqual([
      { low: 2, high: 3 },
      { low: 2, high: 3 },
    ]);
    expect(far.shap.low).toBeLessThan(2.03);
    expect(far.shap.high).toBeGreaterThan(1.97);
    expect(far.shap.high - far.shap.low).toBeLessThan(0.12);
  });
});

/** A problem of three candidates whose sets answer as the best of them does, `second` a little worse than `first`. */
function problemOf() {
  const random = createRandom(9);
  const labels = Int16Array.from({ length: 120 }, () => random.integer(2));
  const set = evaluationSet(2, labels, Int32Array.from(labels.keys()), Int32Array.from(labels.keys()));
  const wrong = [
    (row: number) => row < 24,
    (row: number) => row >= 12 && row < 37,
    (row: number) => row % 2 === 0,
  ];
  const right = wrong.map((isWrong) => labels.map((_, row) => (isWrong(row) ? 0 : 1)));
  const statistics = (subset: readonly number[]) => {
    const answers = right[Math.min(...subset)];
    const probabilities = Float32Array.from({ length: 240 }, (_, at) => {
      const [row, k] = [at >> 1, at & 1];
      return (k === labels[row]) === (answers[row] === 1) ? 0.8 : 0.2;
    });
    return groupStatistics(set, { name: '', probabilities, covered: null });
  };
  const names = ['first', 'second', 'third'];
  const problem: SelectionProblem = {
    candidates: names.map((name) => ({ name, shap: 0, groupShap: 0 })),
    limits: [{ name: 'models', limit: 1, values: [1, 1, 1] }],
    ...{ required: [], metric: 'accuracy', floors: [], seed: 1 },
    score: () => ({ accuracy: 0, macroF1: 0, weightedF1: 0, logLoss: 9, f1: [] }),
    single: () => ({ accuracy: 0, macroF1: 0, weightedF1: 0, logLoss: 9, f1: [] }),
  };
  return { problem, statistics };
}

function sharesOf(strategy: StrategyName, levels: Record<string, number>) {
  const { problem, statistics } = problemOf();
  return keptShares({
    ...{ problem, strategy, statistics, options: OPTIONS },
    contributions: resampleContributions(sumsOf(levels), OPTIONS),
    singleStatistics: (candidate) => statistics([candidate]),
    fitted: [[0], [1], [2]],
  });
}

describe('how often a model is kept', () => {
  it('follows the contributions drawn where the strategy goes by them', () => {
    const { shares, draws } = sharesOf('shap', { first: 1, second: 1.001, third: 0.3 });
    expect(draws).toBe(300);
    expect(shares[2]).toBe(0);
    expect(shares[0] + shares[1]).toBeCloseTo(1, 12);
    expect(Math.min(shares[0], shares[1])).toBeGreaterThan(0.02);
  });

  it.each(['greedy', 'score-order'] as const)(
    'follows the answers drawn where %s scores sets',
    (strategy) => {
      const { shares, draws } = sharesOf(strategy, { first: 0, second: 0, third: 9 });
      expect(draws).toBe(strategy === 'greedy' ? 200 : 300);
      expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
      expect(shares[2]).toBeLessThan(0.05);
      expect(Math.min(shares[0], shares[1])).toBeGreaterThan(0.05);
    },
  );
});
