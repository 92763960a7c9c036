import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnBook, type DerivedColumn } from '../../../src/ensemble/foreign/columns.js';
import { encodeTable } from '../../../src/ensemble/foreign/encode.js';
import type { ForeignEnsemble } from '../../../src/ensemble/foreign/foreign-ensemble.js';
import { nextFloat32 } from '../../../src/ensemble/foreign/next-float.js';

const anyDouble = fc.double({ noNaN: true });
/** Doubles close to each other, so that float32 can hardly tell them apart. */
const close = fc.integer({ min: -40, max: 40 }).map((step) => 0.1 + step * 1e-9);

function encoder(derived: DerivedColumn[], thresholds: (Float64Array | null)[]) {
  const names = derived.map((_, at) => `c${at}`);
  const foreign = { derived, thresholds, ensemble: { featureNames: names } } as unknown as ForeignEnsemble;
  return (...values: number[]) => {
    const sources = Array.from({ length: 1 }, () => Float64Array.from(values));
    return encodeTable(foreign, sources);
  };
}

describe('nextFloat32', () => {
  it('turns <= on doubles into < on float32', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), fc.oneof(anyDouble, close), (x, t) => {
        expect(Math.fround(x) < nextFloat32(t)).toBe(x <= t);
      }),
      { numRuns: 2000 },
    );
    expect(nextFloat32(0)).toBe(2 ** -149);
    expect(nextFloat32(-0)).toBe(2 ** -149);
    expect(nextFloat32(-(2 ** -149))).toBe(-0);
    expect(nextFloat32(1e300)).toBe(Number.POSITIVE_INFINITY);
    expect(nextFloat32(Number.NEGATIVE_INFINITY)).toBeLessThan(-3e38);
  });
});

describe('encodeTable', () => {
  it('rounds doubles to the side that they are on, and counts what cannot be', () => {
    fc.assert(
      fc.property(fc.array(close, { minLength: 1, maxLength: 4 }), close, (list, x) => {
        const thresholds = Float64Array.from(new Set(list)).sort();
        const encode = encoder([{ kind: 'number', source: 0, missing: 'missing' }], [thresholds]);
        const { features, crossed, unresolved } = encode(x);
        const sides = [...thresholds].map((t) => x <= t);
        const own = [...thresholds].map((t) => features.values[0] < nextFloat32(t));
        const nearest = [...thresholds].map((t) => Math.fround(x) < nextFloat32(t));
        if (unresolved === 0) expect(own).toEqual(sides);
        else expect(own).not.toEqual(sides);
        if (nearest.every((side, at) => side === sides[at])) expect([crossed, unresolved]).toEqual([0, 0]);
        else expect(crossed + unresolved).toBe(1);
      }),
      { numRuns: 3000 },
    );
  });

  it('makes of missing values and zeros what LightGBM makes of them', () => {
    const kinds = (['missing', 'zero', 'zero-too'] as const).map(
      (missing): DerivedColumn => ({ kind: 'number', source: 0, missing }),
    );
    const encode = encoder(kinds, [null, null, null]);
    expect([...encode(Number.NaN).features.values]).toEqual([Number.NaN, 0, Number.NaN]);
    expect([...encode(1e-36).features.values]).toEqual([Math.fround(1e-36), Math.fround(1e-36), Number.NaN]);
    expect([...encode(0.5).features.values]).toEqual([0.5, 0.5, 0.5]);
  });

  it('makes of categories whether they are in a set', () => {
    const set = { kind: 'category', source: 0, codes: Int32Array.of(1, 3) } as const;
    const encode = encoder(
      [
        { ...set, inside: 1, missing: 'missing' },
        { ...set, inside: 0, missing: 1 },
      ],
      [null, null],
    );
    const { features } = encode(1, 2, 3, -1, Number.NaN);
    expect([...features.values]).toEqual([1, 0, 0, 1, 1, 0, 0, 1, Number.NaN, 1]);
  });
});

describe('ColumnBook', () => {
  it('has a column for each of the table, and others once each as they are needed', () => {
    const book = new ColumnBook(['a', 'b']);
    expect([
      book.number(0),
      book.number(1, 'zero'),
      book.number(1, 'missing'),
      book.number(1, 'zero'),
    ]).toEqual([0, 1, 2, 1]);
    expect(book.category(0, Int32Array.of(1, 2), 1, 'missing')).toBe(3);
    expect(book.category(0, Int32Array.of(1, 2), 1, 'missing')).toBe(3);
    expect(book.category(0, Int32Array.of(1), 1, 'missing')).toBe(4);
    expect(book.derivedNames).toEqual(['a', 'b', 'b (1)', 'a (2)', 'a (3)']);
    expect(book.column(0)).toEqual({ name: 'a', tested: true, categorical: true, levels: null });
    expect(book.column(1, ['x'])).toEqual({ name: 'b', tested: true, categorical: true, levels: ['x'] });
    expect(new ColumnBook(['z']).column(0)).toMatchObject({ tested: false, categorical: false });
    book.atMost(1, 'zero', 0.7);
    book.atMost(1, 'zero', 0.2);
    expect(book.thresholds).toEqual([null, Float64Array.of(0.2, 0.7), null, null, null]);
  });
});
