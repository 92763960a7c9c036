import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scoresOfConfusion } from '../../src/evaluation/metrics.js';
import { PASS_Z, type ScreenInput, screenModel } from '../../src/evaluation/screen.js';
import { rowLoss } from '../../src/evaluation/statistics.js';
import { createRandom } from '../../src/math/random.js';
import { argmaxAt } from '../../src/math/softmax.js';

/** Every order of 0..count-1. */
function orders(count: number): number[][] {
  if (count === 0) return [[]];
  return orders(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, at) => [...order.slice(0, at), count - 1, ...order.slice(at)]),
  );
}

/** Every way to deal the labels anew within strata. */
function dealings(input: ScreenInput, rows: readonly number[]): number[][] {
  const strata = [...new Set(rows.map((row) => input.strata[row]))];
  return strata.reduce<number[][]>(
    (dealt, stratum) => {
      const own = rows.filter((row) => input.strata[row] === stratum);
      return dealt.flatMap((labels) =>
        orders(own.length).map((order) => {
          const next = [...labels];
          own.forEach((row, at) => {
            next[row] = input.labels[own[order[at]]];
          });
          return next;
        }),
      );
    },
    [[...Array(input.labels.length).keys()].map((row) => input.labels[row])],
  );
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** What screenModel says, by trying every dealing. */
function byBruteForce(input: ScreenInput) {
  const { values, offset, stride, classes } = input;
  const rows = [...Array(input.labels.length).keys()].filter(
    (row) => !Number.isNaN(values[offset + row * stride]),
  );
  const logs = (row: number) => {
    const own = Array.from({ length: classes }, (_, k) =>
      Math.log(Math.max(values[offset + row * stride + k], 2 ** -23)),
    );
    return own.map((each) => each - mean(own));
  };
  const all = dealings(input, rows);
  const count = (k: number) => rows.filter((row) => input.labels[row] === k).length;
  const zs = [() => 1, (k: number) => 1 / count(k)].map((weight) => {
    const statistic = (labels: readonly number[]) =>
      rows.reduce((sum, row) => sum + weight(labels[row]) * logs(row)[labels[row]], 0);
    const drawn = all.map(statistic);
    const centre = mean(drawn);
    const deviation = Math.sqrt(mean(drawn.map((each) => (each - centre) ** 2)));
    return deviation < 1e-9 ? 0 : (statistic(all[0].map((_, row) => input.labels[row])) - centre) / deviation;
  });
  const floors = all.map((labels) => {
    const confusion = new Float64Array(classes * classes);
    let loss = 0;
    for (const row of rows) {
      const start = offset + row * stride;
      confusion[labels[row] * classes + argmaxAt(values, start, classes)]++;
      loss += rowLoss(values, start, classes, labels[row]);
    }
    return scoresOfConfusion(confusion, classes, loss);
  });
  return {
    zs,
    accuracy: mean(floors.map((each) => each.accuracy)),
    macroF1: mean(floors.map((each) => each.macroF1)),
    weightedF1: mean(floors.map((each) => each.weightedF1)),
    logLoss: mean(floors.map((each) => each.logLoss)),
  };
}

/** Rows that are each a query of their own. */
function table(classes: number, rows: number, seed: number, kind: 'soft' | 'hard' | 'missing'): ScreenInput {
  const random = createRandom(seed);
  const values = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const answer = random.integer(classes);
    for (let k = 0; k < classes; k++) {
      values[row * classes + k] = kind === 'hard' ? (k === answer ? 1 : 0) : 0.01 + random.uniform();
    }
    if (kind === 'missing' && row % 3 === 0) values.fill(Number.NaN, row * classes, (row + 1) * classes);
  }
  return {
    values,
    offset: 0,
    stride: classes,
    classes,
    labels: Array.from({ length: rows }, () => random.integer(classes)),
    strata: Array.from({ length: rows }, (_, row) => (row < 2 ? 1 : 0)),
    queries: [...Array(rows).keys()],
  };
}

describe('the permutation distribution', () => {
  it('has the mean and the variance that trying every dealing of the labels gives', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 4 }),
        fc.integer({ min: 3, max: 7 }),
        fc.integer({ min: 0, max: 1e6 }),
        fc.constantFrom('soft' as const, 'hard' as const, 'missing' as const),
        (classes, rows, seed, kind) => {
          const input = table(classes, rows, seed, kind);
          const found = screenModel(input);
          expect(found.permutationZ).toBeCloseTo(Math.max(...byBruteForce(input).zs), 6);
        },
      ),
      { numRuns: 60, seed: 13 },
    );
  });

  it('gives the expected scores of the answers dealt anew', () => {
    for (const kind of ['soft', 'hard', 'missing'] as const) {
      for (let seed = 0; seed < 8; seed++) {
        const input = table(3, 7, seed, kind);
        const { floor } = screenModel(input);
        const oracle = byBruteForce(input);
        expect(floor.accuracy).toBeCloseTo(oracle.accuracy, 10);
        expect(floor.macroF1).toBeCloseTo(oracle.macroF1, 10);
        expect(floor.weightedF1).toBeCloseTo(oracle.weightedF1, 10);
        expect(floor.logLoss).toBeCloseTo(oracle.logLoss, 6);
      }
    }
  });
});

/** Rows of queries of a size, whose answers share noise of the query. */
function clustered(signal: number, seed: number, rowsAQuery = 20, queries = 50): ScreenInput {
  const random = createRandom(seed);
  const classes = 4;
  const rows = queries * rowsAQuery;
  const values = new Float32Array(rows * classes);
  const labels = new Int16Array(rows);
  for (let query = 0; query < queries; query++) {
    const common = Array.from({ length: classes }, () => random.normal());
    const usual = random.integer(classes);
    for (let row = query * rowsAQuery; row < (query + 1) * rowsAQuery; row++) {
      labels[row] = random.uniform() < 0.5 ? usual : random.integer(classes);
      for (let k = 0; k < classes; k++) {
        const odds = common[k] + 0.3 * random.normal() + (k === labels[row] ? signal : 0);
        values[row * classes + k] = 1 / (1 + Math.exp(-odds));
      }
    }
  }
  const queriesOf = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / rowsAQuery));
  return {
    values,
    offset: 0,
    stride: classes,
    classes,
    labels,
    strata: new Int32Array(rows),
    queries: queriesOf,
  };
}

describe('the screen', () => {
  it('lets pass no more than one in a hundred models whose noise is common to a query', () => {
    const draws = Array.from({ length: 400 }, (_, seed) => screenModel(clustered(0, seed)));
    expect(draws.filter(({ passed }) => passed).length).toBeLessThanOrEqual(4);
    expect(draws.filter(({ permutationZ }) => permutationZ > PASS_Z).length).toBeGreaterThan(40);
  });

  it('lets pass nearly all models that know a little', () => {
    const draws = Array.from({ length: 100 }, (_, seed) => screenModel(clustered(0.6, seed)));
    expect(draws.filter(({ passed }) => passed).length).toBeGreaterThanOrEqual(97);
  });

  it('is no stricter where every row is a query of its own', () => {
    const { clusterZ, permutationZ } = screenModel(table(3, 50, 1, 'soft'));
    expect(clusterZ).toBeCloseTo(permutationZ, 12);
  });

  it('finds a specialist of a rare class, which the class-balanced weighting shows', () => {
    const random = createRandom(3);
    const rows = 600;
    const labels = Int16Array.from({ length: rows }, (_, row) => (row < 15 ? 2 : row % 2));
    const values = new Float32Array(rows * 3);
    labels.forEach((label, row) => {
      const rare = label === 2 ? 0.3 : 0.02 * random.uniform();
      values.set([(1 - rare) * 0.5, (1 - rare) * 0.5, rare], row * 3);
    });
    const own = Int32Array.from(labels.keys());
    const found = screenModel({
      ...{ values, offset: 0, stride: 3, classes: 3, labels },
      ...{ strata: new Int32Array(rows), queries: own },
    });
    expect(found.passed).toBe(true);
  });

  it('gives a constant answer, a silent model and a single row z 0', () => {
    const base = table(3, 30, 1, 'soft');
    const constant = Float32Array.from({ length: 90 }, (_, at) => [0.5, 0.3, 0.2][at % 3]);
    expect(screenModel({ ...base, values: constant }).z).toBe(0);
    const silent = screenModel({ ...base, values: new Float32Array(90).fill(Number.NaN) });
    expect([silent.z, silent.rows, silent.passed]).toEqual([0, 0, false]);
    expect(screenModel({ ...table(3, 1, 1, 'soft') }).z).toBe(0);
  });

  it('does not depend on the order of the rows, nor on the names of strata and queries', () => {
    const input = clustered(0.2, 9, 5, 30);
    const order = createRandom(4).shuffle([...Array(input.labels.length).keys()]);
    const moved: ScreenInput = {
      ...input,
      values: Float32Array.from(order.flatMap((row) => [0, 1, 2, 3].map((k) => input.values[row * 4 + k]))),
      labels: order.map((row) => input.labels[row]),
      strata: order.map((row) => 7 + 3 * input.strata[row]),
      queries: order.map((row) => 1000 - input.queries[row]),
    };
    expect(screenModel(moved).z).toBeCloseTo(screenModel(input).z, 9);
  });

  it('screens tables of 64 classes', () => {
    const random = createRandom(8);
    const rows = 2000;
    const labels = Int16Array.from({ length: rows }, () => random.integer(64));
    const make = (signal: number) =>
      Float32Array.from({ length: rows * 64 }, (_, at) =>
        Math.exp(random.normal() + (at % 64 === labels[Math.floor(at / 64)] ? signal : 0)),
      );
    const own = Int32Array.from(labels.keys());
    const rest = { offset: 0, stride: 64, classes: 64, labels, strata: new Int32Array(rows), queries: own };
    expect(screenModel({ ...rest, values: make(0.5) }).passed).toBe(true);
    expect(screenModel({ ...rest, values: make(0) }).passed).toBe(false);
  });
});
