import { describe, expect, it } from 'vitest';
import { poolMargins } from '../../src/ensemble/pool/fit.js';
import { wholeQueries } from '../../src/evaluation/whole-queries.js';
import { createRandom } from '../../src/math/random.js';
import { poolFolds, poolOf, poolSpreads, poolsOutOfFold, poolTable } from '../../src/selection/pool-table.js';
import { drawSamples, refitContributions, refitOrder, refitRanks } from '../../src/selection/refits.js';
import { judgedSample } from '../../src/selection/subset-scorer.js';

const [ROWS, CLASSES, MODELS] = [400, 2, 3];

/** A good model, a weak one and a useless one; five rows a query. */
function sample(hard = false) {
  const random = createRandom(2);
  const labels = Int16Array.from({ length: ROWS }, () => random.integer(CLASSES));
  const values = new Float32Array(ROWS * MODELS * CLASSES);
  labels.forEach((label, row) => {
    [2, 0.5, 0].forEach((signal, model) => {
      const odds = random.normal() + (label === 1 ? signal : -signal);
      const share = 1 / (1 + Math.exp(-odds));
      const own = hard && model === 0 ? Number(share > 0.5) : share;
      values.set([1 - own, own], (row * MODELS + model) * CLASSES);
    });
  });
  const names = Array.from({ length: MODELS * CLASSES }, (_, at) => String(at));
  return judgedSample({
    features: { rows: ROWS, columns: MODELS * CLASSES, names, values },
    classes: CLASSES,
    labels,
    rows: Int32Array.from(labels.keys()),
    foldOf: Int16Array.from(labels, (_, row) => Math.floor(row / 5) % 3),
    queries: Int32Array.from(labels, (_, row) => Math.floor(row / 5)),
    seed: 1,
  });
}

describe('drawings of queries', () => {
  it('hold as many queries as there are, whole, each copy one of its own, in the fold of the original', () => {
    const original = sample();
    const seen = new Map<string, number>();
    for (let row = 0; row < ROWS; row++) {
      seen.set(original.features.values.subarray(row * 6, row * 6 + 6).join(' '), row);
    }
    const [first, second] = drawSamples(original, { draws: 2, seed: 7 });
    expect(first.sets.once.groupCount).toBe(80);
    expect(first.labels).toHaveLength(ROWS);
    expect(first.features.values).not.toEqual(second.features.values);
    for (let row = 0; row < ROWS; row++) {
      const from = seen.get(first.features.values.subarray(row * 6, row * 6 + 6).join(' '))!;
      expect(first.labels[row]).toBe(original.labels[from]);
      expect(first.folds[0][row]).toBe(original.folds[0][from]);
      expect(first.queries[row]).toBe(Math.floor(row / 5));
      expect(from % 5).toBe(row % 5);
    }
  });

  it('are the same for the same seed', () => {
    const [[a], [b]] = [0, 1].map(() => [...drawSamples(sample(), { draws: 1, seed: 7 })]);
    expect(b.features.values).toEqual(a.features.values);
  });

  it('are the same one by one as together, so that threads may share them', () => {
    const all = [...drawSamples(sample(), { draws: 3, seed: 7 })];
    const apart = [...drawSamples(sample(), { from: 1, draws: 2, seed: 7 })];
    expect(apart).toEqual(all.slice(1));
  });
});

describe('ranks over refits', () => {
  it('put the good model first and the useless one last, and say so surely', () => {
    for (const hard of [false, true]) {
      const contributions = Array.from(drawSamples(sample(hard), { draws: 20, seed: 3 }), refitContributions);
      const ranks = refitRanks({ contributions });
      expect(refitOrder(ranks)).toEqual([0, 1, 2]);
      expect(ranks[0].rank).toEqual({ low: 1, high: 1 });
      expect(ranks[2].rank.low).toBeGreaterThan(1);
    }
  });

  it('are central intervals, rounded outwards, of the ranks of each draw', () => {
    const draws = [
      [3, 2, 1],
      [3, 1, 2],
      [3, 2, 1],
    ];
    const ranks = refitRanks({ contributions: draws.map((draw) => Float64Array.from(draw)) });
    expect(ranks.map(({ rank }) => [rank.low, rank.high])).toEqual([
      [1, 1],
      [2, 3],
      [2, 3],
    ]);
    expect(ranks[1].meanRank).toBeCloseTo(7 / 3, 12);
    expect(refitOrder(ranks)).toEqual([0, 1, 2]);
  });
});

describe('the order over refits', () => {
  it('is by mean rank, then by contribution, then by number', () => {
    const rank = (meanRank: number, contribution: number) => ({
      ...refitRanks({ contributions: [Float64Array.of(1)] })[0],
      meanRank,
      contribution,
    });
    expect(refitOrder([rank(2, 1), rank(1, 0.1), rank(2, 3), rank(2, 1)])).toEqual([1, 2, 0, 3]);
  });
});

describe('margins out of fold', () => {
  it('are of the pool of the other folds, at the rows of each', () => {
    const table = poolTable(sample());
    const foldOf = Int16Array.from(table.labels.keys(), (row) => row % 3);
    const { margins } = poolsOutOfFold(table, [0, 2], poolFolds(table, foldOf));
    const rowsOf = (own: boolean, fold: number) =>
      Int32Array.from([...table.labels.keys()].filter((row) => (foldOf[row] === fold) === own));
    for (const fold of [0, 1, 2]) {
      const held = rowsOf(true, fold);
      const own = poolMargins(poolOf(table, [0, 2], rowsOf(false, fold)), table.rows, held);
      held.forEach((row, at) => {
        const found = margins.subarray(row * CLASSES, (row + 1) * CLASSES);
        expect([...found]).toEqual([...own.subarray(at * CLASSES, (at + 1) * CLASSES)]);
      });
    }
  });
});

describe('contributions to a pool', () => {
  it('are what a model moves the margins by, the mean over rows and classes', () => {
    const table = poolTable(sample());
    const pool = poolOf(table, [0, 1, 2], Int32Array.from(table.labels.keys()));
    const spreads = poolSpreads(table, pool);
    for (let model = 0; model < MODELS; model++) {
      let sum = 0;
      for (let row = 0; row < ROWS; row++) {
        const [a, b] = [0, 1].map((k) => table.rows.evidence[(row * MODELS + model) * CLASSES + k]);
        sum += Math.abs(a - b) / 2;
      }
      expect(spreads[model]).toBeCloseTo((pool.weights[model] * sum) / ROWS, 6);
    }
  });
});

describe('whole queries', () => {
  const queries = Int32Array.from({ length: 1000 }, (_, at) => at % 77);

  it('are all positions where they fit', () => {
    expect(wholeQueries(queries, 1000, 1)).toEqual(Int32Array.from(queries.keys()));
  });

  it('are taken with all their positions, ascending, up to the number', () => {
    const taken = wholeQueries(queries, 300, 1);
    expect(taken.length).toBeGreaterThan(280);
    expect(taken.length).toBeLessThanOrEqual(300);
    expect(taken).toEqual(taken.slice().sort());
    const chosen = new Set(Array.from(taken, (at) => queries[at]));
    expect(queries.filter((query) => chosen.has(query))).toHaveLength(taken.length);
    expect(wholeQueries(queries, 300, 2)).not.toEqual(taken);
  });

  it('are at least one query', () => {
    expect(wholeQueries(new Int32Array(50), 10, 1)).toHaveLength(50);
  });
});
