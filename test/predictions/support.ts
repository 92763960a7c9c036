import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Examples } from '../../src/data/examples/examples.js';
import { ESCI } from '../../src/data/examples/labels.js';
import { EsciSelectError } from '../../src/errors.js';
import type { Table } from '../../src/io/table.js';

/** The folder of real data, for tests that are skipped where it is absent. */
export const SHARED =
  process.env.ESCI_SHARED ?? join(dirname(fileURLToPath(import.meta.url)), '../../../shared');

/** Examples with these ids and labels (class indexes), each its own query. */
export function examplesOf(
  ids: readonly string[],
  labels: readonly number[] = [],
  classes: readonly string[] = ESCI.classes,
): Examples {
  const rows = ids.length;
  const index = Int32Array.from({ length: rows }, (_, row) => row);
  return {
    rows,
    labelSpace: { classes },
    id: ids,
    query: ids.map((id) => `query ${id}`),
    group: index,
    groupKeys: ids,
    productId: ids,
    product: index,
    products: rows,
    locale: ids.map(() => 'us'),
    label: Int16Array.from({ length: rows }, (_, row) => labels[row] ?? -1),
    split: new Uint8Array(rows),
    fold: null,
    source: null,
    text: null,
    behaviours: null,
  };
}

/** A new temporary folder with these files; the folder's path. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'esci-predictions-'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

/** The path of a new file in a new folder. */
export function fileOf(name: string, content: string | Uint8Array): string {
  return join(folderOf({ [name]: content }), name);
}

/** A table in memory with text columns, as a CSV file gives it. */
export function textTable(header: readonly string[], rows: readonly (readonly (string | null)[])[]): Table {
  return {
    path: 'memory.csv',
    format: 'csv',
    rows: rows.length,
    columns: new Map(
      header.map((name, at) => [name, { kind: 'text' as const, values: rows.map((row) => row[at]) }]),
    ),
    lines: Int32Array.from(rows, (_, row) => row + 2),
  };
}

/** The error that a promise or function is rejected with; anything but an EsciSelectError fails the test. */
export async function errorOf(work: Promise<unknown> | (() => unknown)): Promise<EsciSelectError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof EsciSelectError) return error;
    throw error;
  }
  throw new Error('an error was due');
}

/** Values rounded to six digits, as plain numbers. */
export function plain(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toFixed(6)));
}
