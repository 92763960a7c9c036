import { describe, expect, it } from 'vitest';
import { binFeatures } from '../../src/ensemble/binning.js';
import { growTree } from '../../src/ensemble/grow.js';
import { HistogramPool } from '../../src/ensemble/histogram-pool.js';
import { plain, range, simulate } from './support.js';

describe('histogram memory', () => {
  it.each(['depthwise', 'leafwise'] as const)(
    'changes no %s tree when it is scarce, and is given back',
    (growth) => {
      const { features, rows, labels } = simulate(1, 300, 4, 2);
      const { bins, codes } = binFeatures(features, rows, 255);
      const gradient = Int32Array.from(labels, (label) => (label === 1 ? -(2 ** 29) : 2 ** 29));
      const hessian = new Int32Array(300).fill(2 ** 29);
      const options = plain({ maxDepth: 6, growth, minDataInLeaf: 3, maxLeaves: 20 });
      const grow = (pool: HistogramPool) =>
        growTree({
          rows: { codes, stride: features.columns, rowOf: rows, gradient, hessian, order: range(300) },
          rules: { bins, features: range(4), scale: 2 ** 30, options },
          pool,
          spare: new Int32Array(300),
        }).tree;
      const scarce = new HistogramPool(4 * 256, true, 1);
      const tree = grow(scarce);
      expect(tree.left.length).toBeGreaterThan(30);
      expect(tree).toEqual(grow(new HistogramPool(4 * 256, true)));
      scarce.take();
      scarce.take();
      expect(scarce.full).toBe(false);
      scarce.take();
      expect(scarce.full).toBe(true);
    },
  );
});
