import { type Finding, type Place, SPLIT_NONE } from '../examples/examples.js';
import { countOf, Tally } from './findings.js';

/** Columns that the checks compare; arrays are [row]. */
export interface CheckInput {
  readonly group: Int32Array;
  readonly groupKeys: readonly string[];
  readonly product: Int32Array;
  readonly products: number;
  readonly label: Int16Array;
  readonly split: Uint8Array;
  readonly fold: Int16Array | null;
  readonly place: (row: number) => Place;
}

/** A query on both sides of a split is an error, in two folds of the user's a warning. O(rows). */
export function checkLeaks(input: CheckInput): Finding[] {
  const findings: Finding[] = [];
  const split = straddling(input.group, input.groupKeys.length, input.split, SPLIT_NONE);
  if (split.length > 0) {
    findings.push({
      severity: 'error',
      code: 'query-in-train-and-test',
      message: `${leaking(input, split)} in train and in test`,
      count: split.length,
      places: placesOf(input, split),
      hint: 'put all rows of a query on one side, or leave the split column out to have it made',
    });
  }
  const fold = input.fold === null ? [] : straddling(input.group, input.groupKeys.length, input.fold, -1);
  if (fold.length > 0) {
    findings.push({
      severity: 'warning',
      code: 'query-in-two-folds',
      message: `${leaking(input, fold)} in more than one fold of the fold column`,
      count: fold.length,
      places: placesOf(input, fold),
      hint: 'figures over these folds flatter models that remember queries',
    });
  }
  return findings;
}

interface Straddling {
  readonly group: number;
  readonly first: number;
  readonly second: number;
}

function straddling(group: Int32Array, groups: number, side: ArrayLike<number>, none: number): Straddling[] {
  const firstRow = new Int32Array(groups).fill(-1);
  const found = new Map<number, Straddling>();
  for (let row = 0; row < group.length; row++) {
    if (side[row] === none) continue;
    const g = group[row];
    const first = firstRow[g];
    if (first === -1) firstRow[g] = row;
    else if (side[first] !== side[row] && !found.has(g)) found.set(g, { group: g, first, second: row });
  }
  return [...found.values()];
}

function leaking(input: CheckInput, found: readonly Straddling[]): string {
  const name = input.groupKeys[found[0].group];
  const rest =
    found.length === 1 ? 'is' : `and ${countOf(found.length - 1, 'other query', 'other queries')} are`;
  return `query ${[...name].slice(0, 80).join('')} ${rest}`;
}

function placesOf(input: CheckInput, found: readonly Straddling[]): Place[] {
  return found.slice(0, 3).flatMap(({ first, second }) => [input.place(second), input.place(first)]);
}

/** Rows whose (query, product) was judged before; `conflicting` those that got another label. */
export interface Repeats {
  readonly repeated: number;
  readonly findings: readonly Finding[];
}

/** Finds (query, product) pairs judged more than once. O(rows log rows), 8 bytes a row. */
export function checkRepeats(input: CheckInput): Repeats {
  const repeatedKeys = repeatedPairs(input);
  const same = new Tally();
  const conflicting = new Tally();
  if (repeatedKeys.size === 0) return { repeated: 0, findings: [] };
  const firstRow = new Map<number, number>();
  for (let row = 0; row < input.group.length; row++) {
    const key = pairKey(input, row);
    if (!repeatedKeys.has(key)) continue;
    const first = firstRow.get(key);
    if (first === undefined) firstRow.set(key, row);
    else (input.label[first] === input.label[row] ? same : conflicting).add(() => input.place(row));
  }
  const findings = [
    ...same.finding(
      'warning',
      'repeated-judgement',
      (rows) => `a query and product are judged again, alike, in ${rows}`,
    ),
    ...conflicting.finding(
      'warning',
      'conflicting-judgement',
      (rows) => `a query and product are judged again, with another label, in ${rows}`,
      'a pair with two labels caps every accuracy',
    ),
  ];
  return { repeated: same.count + conflicting.count, findings };
}

function pairKey(input: CheckInput, row: number): number {
  return input.group[row] * input.products + input.product[row];
}

function repeatedPairs(input: CheckInput): Set<number> {
  const keys = new Float64Array(input.group.length);
  for (let row = 0; row < keys.length; row++) keys[row] = pairKey(input, row);
  keys.sort();
  const repeated = new Set<number>();
  for (let at = 1; at < keys.length; at++) if (keys[at] === keys[at - 1]) repeated.add(keys[at]);
  return repeated;
}
