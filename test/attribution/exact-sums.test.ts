import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExactSums, sumsOf } from '../../src/attribution/exact-sums.js';

const value = fc.double({ min: -1000, max: 1000, noNaN: true });

/** Sums in whole numbers of 2^-40, by the definition. */
function byDefinition(values: readonly number[], cells: number): bigint[] {
  const sums = Array.from({ length: cells }, () => 0n);
  values.forEach((x, at) => {
    sums[at % cells] += BigInt(Math.round(x * 2 ** 40));
  });
  return sums;
}

const unitsOf = (sums: ExactSums) => {
  const { hi, lo } = sums.totals();
  return Array.from(hi, (high, cell) => high * 2n ** 26n + lo[cell]);
};

describe('ExactSums', () => {
  it('are the sums of rounded values, whatever the batches and the order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 30 }), fc.nat(30), (rows, cut) => {
        const expected = byDefinition(rows.flat(), 2);
        const one = new ExactSums(2);
        one.add(Float64Array.from(rows.flat()));
        const other = new ExactSums(2);
        const turned = [...rows].reverse();
        other.add(Float64Array.from(turned.slice(0, cut).flat()));
        other.totals();
        other.add(Float64Array.from(turned.slice(cut).flat()));
        expect(unitsOf(one)).toEqual(expected);
        expect(other.totals()).toEqual(one.totals());
        Array.from(sumsOf(one.totals())).forEach((sum, cell) => {
          expect(sum).toBeCloseTo(
            rows.reduce((total, row) => total + row[cell], 0),
            8,
          );
        });
      }),
    );
  });

  it('add up where a plain engine adds their parts', () => {
    const parts = [
      [0.1, -0.2],
      [1e-7, 5],
      [-3, 0.3],
    ].map((row) => {
      const sums = new ExactSums(2);
      sums.add(Float64Array.from(row));
      return sums.totals();
    });
    const add = (pick: (part: (typeof parts)[number]) => BigInt64Array) =>
      BigInt64Array.from([0, 1], (cell) => parts.reduce((sum, part) => sum + pick(part)[cell], 0n));
    const merged = { hi: add(({ hi }) => hi), lo: add(({ lo }) => lo) };
    const whole = new ExactSums(2);
    whole.add(Float64Array.of(-3, 0.3, 0.1, -0.2, 1e-7, 5));
    expect(sumsOf(merged)).toEqual(sumsOf(whole.totals()));
  });

  it('take what a function makes of values', () => {
    const sums = new ExactSums(1);
    sums.add(Float64Array.of(-1, 2), Math.abs);
    expect([...sumsOf(sums.totals())]).toEqual([3]);
  });
});
