import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AdditivityError,
  checkAdditivity,
  measureAdditivity,
  mergeAdditivity,
  NO_ERROR,
} from '../../src/attribution/additivity.js';
import { EsciSelectError } from '../../src/errors.js';

/** Two rows (3 and 4 of their table), two players, two classes. */
const bias = Float64Array.of(1, -1);
const rounding = Float64Array.of(1e-4, 1e-4);
const attributions = Float64Array.of(0.5, 0.25, -0.25, 0.5, 2, 1, -1, 1);
const margins = (error: number) => [9, 9, 9, 9, 9, 9, 1.25, -0.25, 2, 1 + error];

describe('additivity', () => {
  it('measures the largest absolute and relative error and its row', () => {
    const input = { bias, rounding, attributions, margins: margins(0.5), from: 3, to: 5 };
    expect(measureAdditivity(input)).toEqual({ absolute: 0.5, relative: 0.5 / 3, ofRounding: 5000, row: 4 });
    expect(measureAdditivity({ ...input, margins: margins(0) })).toEqual({
      absolute: 0,
      relative: 0,
      ofRounding: 0,
      row: -1,
    });
  });

  it('passes what rounding explains, class by class', () => {
    const input = { bias, rounding, attributions, margins: margins(2e-5), from: 3, to: 5 };
    expect(checkAdditivity(input).relative).toBeCloseTo(2e-5 / 3, 10);
    expect(() => checkAdditivity({ ...input, rounding: Float64Array.of(1e-4, 1e-5) })).toThrow('row 4');
    expect(checkAdditivity({ ...input, rounding: Float64Array.of(1e-9, 1e-4) }).ofRounding).toBeCloseTo(
      0.2,
      6,
    );
  });

  it('fails loudly, naming the quantity and the row', () => {
    const input = { bias, rounding, attributions, margins: margins(1e-3), from: 3, to: 5 };
    const rowName = (row: number) => `example ${row * 100}`;
    let thrown: unknown;
    try {
      checkAdditivity(input, { rowName, quantity: 'SHAP values' });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EsciSelectError);
    expect(thrown).toMatchObject({ code: 'internal' });
    expect(String(thrown)).toContain('SHAP values of example 400 do not add up to its margin');
    expect(() => checkAdditivity(input)).toThrow('attributions of row 4');
  });

  it.each([
    ['margin', margins(Number.NaN), attributions],
    ['attribution', margins(0), attributions.map((value, at) => (at === 5 ? Number.NaN : value))],
  ])('fails for a %s that is not a number', (_, someMargins, someAttributions) => {
    const input = { bias, rounding, attributions: someAttributions, margins: someMargins, from: 3, to: 5 };
    expect(() => checkAdditivity(input)).toThrow('row 4');
  });

  it('is measured even where everything is zero', () => {
    const zero = {
      bias: new Float64Array(1),
      rounding: new Float64Array(1),
      attributions: new Float64Array(2),
      from: 0,
      to: 1,
    };
    expect(measureAdditivity({ ...zero, margins: [0] }).relative).toBe(0);
    expect(measureAdditivity({ ...zero, margins: [1e-3] }).relative).toBeGreaterThan(1);
    expect(() => checkAdditivity({ ...zero, margins: [1e-9] })).toThrow('row 0');
  });

  it('merges associatively, in any order, with nothing as neutral element', () => {
    const number = fc.constantFrom(0, 1e-7, 0.5, 2, Number.POSITIVE_INFINITY);
    const error = fc.oneof(
      fc.constant(NO_ERROR),
      fc.record({ absolute: number, relative: number, ofRounding: number, row: fc.nat(5) }),
    ) as fc.Arbitrary<AdditivityError>;
    fc.assert(
      fc.property(error, error, error, (a, b, c) => {
        expect(mergeAdditivity(mergeAdditivity(a, b), c)).toEqual(mergeAdditivity(a, mergeAdditivity(b, c)));
        expect(mergeAdditivity(a, b)).toEqual(mergeAdditivity(b, a));
        expect(mergeAdditivity(a, NO_ERROR)).toEqual(a);
      }),
    );
  });
});
