import { describe, expect, it } from 'vitest';
import type { Column } from '../../src/io/table.js';
import { numbersOf } from '../../src/predictions/cells.js';

describe('numbers of a column', () => {
  const missing = Uint8Array.of(0, 1, 0);

  it.each<[string, Column]>([
    ['text', { kind: 'text', values: ['7', null, '-2'] }],
    ['float32', { kind: 'number', values: Float32Array.of(7, 0, -2), missing }],
    ['int32', { kind: 'number', values: Int32Array.of(7, 0, -2), missing }],
    ['int64', { kind: 'integer', values: BigInt64Array.of(7n, 0n, -2n), missing }],
  ])('are NaN where a %s column has none', (_, column) => {
    expect(Array.from(numbersOf(column, 3))).toEqual([7, Number.NaN, -2]);
  });

  it('are NaN for text that is no finite decimal number', () => {
    const values = ['0x10', '1e999', 'Infinity', '1,5', '', ' 2 ', '1_000', 'NaN'];
    const numbers = Array.from(numbersOf({ kind: 'text', values }, values.length));
    expect(numbers.map((value) => (Number.isNaN(value) ? 'no' : value))).toEqual([
      'no',
      'no',
      'no',
      'no',
      'no',
      2,
      'no',
      'no',
    ]);
  });
});
