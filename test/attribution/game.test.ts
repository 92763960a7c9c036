import { describe, expect, it } from 'vitest';
import { encodeRows } from '../../src/attribution/game.js';
import type { DerivedColumn } from '../../src/ensemble/foreign/columns.js';

const number = (source: number, missing: 'missing' | 'zero' = 'missing'): DerivedColumn => ({
  kind: 'number',
  source,
  missing,
});

function encoding(derived: DerivedColumn[], thresholds: (Float64Array | null)[]) {
  return { encoding: { derived, thresholds, ensemble: { featureNames: derived.map((_, at) => `c${at}`) } } };
}

describe('rows that lie row by row', () => {
  it('are passed on as they are where they are float32 and nothing but numbers is tested', () => {
    const values = Float32Array.of(1, 2, Number.NaN, 4);
    const plan = encoding([number(0), number(1)], [Float64Array.of(0.1), null]);
    expect(encodeRows(plan, { rows: 2, values }).values).toBe(values);
  });

  it('are encoded where missing values are not NaN, or columns come twice', () => {
    const values = Float32Array.of(1, Number.NaN, 3, 4);
    const plan = encoding([number(0), number(1, 'zero'), number(1)], [null, null, null]);
    expect([...encodeRows(plan, { rows: 2, values }).values]).toEqual([1, 0, Number.NaN, 3, 4, 4]);
  });

  it('keep doubles on their side of a threshold, and are refused where float32 has no such side', () => {
    const fine = 1 + 1e-9;
    const one = encoding([number(0)], [Float64Array.of(1)]);
    const { values } = encodeRows(one, { rows: 2, values: Float64Array.of(1, fine) });
    expect(values[0]).toBe(1);
    expect(values[1]).toBeGreaterThan(1);
    const two = encoding([number(0)], [Float64Array.of(1, 1 + 2e-9)]);
    const refused = () => encodeRows(two, { rows: 1, values: Float64Array.of(fine) });
    expect(refused).toThrowError(expect.objectContaining({ code: 'data' }));
  });
});
