import { describe, expect, it } from 'vitest';
import { fitPool, type Pool, poolMargins } from '../../../src/ensemble/pool/fit.js';
import { poolObjective } from '../../../src/ensemble/pool/objective.js';
import type { PoolProblem } from '../../../src/ensemble/pool/problem.js';
import { minimizePool, optimalityGap } from '../../../src/ensemble/pool/projected-newton.js';
import { createRandom } from '../../../src/math/random.js';
import { allRows, encoded, poolTask } from './support.js';

/** A problem whose models partly harm, so that some weights end at 0. */
function problem(models: number, classes: number, rows = 120): PoolProblem {
  const random = createRandom(`problem ${models} ${classes}`);
  const labels = Int16Array.from({ length: rows }, () => random.integer(classes));
  const evidence = new Float32Array(rows * classes * models);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let k = 0; k < classes; k++) {
      for (let m = 0; m < models; m++, at++) {
        evidence[at] = random.normal() + (k === labels[row] ? 1 - m / 2 : 0);
      }
    }
  }
  return {
    evidence,
    labels,
    weights: Float64Array.from({ length: rows }, (_, row) => 1 + (row % 3)),
    total: Array.from({ length: rows }, (_, row) => 1 + (row % 3)).reduce((a, b) => a + b, 0),
    models,
    classes,
    ridge: 0.03,
    biasRidge: 0.01,
    biasTargets: new Float64Array(classes),
  };
}

/** The penalised loss by its definition, in float64, sharing nothing with the code under test. */
function lossByDefinition(p: PoolProblem, at: ArrayLike<number>): number {
  let loss = 0;
  p.labels.forEach((label, row) => {
    const margins = Array.from({ length: p.classes }, (_, k) => {
      let margin = at[p.models + k];
      for (let m = 0; m < p.models; m++) margin += at[m] * p.evidence[(row * p.classes + k) * p.models + m];
      return margin;
    });
    const sum = margins.reduce((a, margin) => a + Math.exp(margin), 0);
    loss += (p.weights[row] / p.total) * (Math.log(sum) - margins[label]);
  });
  for (let m = 0; m < p.models; m++) loss += (p.ridge / 2) * at[m] ** 2;
  for (let k = 0; k < p.classes; k++) loss += (p.biasRidge / 2) * (at[p.models + k] - p.biasTargets[k]) ** 2;
  return loss;
}

/** Slow oracle: projected gradient with numerical derivatives and a step that halves when it does not help. */
function projectedGradient(p: PoolProblem): Float64Array {
  let at = new Float64Array(p.models + p.classes);
  let step = 1;
  for (let round = 0; round < 3000 && step > 1e-12; round++) {
    const slope = at.map((_, i) => {
      const [up, down] = [at.slice(), at.slice()];
      up[i] += 1e-5;
      down[i] -= 1e-5;
      return (lossByDefinition(p, up) - lossByDefinition(p, down)) / 2e-5;
    });
    const next = at.map((x, i) => (i < p.models ? Math.max(0, x - step * slope[i]) : x - step * slope[i]));
    if (lossByDefinition(p, next) < lossByDefinition(p, at)) at = next;
    else step /= 2;
  }
  return at;
}

describe('the weights of a pool', () => {
  it.each([
    [2, 2],
    [5, 3],
    [4, 4],
    [3, 9],
  ])('minimise the loss: %i models, %i classes, as projected gradient finds', (models, classes) => {
    const p = problem(models, classes);
    const found = minimizePool(p, new Float64Array(models + classes).fill(0.5));
    const oracle = projectedGradient(p);
    expect(lossByDefinition(p, found)).toBeLessThanOrEqual(lossByDefinition(p, oracle) + 1e-12);
    found.forEach((x, i) => {
      expect(x).toBeCloseTo(oracle[i], 4);
    });
    if (models > 3) expect([...found.subarray(0, models)].some((weight) => weight === 0)).toBe(true);
  });

  it('meet the conditions of Karush, Kuhn and Tucker, from 2 to 64 classes, from any start', () => {
    for (const classes of [2, 4, 17, 64]) {
      const p = problem(5, classes, 80);
      const starts = [0, 0.3, 4].map((start) => new Float64Array(5 + classes).fill(start));
      const found = starts.map((start) => minimizePool(p, start));
      const [first] = found;
      // from nearby, where the gradient is looked at first, and the search ends or goes on
      const nearby = [1e-12, 1e-7, 1e-6, 1e-5].map((away) =>
        minimizePool(
          p,
          first.map((x) => x + away),
        ),
      );
      const others = [...found.slice(1), ...nearby];
      expect(optimalityGap(p, first, poolObjective(p).derivatives(first).gradient)).toBeLessThan(1e-8);
      for (const other of others) {
        other.forEach((x, i) => {
          expect(x).toBeCloseTo(first[i], 6);
        });
      }
    }
  });

  it('come from derivatives that are those of the loss', () => {
    const p = problem(3, 4);
    const at = Float64Array.of(0.4, 0, 0.7, 0.1, -0.2, 0.3, 0);
    const { value, gradient, hessian } = poolObjective(p).derivatives(at);
    expect(value).toBeCloseTo(lossByDefinition(p, at), 12);
    expect(poolObjective(p).loss(at)).toBeCloseTo(lossByDefinition(p, at), 12);
    const moved = (i: number, by: number) => at.map((x, j) => (i === j ? x + by : x));
    at.forEach((_, i) => {
      const [up, down] = [moved(i, 1e-5), moved(i, -1e-5)];
      expect(gradient[i]).toBeCloseTo((lossByDefinition(p, up) - lossByDefinition(p, down)) / 2e-5, 7);
      const [above, below] = [
        poolObjective(p).derivatives(up).gradient,
        poolObjective(p).derivatives(down).gradient,
      ];
      at.forEach((_, j) => {
        expect(hessian[i * at.length + j]).toBeCloseTo((above[j] - below[j]) / 2e-5, 6);
      });
    });
  });
});

describe('a pool', () => {
  const task = poolTask({ rows: 300, classes: 4, soft: 3, hard: 2, silent: 0.1 });
  const { plan, rows } = encoded(task);
  const poolOf = (training: Int32Array) => fitPool({ plan, rows, labels: task.labels, training });

  it('counts a row listed twice twice: as much as two rows alike', () => {
    const some = Int32Array.from({ length: 200 }, (_, row) => row);
    const twice = Int32Array.from([...some, ...some.subarray(0, 50)]);
    const copies = Int32Array.from([...some, ...some.subarray(0, 50).toReversed()]);
    expect(poolOf(copies)).toEqual(poolOf(twice));
    expect(poolOf(twice)).not.toEqual(poolOf(some));
  });

  it('leaves a row out of its own answer: a model right by memory alone gets no weight', () => {
    const random = createRandom('answers at random');
    const [classes, count] = [12, 120];
    const labels = Int16Array.from({ length: count }, () => random.integer(classes));
    const values = new Float32Array(count * classes);
    for (let row = 0; row < count; row++) values[row * classes + random.integer(classes)] = 1;
    const names = Array.from({ length: classes }, (_, k) => `noise|${k}`);
    const noise = { features: { rows: count, columns: classes, names, values }, labels, classes };
    const known = encoded(noise);
    const pool = fitPool({ ...known, labels, training: allRows(noise) });
    expect(pool.weights[0]).toBe(0);
  });

  it('is the same from a pool nearby, with a model more, or fewer, and whatever the labels were', () => {
    const training = allRows(task);
    const fitted = (models: number[], near?: Pool) =>
      fitPool({ plan, rows, labels: task.labels, training, models, near });
    const shuffled = task.labels.map((_, row) => task.labels[(row * 7) % task.labels.length]);
    const others = [
      fitted([0, 1]),
      fitted([0, 1, 3, 4]),
      fitPool({ plan, rows, labels: shuffled, training }),
    ];
    const afar = fitted([0, 1, 4]);
    for (const near of others) {
      const found = fitted([0, 1, 4], near);
      found.weights.forEach((weight, model) => {
        expect(Math.abs(weight - afar.weights[model])).toBeLessThan(1e-7);
      });
      found.biases.forEach((bias, k) => {
        expect(Math.abs(bias - afar.biases[k])).toBeLessThan(1e-7);
      });
      expect(found.answers).toEqual(afar.answers);
    }
  });

  it('of some models does not depend on what the others say', () => {
    const training = allRows(task);
    const pool = fitPool({ plan, rows, labels: task.labels, training, models: [0, 3] });
    expect([...pool.weights].map((weight) => weight > 0)).toEqual([true, false, false, true, false]);
    const width = task.features.columns;
    const silenced = task.features.values.map((x, at) =>
      [0, 3].includes(Math.floor((at % width) / task.classes)) ? x : 0.25,
    );
    const other = encoded({ ...task, features: { ...task.features, values: silenced } });
    const again = fitPool({ ...other, labels: task.labels, training, models: [0, 3] });
    expect(poolMargins(again, other.rows, training)).toEqual(poolMargins(pool, rows, training));
  });

  it('lets a silent model leave the row to the others', () => {
    const training = allRows(task);
    const pool = poolOf(training);
    const values = Float32Array.from(task.features.values).fill(Number.NaN, 0, task.features.columns);
    const silent = encoded({ ...task, features: { ...task.features, values } });
    const margins = poolMargins(pool, silent.rows, Int32Array.of(0));
    expect([...margins]).toEqual([...pool.biases]);
    expect(poolMargins(pool, silent.rows, training).every(Number.isFinite)).toBe(true);
  });

  it('are the bias and the models in their order, to the last bit, where all give probabilities', () => {
    const task = poolTask({ rows: 200, classes: 3, soft: 4, hard: 0, silent: 0.1 });
    const { plan, rows } = encoded(task);
    const training = allRows(task);
    const { weights, biases, answers } = fitPool({
      plan,
      rows,
      labels: task.labels,
      training,
      models: [3, 0, 2],
    });
    const margins = poolMargins({ classes: 3, weights, biases, answers }, rows, training.slice(50));
    margins.forEach((margin, at) => {
      const [row, k] = [50 + Math.floor(at / 3), at % 3];
      let sum = biases[k];
      for (const model of [0, 2, 3]) {
        if (weights[model] > 0) sum += weights[model] * rows.evidence[(row * 4 + model) * 3 + k];
      }
      expect(margin).toBe(sum);
    });
  });
});
