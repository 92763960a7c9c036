import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Column, Table } from '../../src/io/table.js';
import { canonicalInteger, createRowIndex } from '../../src/predictions/reading/align.js';
import { ExampleIndexes } from '../../src/predictions/reading/indexes.js';
import { alignTable } from '../../src/predictions/reading/keys.js';
import { errorOf, examplesOf, textTable } from './support.js';

const text = (values: (string | null)[]): Column => ({ kind: 'text', values });
const integers = (values: bigint[]): Column => ({
  kind: 'integer',
  values: BigInt64Array.from(values),
  missing: null,
});

describe('row index', () => {
  it('finds what indexOf finds, for integers, text and mixtures', () => {
    const id = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
      fc.integer({ min: -20, max: 20 }).map(String),
      fc.constantFrom('007', '7.0', '+7', '-0', '1e3', ' 7', '', '9007199254740993', '__proto__'),
    );
    fc.assert(
      fc.property(fc.uniqueArray(id, { maxLength: 40 }), fc.array(id, { maxLength: 40 }), (ids, wanted) => {
        const keys = [...wanted, ...ids];
        const found = createRowIndex(ids).locate(text(keys), keys.length);
        expect(Array.from(found)).toEqual(keys.map((key) => ids.indexOf(key)));
      }),
    );
  });

  it('finds 64-bit integers exactly, also beyond 2^53', () => {
    const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const narrow = fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n });
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(wide, narrow, fc.bigInt(-9n, 9n)), { maxLength: 30 }), (all) => {
        const ids = all.slice(0, all.length >> 1).map(String);
        const found = createRowIndex(ids).locate(integers(all.toReversed()), all.length);
        expect(Array.from(found)).toEqual(all.toReversed().map((key) => ids.indexOf(String(key))));
      }),
    );
    const near = createRowIndex(['9007199254740992', '9007199254740993']);
    expect(Array.from(near.locate(integers([9007199254740993n, 9007199254740992n]), 2))).toEqual([1, 0]);
  });

  it('marks missing integers and non-integers as unknown', () => {
    const index = createRowIndex(['0', '5']);
    const missing = { ...integers([0n, 5n]), missing: Uint8Array.of(1, 0) } as Column;
    expect(Array.from(index.locate(missing, 2))).toEqual([-1, 1]);
    const numbers: Column = { kind: 'number', values: Float64Array.of(5, 0.5, Number.NaN, 0), missing: null };
    expect(Array.from(index.locate(numbers, 4))).toEqual([1, -1, -1, 0]);
  });

  it.each([
    ['0', 0],
    ['-12', -12],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
    ['9007199254740992', Number.NaN],
    ['007', Number.NaN],
    ['-0', Number.NaN],
    ['1018313.0', Number.NaN],
    ['', Number.NaN],
    ['-', Number.NaN],
  ])('canonical integer %s is %d', (input, value) => {
    expect(canonicalInteger(input)).toBe(value);
  });
});

describe('choosing the key', () => {
  const ids = ['11', '12', '13', '14'];
  const index = new ExampleIndexes(examplesOf(ids));
  const align = (table: Table, options = {}) => alignTable(table, index, options);

  it('takes a known name, whatever the order of rows', () => {
    const alignment = align(
      textTable(
        ['p', 'example_id'],
        [
          ['0.1', '14'],
          ['0.2', '11'],
          ['0.3', '99'],
        ],
      ),
    );
    expect([alignment.key, Array.from(alignment.targets)]).toEqual(['example_id', [3, 0, -1]]);
  });

  it('takes the one column whose values are all ids', () => {
    const table = textTable(
      ['judgement', 'rank'],
      [
        ['12', '1'],
        ['13', '2'],
      ],
    );
    expect(align(table).key).toBe('judgement');
  });

  it('asks for --key when two columns would do, or none', async () => {
    const two = await errorOf(() =>
      align(
        textTable(
          ['a', 'b'],
          [
            ['12', '11'],
            ['13', '14'],
          ],
        ),
      ),
    );
    expect(two.message).toContain("columns 'a' and 'b' hold the example ids");
    expect(two.hint).toContain('--key');
    const none = await errorOf(() =>
      align(
        textTable(
          ['a', 'b'],
          [
            ['1', '2'],
            ['3', '4'],
          ],
        ),
      ),
    );
    expect(none.message).toContain(
      'no column holds the example ids, and rows are never joined by their order alone',
    );
    expect(align(textTable(['a', 'b'], [['12', '11']]), { key: 'b' }).key).toBe('b');
    const half = await errorOf(() => align(textTable(['a'], [['12'], ['99']])));
    expect(half.hint).toContain('--key');
  });

  it('names the columns and the nearest when the declared key is not there', async () => {
    const error = await errorOf(() =>
      align(textTable(['exampleid', 'p'], [['11', '1']]), { key: 'example_id' }),
    );
    expect(error.message).toBe("key column 'example_id' is not in the file");
    expect(error.hint).toBe("did you mean 'exampleid'? columns: exampleid, p");
  });

  it('reads decimal ids as integers only with a warning', () => {
    const decimal = align(textTable(['example_id'], [['11.0'], ['13.00']]));
    expect(Array.from(decimal.targets)).toEqual([0, 2]);
    expect(decimal.findings.map(({ code }) => code)).toEqual(['decimal-ids']);
    const mixed = align(textTable(['example_id'], [['11.0'], ['12'], ['13']]));
    expect(Array.from(mixed.targets)).toEqual([-1, 1, 2]);
    expect(mixed.findings).toEqual([]);
  });

  it('refuses an empty id at its line', async () => {
    const error = await errorOf(() => align(textTable(['example_id'], [['11'], ['']])));
    expect([error.line, error.message]).toEqual([3, "id in key column 'example_id' is empty (data row 2)"]);
  });

  it('joins by position only a file of the examples themselves', async () => {
    const table = textTable(['target'], [['a'], ['b']]);
    const { key, targets } = alignTable(table, index, { data: { sha256: '', firstRow: 2, rows: 2 } });
    expect([key, Array.from(targets)]).toEqual([null, [2, 3]]);
    const fewer = await errorOf(() =>
      alignTable(table, index, { data: { sha256: '', firstRow: 2, rows: 1 } }),
    );
    expect(fewer.message).toContain('never joined by their order');
  });
});
