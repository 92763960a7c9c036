import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addBlock, createSummary, finishSummary, mergeSummaries } from '../../src/attribution/summary.js';

function totalsOf(values: readonly number[]) {
  const totals = createSummary(['a', 'b'], 2);
  addBlock(totals, Float64Array.from(values));
  return totals;
}

describe('summaries', () => {
  it('are means over rows of absolute and signed values', () => {
    const summary = finishSummary(totalsOf([1, -2, 0, 4, -3, 2, 0, 0]));
    expect(summary.rows).toBe(2);
    expect([...summary.meanAbsoluteByClass]).toEqual([2, 2, 0, 2]);
    expect([...summary.meanSignedByClass]).toEqual([-1, 0, 0, 2]);
    expect([...summary.meanAbsolute]).toEqual([2, 1]);
    expect(summary.players).toEqual(['a', 'b']);
  });

  it('of no rows are zero', () => {
    expect([...finishSummary(createSummary(['a'], 3)).meanAbsolute]).toEqual([0]);
  });

  it('merge to the summary of all rows, however they are grouped', () => {
    const row = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 4, maxLength: 4 });
    const block = fc.array(row, { maxLength: 6 }).map((rows) => rows.flat());
    fc.assert(
      fc.property(block, block, block, (a, b, c) => {
        const whole = finishSummary(totalsOf([...a, ...b, ...c]));
        const [x, y, z] = [totalsOf(a), totalsOf(b), totalsOf(c)];
        for (const merged of [
          mergeSummaries(mergeSummaries(x, y), z),
          mergeSummaries(x, mergeSummaries(y, z)),
        ]) {
          const { rows, meanAbsoluteByClass, meanSignedByClass } = finishSummary(merged);
          expect(rows).toBe(whole.rows);
          meanAbsoluteByClass.forEach((value, cell) => {
            const scale = whole.meanAbsoluteByClass[cell];
            expect(Math.abs(value - scale)).toBeLessThanOrEqual(4e-16 * scale);
            expect(Math.abs(meanSignedByClass[cell] - whole.meanSignedByClass[cell])).toBeLessThanOrEqual(
              4e-16 * scale,
            );
          });
        }
      }),
    );
  });

  it('do not lose small values among many', () => {
    const totals = createSummary(['a'], 1);
    addBlock(totals, Float64Array.of(1e16));
    for (let i = 0; i < 1000; i++) addBlock(totals, Float64Array.of(1));
    addBlock(totals, Float64Array.of(-1e16));
    expect(finishSummary(totals).meanSignedByClass[0] * 1002).toBeCloseTo(1000, 9);
  });

  it('do not lose small values in merging', () => {
    const many = createSummary(['a'], 1);
    addBlock(many, Float64Array.of(1e16, ...new Array(1000).fill(1)));
    const one = createSummary(['a'], 1);
    addBlock(one, Float64Array.of(-1e16));
    const merged = mergeSummaries(many, one);
    expect(merged.signed[0] + merged.signedCarry[0]).toBe(1000);
    expect(merged.absolute[0] + merged.absoluteCarry[0]).toBe(2e16 + 1000);
  });

  it('of other players or classes are not merged', () => {
    const message = 'summaries of different players or classes cannot be merged';
    expect(() => mergeSummaries(createSummary(['a'], 2), createSummary(['b'], 2))).toThrow(message);
    expect(() => mergeSummaries(createSummary(['a'], 2), createSummary(['a'], 3))).toThrow(message);
    expect(() => mergeSummaries(createSummary(['a'], 2), createSummary(['a', 'b'], 2))).toThrow(message);
  });
});
