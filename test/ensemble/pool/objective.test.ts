import { describe, expect, it } from 'vitest';
import { poolObjective } from '../../../src/ensemble/pool/objective.js';
import type { PoolProblem } from '../../../src/ensemble/pool/problem.js';
import { createRandom } from '../../../src/math/random.js';

interface Size {
  readonly rows: number;
  readonly models: number;
  readonly classes: number;
}

function drawProblem({ rows, models, classes }: Size): PoolProblem {
  const random = createRandom(`objective ${rows} ${models} ${classes}`);
  const weights = Float64Array.from({ length: rows }, () => 1 + random.integer(3));
  return {
    evidence: Float32Array.from({ length: rows * classes * models }, () => 2 * random.normal()),
    labels: Int16Array.from({ length: rows }, () => random.integer(classes)),
    weights,
    total: weights.reduce((a, b) => a + b, 0),
    models,
    classes,
    ridge: 0.03,
    biasRidge: 0.01,
    biasTargets: Float64Array.from({ length: classes }, () => random.normal()),
  };
}

/** Loss, gradient and Hessian by their formulas, plainly, every sum in the order of rows, classes and models. */
function byFormula(p: PoolProblem, at: Float64Array) {
  const size = p.models + p.classes;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  let loss = 0;
  p.labels.forEach((label, row) => {
    const said = (k: number, m: number) => p.evidence[(row * p.classes + k) * p.models + m];
    const classes = [...Array(p.classes).keys()];
    const models = [...Array(p.models).keys()];
    const margins = classes.map((k) => models.reduce((sum, m) => sum + at[m] * said(k, m), at[p.models + k]));
    const largest = Math.max(...margins);
    const logSum = largest + Math.log(margins.reduce((sum, margin) => sum + Math.exp(margin - largest), 0));
    loss += p.weights[row] * (logSum - margins[label]);
    const shares = margins.map((margin) => Math.exp(margin - logSum));
    const mean = models.map((m) => classes.reduce((sum, k) => sum + shares[k] * said(k, m), 0));
    const weight = p.weights[row] / p.total;
    for (const m of models) gradient[m] += weight * (mean[m] - said(label, m));
    for (const k of classes) {
      const share = weight * shares[k];
      gradient[p.models + k] += share - (k === label ? weight : 0);
      for (const m of models) {
        const part = share * (said(k, m) - mean[m]);
        for (let n = 0; n <= m; n++) hessian[m * size + n] += part * (said(k, n) - mean[n]);
        hessian[(p.models + k) * size + m] += part;
      }
      for (let j = 0; j <= k; j++) {
        hessian[(p.models + k) * size + p.models + j] += share * ((j === k ? 1 : 0) - shares[j]);
      }
    }
  });
  let value = 0;
  at.forEach((x, i) => {
    const [ridge, away] = i < p.models ? [p.ridge, x] : [p.biasRidge, x - p.biasTargets[i - p.models]];
    value += 0.5 * ridge * away * away;
    gradient[i] += ridge * away;
    hessian[i * size + i] += ridge;
  });
  for (let i = 0; i < size; i++)
    for (let j = i + 1; j < size; j++) hessian[i * size + j] = hessian[j * size + i];
  return { value: loss / p.total + value, gradient, hessian };
}

/** Within rounding of sums whose largest part is about as large as the largest value. */
function expectClose(found: Float64Array, expected: Float64Array): void {
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = found.reduce((most, value, at) => Math.max(most, Math.abs(value - expected[at])), 0);
  expect(worst / scale).toBeLessThan(1e-13);
}

const SIZES: readonly Size[] = [
  { rows: 1, models: 1, classes: 2 },
  { rows: 70, models: 3, classes: 4 },
  { rows: 300, models: 8, classes: 5 },
  { rows: 200, models: 13, classes: 9 },
  { rows: 90, models: 6, classes: 70 },
  // more than a block of rows
  { rows: 2500, models: 24, classes: 4 },
];

describe('the objective of a pool', () => {
  it.each(SIZES)('is its formula: $rows rows, $models models, $classes classes', (size) => {
    const problem = drawProblem(size);
    const random = createRandom('at');
    const at = Float64Array.from({ length: size.models + size.classes }, () => Math.max(0, random.normal()));
    const objective = poolObjective(problem);
    const expected = byFormula(problem, at);
    const found = objective.derivatives(at);
    expectClose(found.gradient, expected.gradient);
    expectClose(found.hessian, expected.hessian);
    expect(Math.abs(found.value / expected.value - 1)).toBeLessThan(1e-13);
    expect(objective.loss(at)).toBe(found.value);
    expect(objective.slopes(at)).toEqual({ value: found.value, gradient: found.gradient });
    // nothing of one call is left in the next
    expect(objective.derivatives(at)).toEqual(found);
  });

  // up to eight models: every shape of the last tiles
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'sums %d models in the order of rows and classes, to the last bit',
    (models) => {
      // equal probabilities of four classes are exact, and so is all that the kernels round alike
      const problem = drawProblem({ rows: 150, models, classes: 4 });
      const { hessian } = poolObjective(problem).derivatives(new Float64Array(models + 4));
      const size = models + 4;
      for (let m = 0; m < models; m++) {
        for (let n = 0; n <= m; n++) {
          let sum = 0;
          problem.labels.forEach((_, row) => {
            const said = (k: number, of: number) => problem.evidence[(row * 4 + k) * models + of];
            const mean = (of: number) => [0, 1, 2, 3].reduce((total, k) => total + 0.25 * said(k, of), 0);
            const share = (problem.weights[row] / problem.total) * 0.25;
            for (let k = 0; k < 4; k++) sum += share * (said(k, m) - mean(m)) * (said(k, n) - mean(n));
          });
          expect(hessian[m * size + n]).toBe(m === n ? sum + problem.ridge : sum);
        }
      }
    },
  );

  it.each([0, 1e-9, 0.3, 0.34657, 0.35, 1, 5.5, 36, 300, 690, 5000])(
    'takes exponentials and logarithms to the last places where margins differ by %d',
    (gap) => {
      const problem: PoolProblem = {
        ...drawProblem({ rows: 1, models: 1, classes: 3 }),
        evidence: Float32Array.of(0, 0, 0),
        labels: Int16Array.of(1),
        weights: Float64Array.of(1),
        total: 1,
        ridge: 0,
        biasRidge: 0,
      };
      const at = Float64Array.of(0, 0, -gap, -gap / 2);
      const sum = 1 + Math.exp(-gap) + Math.exp(-gap / 2);
      const { value, gradient } = poolObjective(problem).derivatives(at);
      expect(Math.abs(value - (gap + Math.log(sum)))).toBeLessThan(1e-15 * Math.max(1, 2 * gap));
      const share = Math.exp(-gap / 2) / sum;
      expect(Math.abs(gradient[3] - share)).toBeLessThan(1e-15 * share + 1e-300);
    },
  );

  it('does not depend on what the memory held before', () => {
    const small = drawProblem({ rows: 40, models: 2, classes: 3 });
    const at = new Float64Array(5).fill(0.5);
    const fresh = poolObjective(small).derivatives(at);
    poolObjective(drawProblem({ rows: 900, models: 11, classes: 7 })).derivatives(
      new Float64Array(18).fill(0.3),
    );
    expect(poolObjective(small).derivatives(at)).toEqual(fresh);
  });

  it('is the same where the evidence is too large to stay in the memory', () => {
    const models = 16;
    const classes = 16;
    const rows = 66_000; // 68 MB
    const evidence = new Float32Array(rows * classes * models);
    for (let at = 0; at < evidence.length; at++) evidence[at] = ((at * 7919) % 1009) / 500 - 1;
    const problem = { ...drawProblem({ rows, models: 1, classes }), evidence, models };
    const at = new Float64Array(models + classes).fill(0.01);
    const { value, gradient } = poolObjective(problem).derivatives(at);
    const half = rows / 2;
    const parts = [0, half].map((first) => {
      const part: PoolProblem = {
        ...problem,
        evidence: problem.evidence.subarray(first * models * classes, (first + half) * models * classes),
        labels: problem.labels.subarray(first, first + half),
        weights: problem.weights.subarray(first, first + half),
        ridge: 0,
        biasRidge: 0,
      };
      return poolObjective(part).derivatives(at);
    });
    const whole = poolObjective({ ...problem, ridge: 0, biasRidge: 0 }).derivatives(at);
    expect(parts[0].value + parts[1].value).toBeCloseTo(whole.value, 10);
    whole.gradient.forEach((slope, i) => {
      expect(parts[0].gradient[i] + parts[1].gradient[i]).toBeCloseTo(slope, 10);
    });
    expect(value).toBeGreaterThan(whole.value);
    expect(gradient).not.toEqual(whole.gradient);
  });
});
