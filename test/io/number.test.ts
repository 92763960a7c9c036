import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNumber } from '../../src/io/text/number.js';

describe('parseNumber', () => {
  it('reads decimal numbers', () => {
    const texts = ['0', '-1.5e-3', '+2', '.5', '3.', ' 7 ', '1E5', '007', '-0', '\t1'];
    expect(texts.map(parseNumber)).toEqual([0, -0.0015, 2, 0.5, 3, 7, 100_000, 7, -0, 1]);
  });

  it('reads tiny numbers as zero, which they round to', () => {
    expect(parseNumber('1e-999')).toBe(0);
  });

  const bad = [
    '',
    ' ',
    'NaN',
    'nan',
    'Inf',
    '-Infinity',
    '1e999',
    '-1e999',
    '0x10',
    '0b1',
    '1,5',
    '1_000',
    '1 000',
  ];
  for (const text of [...bad, '1e', 'e5', '.', '-', '--1', '1.2.3', 'true', 'null', '١']) {
    it(`refuses ${JSON.stringify(text)}`, () => expect(parseNumber(text)).toBeNull());
  }

  it('agrees with Number on every finite double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value))).toBe(value === 0 ? Number(String(value)) : value);
      }),
    );
  });
});
