import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FlatTable, putRows, takeColumns, takeRows } from '../../src/math/rows.js';

const KINDS = [Float32Array, Float64Array, Int16Array, Int32Array, Uint8Array];

/** A table of random numbers of one of the types, as rows of plain numbers and flat. */
const tables = fc
  .record({ kind: fc.constantFrom(...KINDS), rows: fc.nat(12), width: fc.integer({ min: 1, max: 7 }) })
  .chain(({ kind, rows, width }) => {
    const row = fc.array(fc.nat(200), { minLength: width, maxLength: width });
    const all = fc.array(row, { minLength: rows, maxLength: rows });
    return all.map((plain) => ({ kind, width, plain, flat: kind.from(plain.flat()) as FlatTable }));
  });

/** Places below `count`, in any order and as often as comes. */
const places = (count: number) =>
  fc.array(fc.nat(Math.max(0, count - 1)), { maxLength: count === 0 ? 0 : 15 });

describe('rows of flat tables', () => {
  it('are those of a table of lists, of the same type and in memory of their own', () => {
    fc.assert(
      fc.property(
        tables.chain((table) => places(table.plain.length).map((rows) => ({ ...table, rows }))),
        ({ kind, width, plain, flat, rows }) => {
          const taken = takeRows(flat, width, rows);
          expect(taken).toBeInstanceOf(kind);
          expect(taken.buffer).not.toBe(flat.buffer);
          expect([...taken]).toEqual(rows.flatMap((row) => plain[row]));
        },
      ),
    );
  });

  it('are put where they are named, the last of equals, and nothing else is touched', () => {
    fc.assert(
      fc.property(
        tables.chain((table) =>
          fc
            .array(fc.nat(20), { minLength: table.plain.length, maxLength: table.plain.length })
            .map((rows) => ({ ...table, rows })),
        ),
        ({ kind, width, plain, flat, rows }) => {
          const target = new kind(21 * width).fill(99) as FlatTable;
          expect(putRows(flat, width, rows, target)).toBe(target);
          const wanted = Array.from({ length: 21 }, () => new Array<number>(width).fill(99));
          rows.forEach((row, at) => {
            wanted[row] = plain[at];
          });
          expect([...target]).toEqual(wanted.flat());
        },
      ),
    );
  });

  it('undo each other for distinct rows', () => {
    const table = Float32Array.from({ length: 30 }, (_, at) => at / 3);
    const rows = [4, 1, 9];
    const target = new Float32Array(30);
    putRows(takeRows(table, 3, rows), 3, rows, target);
    expect(takeRows(target, 3, rows)).toEqual(takeRows(table, 3, rows));
    expect(target.filter((value) => value !== 0)).toHaveLength(9);
  });

  it('keep missing values, and take their columns in any order, into a table given', () => {
    const table = Float32Array.of(1, Number.NaN, 3, 4, 5, 6);
    expect([...takeRows(table, 3, [1, 0])]).toEqual([4, 5, 6, 1, Number.NaN, 3]);
    expect([...takeColumns(table, 3, [2, 0])]).toEqual([3, 1, 6, 4]);
    const target = new Float32Array(4);
    expect(takeColumns(table, 3, [1, 1], target)).toBe(target);
    expect([...target]).toEqual([Number.NaN, Number.NaN, 5, 5]);
  });

  it('are columns of lists too', () => {
    fc.assert(
      fc.property(
        tables.chain((table) => places(table.width).map((columns) => ({ ...table, columns }))),
        ({ width, plain, flat, columns }) => {
          const wanted = plain.flatMap((row) => columns.map((column) => row[column]));
          expect([...takeColumns(flat, width, columns)]).toEqual(wanted);
        },
      ),
    );
  });
});
