import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeScorePlan } from '../../src/ensemble/scoring/describe.js';
import { scoreMarginsParallel, scorePart } from '../../src/ensemble/scoring/parallel.js';
import { planScoring } from '../../src/ensemble/scoring/plan.js';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import type { FeatureMatrix, TreeEnsemble } from '../../src/ensemble/tree.js';
import { createRandom, type Random } from '../../src/math/random.js';
import { doLeft } from '../../src/threads/part-queue.js';
import { marginsByDefinition } from '../oracles/margins.js';
import { randomEnsemble, randomTree, type Shape } from './random-trees.js';

/** A table of values drawn one by one. */
function draw(rows: number, columns: number, value: () => number): FeatureMatrix {
  const names = Array.from({ length: columns }, (_, column) => `f${column}`);
  return { rows, columns, names, values: Float32Array.from({ length: rows * columns }, value) };
}

/** Bits, so that 0 and -0 differ and NaN is itself. */
function bits(values: Float32Array): Int32Array {
  return new Int32Array(values.slice().buffer);
}

function expectTheDefinition(ensemble: TreeEnsemble, features: FeatureMatrix): void {
  expect(bits(scoreMargins(ensemble, features))).toEqual(bits(marginsByDefinition(ensemble, features)));
}

const shape: fc.Arbitrary<Shape> = fc.record({
  leaves: fc.oneof(
    fc.integer({ min: 1, max: 9 }),
    fc.integer({ min: 10, max: 70 }),
    fc.constantFrom(64, 65, 128, 256, 257),
  ),
  growth: fc.constantFrom('full' as const, 'chain' as const, 'any' as const),
});

const ensembles = fc.record({
  seed: fc.integer({ min: 0, max: 1e9 }),
  columns: fc.integer({ min: 1, max: 6 }),
  classes: fc.integer({ min: 2, max: 5 }),
  shapes: fc.array(shape, { minLength: 1, maxLength: 40 }),
  rows: fc.integer({ min: 1, max: 1100 }),
  missing: fc.constantFrom(0, 0.1),
  /** coarse grids give equal values and thresholds, 0 and -0 among them; fine ones many thresholds */
  grid: fc.constantFrom(2, 100, 1e6),
});

function onGrid(random: Random, grid: number): number {
  const value = Math.round(random.normal() * grid) / grid;
  return value === 0 && random.uniform() < 0.5 ? -0 : value;
}

describe('scoring in WebAssembly', () => {
  it('gives the margins of the definition to the bit, for trees of any shape', () => {
    fc.assert(
      fc.property(ensembles, ({ seed, columns, classes, shapes, rows, missing, grid }) => {
        const random = createRandom(seed);
        const ensemble = randomEnsemble(random, { columns, classes, shapes }, () => onGrid(random, grid));
        const value = () => (random.uniform() < missing ? Number.NaN : onGrid(random, grid));
        expectTheDefinition(ensemble, draw(rows, columns, value));
      }),
      { numRuns: 60 },
    );
  });

  it('finds leaf numbers once where classes share the structure of their trees, and gives the same margins', () => {
    let repeated = 0;
    fc.assert(
      fc.property(ensembles, ({ seed, columns, classes, shapes, rows, missing, grid }) => {
        const random = createRandom(seed);
        const one = randomEnsemble(random, { columns, classes: 2, shapes }, () => onGrid(random, grid));
        // now and then a class has another tree
        const trees = one.trees.flatMap((tree, t) =>
          Array.from({ length: classes }, (_, k) => {
            const own = random.uniform() < 0.01 ? one.trees[0] : tree;
            return { ...own, value: own.value.map((value) => value * (k + 1) - t) };
          }),
        );
        const treeClass = Int32Array.from(trees, (_, t) => t % classes);
        const baseScore = Float32Array.from({ length: classes }, () => random.normal());
        const ensemble = { ...one, classes, trees, treeClass, baseScore };
        const value = () => (random.uniform() < missing ? Number.NaN : onGrid(random, grid));
        expectTheDefinition(ensemble, draw(rows, columns, value));
        repeated += describeScorePlan(planScoring(ensemble)).repeated;
      }),
      { numRuns: 60, seed: 2 },
    );
    expect(repeated).toBeGreaterThan(300);
  });

  it('tells trees of the same comparisons in other places apart', () => {
    const random = createRandom(3);
    const one = randomTree(random, 3, { leaves: 12, growth: 'chain' }, () => random.normal());
    // its mirror image: what went on to the right goes on to the left, by the same comparisons
    const mirror = { ...one, left: one.right, right: one.left };
    const ensemble = {
      ...{ classes: 2, featureNames: ['f0', 'f1', 'f2'], baseScore: new Float32Array(2) },
      ...{ trees: [one, mirror], treeClass: Int32Array.of(0, 1) },
    };
    expectTheDefinition(
      ensemble,
      draw(300, 3, () => random.normal()),
    );
    expect(describeScorePlan(planScoring(ensemble))).toMatchObject({
      repeated: 0,
      treesByMethod: { reach: 2 },
    });
  });

  it('finds extreme values and thresholds', () => {
    const extremes = [0, -0, 1e-45, -1e-45, 3e38, -3e38, 1e-38, Infinity, -Infinity, 1, -1, 1 + 2 ** -23];
    const random = createRandom('extremes');
    const pick = () => extremes[random.integer(extremes.length)];
    const shapes = Array.from({ length: 20 }, (): Shape => ({ leaves: 30, growth: 'any' }));
    const ensemble = randomEnsemble(random, { columns: 3, classes: 2, shapes }, pick);
    expectTheDefinition(
      ensemble,
      draw(600, 3, () => (random.uniform() < 0.1 ? Number.NaN : pick())),
    );
  });

  it('takes -0 for 0 where thresholds crowd just below it', () => {
    const random = createRandom('crowd');
    const below = Array.from({ length: 40 }, (_, at) => -1e-41 * (at + 1));
    const thresholds = [...below, 0, -1, 1];
    const pick = () => thresholds[random.integer(thresholds.length)];
    const shapes = Array.from({ length: 40 }, (): Shape => ({ leaves: 40, growth: 'any' }));
    const ensemble = randomEnsemble(random, { columns: 1, classes: 2, shapes }, pick);
    expect(planScoring(ensemble).cutStart[1]).toBe(thresholds.length);
    expectTheDefinition(
      ensemble,
      draw(600, 1, () => (random.uniform() < 0.5 ? -0 : pick())),
    );
  });

  it('takes columns of more thresholds than a byte counts, all in one narrow range', () => {
    const random = createRandom('many thresholds');
    const near = () => 0.5 + random.uniform() / 4096;
    const shapes = Array.from({ length: 60 }, (): Shape => ({ leaves: 64, growth: 'any' }));
    const ensemble = randomEnsemble(random, { columns: 2, classes: 64, shapes }, near);
    expect(planScoring(ensemble).cutStart[1]).toBeGreaterThan(1000);
    expectTheDefinition(ensemble, draw(700, 2, near));
    expectTheDefinition(
      ensemble,
      draw(700, 2, () => (random.uniform() < 0.01 ? Number.NaN : near())),
    );
  });

  it('walks trees whose columns have more thresholds than two bytes count', () => {
    const random = createRandom('too many thresholds');
    const shapes = Array.from({ length: 300 }, (): Shape => ({ leaves: 256, growth: 'any' }));
    const ensemble = randomEnsemble(random, { columns: 1, classes: 2, shapes }, () => random.normal());
    expect(describeScorePlan(planScoring(ensemble)).treesByMethod).toEqual({
      select: 0,
      reach: 0,
      walk: 300,
    });
    expectTheDefinition(
      ensemble,
      draw(70, 1, () => (random.uniform() < 0.1 ? Number.NaN : random.normal())),
    );
  });

  it('chooses by shape: selection for full trees, reach for deep ones, walks for large ones', () => {
    const random = createRandom('methods');
    const methodOf = (leaves: number, growth: Shape['growth']) => {
      const ensemble = randomEnsemble(random, { columns: 3, classes: 2, shapes: [{ leaves, growth }] }, () =>
        random.normal(),
      );
      return planScoring(ensemble).trees[0].method;
    };
    expect([1, 2, 64, 128].map((leaves) => methodOf(leaves, 'full'))).toEqual(Array(4).fill('select'));
    expect([25, 256].map((leaves) => methodOf(leaves, 'chain'))).toEqual(['reach', 'reach']);
    expect([200, 256].map((leaves) => methodOf(leaves, 'full'))).toEqual(['reach', 'reach']);
    expect(methodOf(257, 'any')).toBe('walk');
  });

  it('counts what a plan consists of', () => {
    const random = createRandom('description');
    const shapes: Shape[] = [
      { leaves: 8, growth: 'full' },
      { leaves: 25, growth: 'chain' },
      { leaves: 300, growth: 'any' },
    ];
    const ensemble = randomEnsemble(random, { columns: 3, classes: 2, shapes }, () => random.normal());
    const one = { ...ensemble, treeClass: Int32Array.of(0, 0, 0) };
    expect(describeScorePlan(planScoring(one))).toMatchObject({
      trees: 3,
      treesByMethod: { select: 1, reach: 1, walk: 1 },
      splits: 7 + 24 + 299,
      thresholds: 7 + 24,
      batches: 2,
    });
  });
});

describe('scoring on threads', () => {
  const random = createRandom('threads');
  const shapes = Array.from({ length: 8000 }, (): Shape => ({ leaves: 2, growth: 'any' }));
  const ensemble = randomEnsemble(random, { columns: 2, classes: 3, shapes }, () => random.normal());
  const features = draw(27_001, 2, () => (random.uniform() < 0.05 ? Number.NaN : random.normal()));

  it('gives the same bytes, of all rows and of chosen ones', async () => {
    const alone = scoreMargins(ensemble, features);
    expect(bits(await scoreMarginsParallel(ensemble, features, { threads: 2 }))).toEqual(bits(alone));
    const rows = Int32Array.from({ length: 26_000 }, (_, at) => (at * 7) % 27_001);
    const chosen = await scoreMarginsParallel(ensemble, features, { threads: 3 }, rows);
    expect(bits(chosen)).toEqual(bits(scoreMargins(ensemble, features, rows)));
  });

  it('lays an ensemble out once, in memory that threads share, and another one anew', () => {
    const plan = planScoring(ensemble);
    expect(planScoring(ensemble)).toBe(plan);
    expect(planScoring({ ...ensemble })).not.toBe(plan);
    for (const values of [plan.cuts, plan.nodes, plan.structure, plan.leaves])
      expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('leaves no part out that a thread had taken and never wrote', () => {
    const rows = 1000;
    const table = { ...features, rows, values: features.values.subarray(0, rows * features.columns) };
    const plan = planScoring(ensemble);
    const margins = new Float32Array(rows * ensemble.classes);
    // eight parts, of which the first was taken by somebody else and the third is done
    const queue = { count: 8, next: Int32Array.of(1), done: Int32Array.of(0, 0, 1, 0, 0, 0, 0, 0) };
    const task = { plan, features: table, rows: undefined, count: rows, size: 128, queue, margins };
    doLeft(queue, (part) => scorePart(task, part));
    expect([...queue.done]).toEqual(new Array(8).fill(1));
    const expected = scoreMargins(ensemble, table);
    expected.fill(0, 2 * 128 * ensemble.classes, 3 * 128 * ensemble.classes);
    expect(bits(margins)).toEqual(bits(expected));
  });

  it('stops when it is told to, and refuses other columns', async () => {
    const signal = AbortSignal.abort();
    await expect(scoreMarginsParallel(ensemble, features, { threads: 2, signal })).rejects.toThrow(
      'the work was interrupted',
    );
    const other = { ...features, names: ['f0', 'x'] };
    await expect(
      scoreMarginsParallel({ ...ensemble, featureNames: ['f0', 'y'] }, other, { threads: 2 }),
    ).rejects.toThrow("column 1 of the table is 'x'");
  });
});
