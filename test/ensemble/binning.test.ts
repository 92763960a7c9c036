import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binFeatures, codeOf, encodeFeatures, planBins } from '../../src/ensemble/training/binning.js';
import { range, tableOf } from './support.js';

const float32 = fc.float({
  noNaN: true,
  noDefaultInfinity: true,
  min: Math.fround(-1e30),
  max: Math.fround(1e30),
});

describe('bins', () => {
  it('send a row left of a cut exactly when its code is at most the bin, for seen and unseen values', () => {
    const value = fc.oneof(float32, fc.constantFrom(0, -0, 1, Math.fround(0.1), 1e-45));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 2, max: 20 }),
        float32,
        (values, maxBins, unseen) => {
          const features = tableOf(values.map((v) => [v]));
          const [cuts] = planBins(features, range(values.length), maxBins).cuts;
          expect(cuts.length).toBeLessThanOrEqual(maxBins);
          for (const x of [...features.values, Math.fround(unseen)]) {
            const code = codeOf(cuts, x);
            expect(Array.from(cuts, (cut) => x < cut)).toEqual(Array.from(cuts, (_, bin) => code <= bin));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('part all distinct values while there are enough bins', () => {
    const values = [3, 1, 2, 2, 1, Number.NaN, 0.5];
    const features = tableOf(values.map((v) => [v]));
    const bins = planBins(features, range(values.length), 4);
    expect([...bins.cuts[0]].slice(0, 3)).toEqual([0.75, 1.5, 2.5]);
    expect([...encodeFeatures(features, bins)]).toEqual([3, 1, 2, 2, 1, bins.missing, 0]);
  });

  it('part neighbouring float32 values, whose middle is no float32', () => {
    const next = 1 + 2 ** -23;
    const [cuts] = planBins(tableOf([[1], [next]]), range(2), 255).cuts;
    expect([codeOf(cuts, 1), codeOf(cuts, next)]).toEqual([0, 1]);
  });

  it('hold about equally many rows where values are many, and give a frequent value a bin of its own', () => {
    const values = [...Array.from({ length: 3000 }, (_, at) => at / 3000), ...Array(3000).fill(0.5)];
    const features = tableOf(values.map((v) => [v]));
    const bins = planBins(features, range(values.length), 100);
    const counts = new Map<number, number>();
    for (const code of encodeFeatures(features, bins)) {
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    const sizes = [...counts.values()].sort((a, b) => b - a);
    expect(counts.size).toBeGreaterThan(90);
    expect(sizes[0]).toBeLessThan(3100);
    expect(sizes[1]).toBeLessThan(80);
  });

  it('depend on the given rows only', () => {
    const features = tableOf([[0], [1], [100]]);
    const { bins, codes } = binFeatures(features, Int32Array.of(0, 1), 255);
    expect([...bins.cuts[0]].slice(0, -1)).toEqual([0.5]);
    expect([...codes]).toEqual([0, 1, 1]);
  });

  it.each([
    [1, 1],
    [3, 2],
    [4, 3],
    [255, 8],
  ])('take no more slots than %i bins and the missing code ask for', (distinct, slotBits) => {
    const features = tableOf(Array.from({ length: 300 }, (_, row) => [row % distinct]));
    const bins = planBins(features, range(300), 255);
    expect([bins.cuts[0].length, bins.slotBits, bins.missing]).toEqual([
      distinct,
      slotBits,
      2 ** slotBits - 1,
    ]);
  });

  it('are none for a column that is all missing', () => {
    const features = tableOf([[Number.NaN], [Number.NaN]]);
    const bins = planBins(features, range(2), 255);
    expect(bins.cuts[0].length).toBe(0);
    expect([...encodeFeatures(features, bins)]).toEqual([bins.missing, bins.missing]);
  });

  it('refuse infinite values, naming column and row', () => {
    const features = tableOf([[1], [Number.NEGATIVE_INFINITY]]);
    expect(() => planBins(features, range(2), 255)).toThrow('column a is -Infinity in row 1');
    expect(() => binFeatures(features, range(1), 255)).toThrow('column a is -Infinity in row 1');
  });
});
