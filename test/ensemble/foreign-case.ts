import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FeatureMatrix } from '../../src/ensemble/tree.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/foreign');

/** A model of another engine with what that engine says of some rows; make.py beside the fixtures writes them. */
export interface ForeignCase {
  readonly name: string;
  /** by column; null is missing */
  readonly table: Readonly<Record<string, readonly (number | string | null)[]>>;
  /** [row][output] */
  readonly margins: readonly (readonly number[])[];
  /** [row][output][column + bias] */
  readonly contribs?: readonly (readonly (readonly number[])[])[];
  /** the best round of training that was stopped early */
  readonly best?: number;
}

/** Names of the cases that begin so. */
export function caseNames(start: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith(start))
    .sort();
}

export function casePath(name: string, file = 'model.json'): string {
  return join(folder, name, file);
}

export function readCase(name: string): ForeignCase {
  return { name, ...JSON.parse(readFileSync(casePath(name, 'expected.json'), 'utf8')) };
}

/** The table of a case whose columns are all numbers. */
export function caseFeatures({ table }: ForeignCase): FeatureMatrix {
  const names = Object.keys(table);
  const rows = table[names[0]].length;
  const cells = Array.from({ length: rows }, (_, row) => names.map((name) => table[name][row]));
  const values = Float32Array.from(cells.flat(), (value) => (value === null ? Number.NaN : Number(value)));
  return { rows, columns: names.length, names, values };
}
