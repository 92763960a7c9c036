import { describe, expect, it } from 'vitest';
import { fixedPoint } from '../../src/ensemble/training/gradients.js';
import { trainBoosting } from '../../src/ensemble/training/train.js';
import type { Tree } from '../../src/ensemble/tree.js';
import { createRandom } from '../../src/math/random.js';
import { plain, range, tableOf } from './support.js';

/** More rows than a packed sum holds, in the root and in its children. */
const ROWS = 150_000;
const WEIGHTS = [1, 0.3, 2.5, 0.7, 1.9];

/** Columns of some distinct values, missing ones among them, that tell little about the class. */
function coarse(columns: number, classes: number) {
  const random = createRandom(columns);
  const labels = new Int16Array(ROWS);
  const values = Array.from({ length: ROWS }, (_, row) => {
    labels[row] = random.integer(classes);
    return Array.from({ length: columns }, (_, column) => {
      const value = random.integer(12);
      const tells = labels[row] === column % classes && random.uniform() < 0.3;
      return value === 11 ? Number.NaN : tells ? Math.floor(value / 2) : value;
    });
  });
  return { features: tableOf(values), labels, classes, rows: range(ROWS) };
}

/** Columns of two values, half of the rows each, each of which tells a little about the class. */
function halves(columns: number, count: number) {
  const random = createRandom('halves');
  const labels = new Int16Array(count);
  const values = Array.from({ length: count }, (_, row) => {
    const own = Array.from({ length: columns }, () => random.integer(2));
    const chance = own.reduce((sum, value, at) => sum + value * (0.1 + 0.05 * at), 0.25);
    labels[row] = Number(random.uniform() < chance);
    return own;
  });
  return { features: tableOf(values), labels, classes: 2, rows: range(count) };
}

/** Rows of each node, found by walking the tree with the raw values. */
function rowsOf(tree: Tree, { columns, values, rows }: ReturnType<typeof tableOf>): number[][] {
  const lists: number[][] = Array.from(tree.left, () => []);
  for (let row = 0; row < rows; row++) {
    let node = 0;
    lists[node].push(row);
    while (tree.left[node] >= 0) {
      const value = values[row * columns + tree.feature[node]];
      const isLeft = Number.isNaN(value) ? tree.defaultLeft[node] === 1 : value < tree.threshold[node];
      node = isLeft ? tree.left[node] : tree.right[node];
      lists[node].push(row);
    }
  }
  return lists;
}

/** Derivatives of the first round, whose probabilities are all alike, in float64. */
function derivativesOf(label: number, k: number, classes: number) {
  const p = 1 / classes;
  const weight = WEIGHTS[label];
  return [weight * (p - (label === k ? 1 : 0)), weight * 2 * p * (1 - p)];
}

describe('histograms of more rows than a packed sum holds', () => {
  it.each([
    { classes: 2, columns: 5 },
    { classes: 3, columns: 9, minDataInLeaf: 2 },
    { classes: 4, columns: 8 },
    { classes: 5, columns: 20, featureFraction: 0.4, minDataInLeaf: 3 },
  ])('give every node of %o the sums of its rows', ({ classes, columns, ...given }) => {
    const data = coarse(columns, classes);
    const classWeights = WEIGHTS.slice(0, classes);
    const options = plain({ ...given, rounds: 1, maxDepth: 4, learningRate: 1, classWeights });
    const { ensemble } = trainBoosting({ ...data, options });
    // rounding of a derivative is at most half a unit, and of as many as there are rows far less than half a unit each
    const unit = 1 / fixedPoint(ROWS, 2.5).scale;
    ensemble.trees.forEach((tree, k) => {
      const lists = rowsOf(tree, data.features);
      expect(lists.length).toBeGreaterThan(20);
      lists.forEach((rows, node) => {
        let [gradient, hessian] = [0, 0];
        for (const row of rows) {
          const [g, h] = derivativesOf(data.labels[row], k, classes);
          gradient += g;
          hessian += h;
        }
        expect(Math.abs(tree.cover[node] - hessian)).toBeLessThan(unit * rows.length + hessian * 1e-7);
        if (tree.left[node] >= 0) return;
        const value = -gradient / (hessian + options.lambda);
        expect(Math.abs(tree.value[node] - value)).toBeLessThan((unit * rows.length) / hessian + 1e-6);
      });
    });
  });

  it('hold where one code has more of them than fit, in the root and in its children', () => {
    const data = halves(3, 3 * ROWS);
    // two classes alike: each hessian is half of the largest that is provided for, and 2^17 of them are too many. A child
    // that is not the smaller one is its parent less the other, so that only halves of halves are summed
    const options = plain({ rounds: 1, maxDepth: 3, learningRate: 1, classWeights: [0.99, 0.99] });
    const { ensemble } = trainBoosting({ ...data, options });
    for (const tree of ensemble.trees) {
      const lists = rowsOf(tree, data.features);
      expect(lists.length).toBe(15);
      for (const [node, rows] of lists.entries()) {
        expect(Math.abs(tree.cover[node] / (rows.length * 0.495) - 1)).toBeLessThan(1e-4);
      }
    }
  });

  it('make the same trees on any number of threads, of any number of parts', () => {
    const data = coarse(20, 5);
    const given = { rounds: 2, maxDepth: 4, featureFraction: 0.7, minDataInLeaf: 2, baggingFraction: 0.7 };
    const options = plain({ ...given, baggingFrequency: 1 });
    const on = (threads: number) => trainBoosting({ ...data, options, threads }).ensemble.trees;
    const alone = on(1);
    expect(on(3)).toEqual(alone);
    expect(on(7)).toEqual(alone);
  });
});

describe('fixed point', () => {
  it.each([1, 2, 1000, 32_767, 32_768, 3_000_000])(
    'of %i rows holds the sums of those that are packed',
    (rows) => {
      const { scale, mostPacked } = fixedPoint(rows, 3);
      // the largest weight gives a gradient of at most 3, and 3 lies below 4
      expect(3 * scale * mostPacked).toBeLessThan(2 ** 31);
      expect(4 * scale).toBeGreaterThanOrEqual(2 ** 16);
      expect(mostPacked >= Math.min(rows, 2 ** 15 - 1)).toBe(true);
    },
  );
});
