import { beforeAll, describe, expect, it } from 'vitest';
import { groupedFolds } from '../../src/data/examples/splits.js';
import { createRandom, type Random } from '../../src/math/random.js';
import type { ModelCard } from '../../src/predictions/matrix.js';
import { advantageOf } from '../../src/selection/pool-objective.js';
import { type Selection, type SelectionRequest, selectModels } from '../../src/selection/select.js';
import { greedyPool } from '../../src/selection/strategies/greedy-pool.js';
import { createSubsetScorer } from '../../src/selection/subset-scorer.js';
import { whyKept } from '../../src/selection/why.js';

const CLASSES = 3;

/** What a model says: log-odds towards the true class per class, with noise. */
interface Planted {
  readonly name: string;
  readonly signal: readonly [number, number, number];
  readonly noise: number;
  /** a copy of the model before it, with noise of a standard deviation */
  readonly twin?: number;
}

function columns(labels: Int16Array, models: readonly Planted[], random: Random): Float32Array {
  const values = new Float32Array(labels.length * models.length * CLASSES);
  labels.forEach((label, row) => {
    let before: number[] = [];
    models.forEach(({ signal, noise, twin }, model) => {
      before = Array.from({ length: CLASSES }, (_, k) =>
        twin ? before[k] + twin * random.normal() : noise * random.normal() + (k === label ? signal[k] : 0),
      );
      const odds = before.map(Math.exp);
      const sum = odds.reduce((a, b) => a + b, 0);
      values.set(
        odds.map((odd) => odd / sum),
        (row * models.length + model) * CLASSES,
      );
    });
  });
  return values;
}

const cardOf = (name: string): ModelCard => ({
  ...{ name, kind: 'probabilities', family: 'test', source: 'imported', costs: {} },
  ...{ sha256: '', covered: 0, notes: [] },
});

/** A seeded table of a number of rows, one class in twenty rows rare. */
function choose(
  models: readonly Planted[],
  rows: number,
  seed: number,
  more: Partial<SelectionRequest> = {},
): Selection {
  const random = createRandom(seed);
  const labels = Int16Array.from({ length: rows }, () =>
    random.uniform() < 0.05 ? 2 : random.uniform() < 0.6 ? 0 : 1,
  );
  const queries = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 2));
  const names = models.flatMap(({ name }) => Array.from({ length: CLASSES }, (_, k) => `${name}:${k}`));
  const scorer = createSubsetScorer({
    features: { rows, columns: names.length, names, values: columns(labels, models, random) },
    classes: CLASSES,
    labels,
    rows: Int32Array.from(labels.keys()),
    foldOf: groupedFolds(queries, 3, seed),
    queries,
    pools: 'macroF1',
    seed,
  });
  return selectModels({
    contributions: models.map(({ name }) => ({ model: name, shap: 1, groupShap: 1 })),
    cards: models.map(({ name }) => cardOf(name)),
    request: {
      budget: { models: 3, costs: [] },
      strategy: 'greedy-pool',
      metric: 'macroF1',
      ...{ require: [], forbid: [], floors: [], seed },
      ...more,
    },
    scorer,
    strict: true,
  });
}

const GOOD: Planted = { name: 'good', signal: [1.6, 1.6, 0], noise: 1 };
const OTHER: Planted = { name: 'other', signal: [1.2, 1.2, 0], noise: 1 };
const SPECIALIST: Planted = { name: 'specialist', signal: [0, 0, 4], noise: 0.7 };
const TWIN: Planted = { name: 'good twin', signal: [0, 0, 0], noise: 0, twin: 0.05 };
const USELESS: Planted = { name: 'useless', signal: [0, 0, 0], noise: 1 };

describe('greedy-pool', () => {
  it('keeps a specialist that alone finds a rare class', () => {
    for (const seed of [1, 2, 3])
      expect(choose([GOOD, OTHER, SPECIALIST], 1000, seed).kept).toContain('specialist');
  });

  it('counts twins once', () => {
    for (const seed of [1, 2, 3]) {
      const { kept } = choose([GOOD, TWIN, SPECIALIST], 800, seed);
      expect(kept.filter((name) => name.startsWith('good'))).toHaveLength(1);
    }
  });

  it('keeps a useless model only where it is required', () => {
    for (let seed = 0; seed < 15; seed++) {
      const { kept, ceiling } = choose([GOOD, USELESS, OTHER], 200 + 60 * seed, seed);
      expect(kept, `seed ${seed}`).not.toContain('useless');
      expect(ceiling!.best, `seed ${seed}`).not.toContain('useless');
    }
    expect(choose([GOOD, USELESS, OTHER], 400, 1, { require: ['useless'] }).kept).toContain('useless');
  });

  it('restricts nothing where no model does better than chance', () => {
    const { kept } = choose([USELESS, { ...USELESS, name: 'another' }], 300, 5);
    expect(kept.length).toBeGreaterThan(0);
  });

  describe('with a second model that adds next to nothing', () => {
    const cousin: Planted = { name: 'cousin', signal: [0, 0, 0], noise: 0, twin: 0.6 };
    let smallest: Selection;
    let best: Selection;
    beforeAll(() => {
      const seeds = [...Array(20).keys()];
      const seed = seeds.find((each) => {
        const { kept, ceiling } = choose([GOOD, cousin], 300, each);
        return kept.length < ceiling!.best.length;
      })!;
      smallest = choose([GOOD, cousin], 300, seed);
      best = choose([GOOD, cousin], 300, seed, { keep: 'best' });
    });

    it('keeps the smallest set within one standard error, in merit and in log-loss', () => {
      const { advantage } = smallest.ceiling!;
      expect(advantage.merit).toBeGreaterThan(0);
      expect(advantage.merit).toBeLessThanOrEqual(advantage.meritError);
      expect(advantage.loss).toBeLessThanOrEqual(advantage.lossError);
    });

    it('keeps the best set when asked to', () => {
      expect(best.kept).toEqual(smallest.ceiling!.best);
    });

    it('says why in one sentence', () => {
      const facts = { passing: ['good'], metric: 'macroF1' as const };
      expect(whyKept({ selection: smallest, keep: 'smallest', ...facts })).toMatch(
        /^Keeps \d where the budget allows \d, because .* standard error of \d+\.\d\.$/,
      );
      expect(whyKept({ selection: best, keep: 'best', ...facts })).toContain('as asked');
      expect(whyKept({ selection: best, keep: 'best', ...facts, passing: [] })).toContain(
        'better than chance',
      );
    });
  });
});

describe('the advantage of one set over another', () => {
  it('is that of the sums, with the standard error of a mean of independent queries', () => {
    const queries = 400;
    const random = createRandom(1);
    const losses = [0, 1].map(() => Float64Array.from({ length: queries }, () => 1 + 0.1 * random.normal()));
    const statistics = losses.map((own) => ({
      classes: 2,
      rows: queries,
      judged: Uint8Array.of(1, 1),
      starts: Int32Array.from({ length: queries + 1 }, (_, at) => at),
      cells: Uint16Array.from({ length: queries }, (_, at) => (at % 2) * 3),
      counts: new Float64Array(queries).fill(1),
      losses: own,
    }));
    const { loss, lossError, merit } = advantageOf('logLoss', [[statistics[0]], [statistics[1]]], 3);
    const differences = losses[1].map((each, at) => each - losses[0][at]);
    const mean = differences.reduce((a, b) => a + b, 0) / queries;
    const variance = differences.reduce((sum, each) => sum + (each - mean) ** 2, 0) / queries;
    expect(loss).toBeCloseTo(mean, 12);
    expect(merit).toBeCloseTo(mean, 12);
    expect(lossError / Math.sqrt(variance / queries)).toBeGreaterThan(0.85);
    expect(lossError / Math.sqrt(variance / queries)).toBeLessThan(1.15);
  });
});

describe('models that do equally well but for rounding', () => {
  const firstTaken = (advantage: number) => {
    const losses = [0.5, 0.5 - advantage];
    const score = (subset: readonly number[]) => {
      const logLoss = subset.length > 1 ? 0.4 : losses[subset[0]];
      return { accuracy: 0, macroF1: 0, weightedF1: 0, logLoss, f1: [] };
    };
    const { trace } = greedyPool.choose({
      candidates: ['a', 'b'].map((name) => ({ name, shap: 1, groupShap: 1 })),
      limits: [],
      required: [],
      metric: 'logLoss',
      floors: [],
      score,
      single: (candidate) => score([candidate]),
      seed: 1,
    });
    return trace[0].model;
  };

  it('are taken in their order, whichever of them rounding favours', () => {
    expect(firstTaken(1e-12)).toBe('a');
    expect(firstTaken(-1e-12)).toBe('a');
    expect(firstTaken(1e-6)).toBe('b');
  });
});
