import type { Column } from '../../io/table.js';
import { textAt } from '../../io/table.js';

/** Finds the row of an example by its id. */
export interface RowIndex {
  readonly ids: readonly string[];
  /**
   * The example row of each of a column's `rows` values, -1 where no example has that id. O(rows); consecutive ids in
   * the examples' own order are found without hashing.
   */
  locate(column: Column, rows: number): Int32Array;
}

/**
 * Index distinct example ids. If every id is an integer below 2^53 written canonically (no leading zeros, no `+`, no
 * decimal point), ids are compared as numbers in an open-addressing table (24 bytes a row); otherwise as text in a Map.
 * Equal text is equal id either way: '1018313.0' and '007' are not '1018313' and '7'.
 */
export function createRowIndex(ids: readonly string[]): RowIndex {
  const numbers = canonicalIntegers(ids);
  return numbers === null ? textIndex(ids) : integerIndex(ids, numbers);
}

/** A canonical decimal integer below 2^53 in magnitude as a number, NaN for any other text. */
export function canonicalInteger(text: string): number {
  const negative = text.charCodeAt(0) === 45;
  const start = negative ? 1 : 0;
  const digits = text.length - start;
  if (digits < 1 || digits > 16) return Number.NaN;
  let value = 0;
  for (let at = start; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  if (text.charCodeAt(start) === 48 && (digits > 1 || negative)) return Number.NaN;
  if (value > Number.MAX_SAFE_INTEGER) return Number.NaN;
  return negative ? -value : value;
}

/** Index distinct whole numbers below 2^53, found by a number column. */
export function numberIndex(numbers: Float64Array): RowIndex {
  return integerIndex([], numbers);
}

function canonicalIntegers(ids: readonly string[]): Float64Array | null {
  const numbers = new Float64Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    const value = canonicalInteger(ids[row]);
    if (Number.isNaN(value)) return null;
    numbers[row] = value;
  }
  return numbers;
}

function integerIndex(ids: readonly string[], numbers: Float64Array): RowIndex {
  let table: Int32Array | null = null; // built when the first id is out of order
  let keys = new Float64Array(0); // of one file after the other
  return {
    ids,
    locate(column, rows) {
      if (keys.length < rows) keys = new Float64Array(rows);
      takeIntegers(column, keys.subarray(0, rows));
      const found = new Int32Array(rows);
      let next = 0;
      for (let row = 0; row < rows; row++) {
        if (numbers[next] === keys[row]) {
          found[row] = next++;
          continue;
        }
        table ??= buildTable(numbers);
        found[row] = probe(table, numbers, keys[row]);
        if (found[row] >= 0) next = found[row] + 1;
      }
      return found;
    },
  };
}

/** Open addressing with linear probing: slots hold row + 1, 0 is empty; at most half full. */
function buildTable(numbers: Float64Array): Int32Array {
  let size = 8;
  while (size < 2 * numbers.length) size *= 2;
  const table = new Int32Array(size);
  for (let row = 0; row < numbers.length; row++) {
    let slot = hash(numbers[row]) & (size - 1);
    while (table[slot] !== 0) slot = (slot + 1) & (size - 1);
    table[slot] = row + 1;
  }
  return table;
}

function probe(table: Int32Array, numbers: Float64Array, key: number): number {
  if (Number.isNaN(key)) return -1;
  const mask = table.length - 1;
  for (let slot = hash(key) & mask; table[slot] !== 0; slot = (slot + 1) & mask) {
    const row = table[slot] - 1;
    if (numbers[row] === key) return row;
  }
  return -1;
}

/** Murmur3's finaliser over both halves of the integer. */
function hash(value: number): number {
  const low = value | 0;
  const high = Math.floor(value / 4294967296) | 0;
  let mixed = low ^ Math.imul(high, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Writes a column's first values as integers below 2^53, NaN where missing or something else. */
function takeIntegers(column: Column, numbers: Float64Array): void {
  const rows = numbers.length;
  if (column.kind === 'text') {
    for (let row = 0; row < rows; row++) numbers[row] = canonicalInteger(column.values[row] ?? '');
  } else if (column.kind === 'integer') {
    const { buffer, byteOffset } = column.values;
    const halves = new Int32Array(buffer, byteOffset, 2 * rows); // little-endian, as every platform Node runs on
    for (let row = 0; row < rows; row++) {
      const value = halves[2 * row + 1] * 4294967296 + (halves[2 * row] >>> 0);
      numbers[row] = Number.isSafeInteger(value) ? value : Number.NaN;
    }
  } else if (column.kind === 'number') {
    for (let row = 0; row < rows; row++) {
      numbers[row] = Number.isSafeInteger(column.values[row]) ? column.values[row] : Number.NaN;
    }
  } else numbers.fill(Number.NaN);
  if (column.kind === 'integer' || column.kind === 'number') clearMissing(numbers, column.missing);
}

function clearMissing(numbers: Float64Array, missing: Uint8Array | null): void {
  if (missing === null) return;
  for (let row = 0; row < numbers.length; row++) if (missing[row] === 1) numbers[row] = Number.NaN;
}

function textIndex(ids: readonly string[]): RowIndex {
  let map: Map<string, number> | null = null;
  return {
    ids,
    locate(column, rows) {
      const found = new Int32Array(rows);
      let next = 0;
      for (let row = 0; row < rows; row++) {
        const key = textAt(column, row);
        if (key !== null && ids[next] === key) {
          found[row] = next++;
          continue;
        }
        map ??= new Map(ids.map((id, at) => [id, at]));
        found[row] = (key === null ? undefined : map.get(key)) ?? -1;
        if (found[row] >= 0) next = found[row] + 1;
      }
      return found;
    },
  };
}
