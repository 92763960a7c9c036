import type { Column } from '../table.js';

/** A value as parseExact gives it. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * The column of a key's values: all numbers give a number column, all integers with some beyond 2^53 an integer column,
 * all arrays of numbers a list column (a null inside becomes NaN), anything else text, in which other values stand as
 * JSON. Rows after the last value are missing.
 */
export function columnOfJson(values: readonly JsonValue[], rows: number): Column {
  const present = values.filter((value) => value !== null);
  if (present.length > 0 && present.every((value) => typeof value === 'number')) return numbers(values, rows);
  if (present.length > 0 && present.every(isInt64)) return integers(values, rows);
  if (present.length > 0 && present.every(isNumberList)) return lists(values as (JsonValue[] | null)[], rows);
  const texts = Array.from({ length: rows }, (_, row) => textOf(values[row] ?? null));
  return { kind: 'text', values: texts };
}

function numbers(values: readonly JsonValue[], rows: number): Column {
  const array = new Float64Array(rows);
  const missing = new Uint8Array(rows).fill(1);
  let count = 0;
  for (const [row, value] of values.entries()) {
    if (value === null) continue;
    array[row] = value as number;
    missing[row] = 0;
    count++;
  }
  return { kind: 'number', values: array, missing: count === rows ? null : missing };
}

function integers(values: readonly JsonValue[], rows: number): Column {
  const array = new BigInt64Array(rows);
  const missing = new Uint8Array(rows).fill(1);
  let count = 0;
  for (const [row, value] of values.entries()) {
    if (value === null) continue;
    array[row] = BigInt(value as number | bigint);
    missing[row] = 0;
    count++;
  }
  return { kind: 'integer', values: array, missing: count === rows ? null : missing };
}

function lists(values: readonly (JsonValue[] | null)[], rows: number): Column {
  const result = Array.from({ length: rows }, (_, row) => {
    const list = values[row] ?? null;
    return list === null ? null : list.map((item) => (item === null ? Number.NaN : Number(item)));
  });
  return { kind: 'list', values: result };
}

function isInt64(value: JsonValue): boolean {
  if (typeof value === 'bigint') return value >= INT64_MIN && value <= INT64_MAX;
  return Number.isSafeInteger(value);
}

/** Whether a value is an array of numbers and nulls only. */
export function isNumberList(value: JsonValue): boolean {
  return (
    Array.isArray(value) &&
    value.every((item) => item === null || typeof item === 'number' || typeof item === 'bigint')
  );
}

function textOf(value: JsonValue): string | null {
  if (value === null || typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
