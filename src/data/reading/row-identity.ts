import { quote } from '../../errors.js';
import { countOf } from '../checks/findings.js';
import { idCandidates, isRowOrder } from '../examples/columns.js';
import type { Finding, Place } from '../examples/examples.js';
import type { LoadOptions } from '../examples/load-options.js';
import { placeOfRow, type Rows, textByName } from './rows.js';

/** Row ids, and the column they are from; null where rows are numbered. */
export interface ChosenIds {
  readonly column: string | null;
  readonly ids: string[];
  /** other columns that are complete and distinct over `selected`, by name; [row over all files] */
  readonly others: ReadonlyMap<string, (string | null)[]>;
  /** rows of `selected` whose id is missing (null then) or was seen before, with the row that had it first */
  readonly bad: ReadonlyMap<number, { readonly id: string | null; readonly firstRow: number }>;
  readonly findings: readonly Finding[];
}

/** Ids that differ only in having been read as decimals: `1018313.0` is `1018313`. */
const DECIMAL_ID = /^-?\d+\.0+$/;
const WHOLE_ID = /^-?\d+$/;

/**
 * Takes the `.0` from whole numbers if every value is a whole number, as a table once held as decimals has them. Other
 * columns are left alone. Returns how many values were changed.
 */
export function wholeNumberIds(values: (string | null)[]): number {
  let decimals = 0;
  for (const value of values) {
    if (value === null) continue;
    if (DECIMAL_ID.test(value)) decimals++;
    else if (!WHOLE_ID.test(value)) return 0;
  }
  if (decimals === 0) return 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value !== null && DECIMAL_ID.test(value)) values[row] = value.slice(0, value.indexOf('.'));
  }
  return decimals;
}

/**
 * Chooses the id of every selected row: the declared column; `example_id` if it is complete; else the first candidate
 * that is complete and distinct, those that only number rows last; else the row's number over all files. Duplicates or
 * gaps in a declared column, and duplicates in a complete `example_id`, are bad rows rather than a reason to look elsewhere.
 */
export function chooseIds(rows: Rows, selected: Int32Array, options: LoadOptions): ChosenIds {
  const declared = options.columns?.id;
  const findings: Finding[] = [];
  const candidates = candidatesOf(rows);
  for (const column of declared === undefined ? candidates : [declared]) {
    const values = textByName(rows, column);
    if (values === null) continue;
    const changed = wholeNumberIds(values);
    const bad = badIds(values, selected);
    const missing = [...bad.values()].filter(({ id }) => id === null).length;
    const strict = declared !== undefined || (column.trim().toLowerCase() === 'example_id' && missing === 0);
    if (bad.size === 0 || strict) {
      findings.push(
        ...impreciseIds(rows, column),
        ...decimalNote(changed, column),
        chosenNote(column, findings.length > 0),
      );
      const ids = values.map((value) => value ?? '');
      return { column, ids, others: otherIds(rows, selected, candidates, column), bad, findings };
    }
    findings.push(passedOver(column, missing, bad, (row) => placeOfRow(rows, row)));
  }
  findings.push({
    severity: findings.length > 0 ? 'warning' : 'note',
    code: 'id-from-row-number',
    message:
      'no column is a complete and distinct row id: rows are numbered from 0 in the order of the files',
    hint: 'name one with --column id=NAME',
  });
  return {
    column: null,
    ids: Array.from({ length: rows.count }, (_, row) => String(row)),
    others: new Map(),
    bad: new Map(),
    findings,
  };
}

/** Columns that may identify rows, best first: by name, then by what stands in them, then those that number rows. */
function candidatesOf({ names, keyLike }: Rows): string[] {
  const known = idCandidates(names);
  return [
    ...new Set([...known.filter((name) => !isRowOrder(name)), ...keyLike, ...known.filter(isRowOrder)]),
  ];
}

/** What else identifies the rows: predictions may be keyed by it. */
function otherIds(
  rows: Rows,
  selected: Int32Array,
  candidates: readonly string[],
  chosen: string,
): ChosenIds['others'] {
  const others = new Map<string, (string | null)[]>();
  for (const name of candidates) {
    const values = name === chosen ? null : textByName(rows, name);
    if (values === null) continue;
    wholeNumberIds(values);
    if (badIds(values, selected).size === 0) others.set(name, values);
  }
  return others;
}

function badIds(values: readonly (string | null)[], selected: Int32Array): ChosenIds['bad'] {
  const bad = new Map<number, { id: string | null; firstRow: number }>();
  if (areDistinctNumbers(values, selected)) return bad;
  const firstRows = new Map<string, number>();
  for (const row of selected) {
    const id = values[row];
    if (id === null) {
      bad.set(row, { id, firstRow: row });
      continue;
    }
    const firstRow = firstRows.get(id);
    if (firstRow === undefined) firstRows.set(id, row);
    else bad.set(row, { id, firstRow });
  }
  return bad;
}

/** Whether all values are whole numbers as JavaScript writes them, and distinct: by sorting, far cheaper than by a map. */
function areDistinctNumbers(values: readonly (string | null)[], selected: Int32Array): boolean {
  const numbers = new Float64Array(selected.length);
  for (let at = 0; at < selected.length; at++) {
    const value = values[selected[at]];
    if (value === null || !/^(0|[1-9]\d{0,14})$/.test(value)) return false;
    numbers[at] = Number(value);
  }
  numbers.sort();
  for (let at = 1; at < numbers.length; at++) if (numbers[at] === numbers[at - 1]) return false;
  return true;
}

/** Ids that a file holds as floating-point numbers are exact up to 2^53 only. */
function impreciseIds(rows: Rows, column: string): Finding[] {
  let count = 0;
  for (const table of rows.tables) {
    const values = table.columns.get(column);
    if (values?.kind !== 'number') continue;
    for (const value of values.values) if (Math.abs(value) > Number.MAX_SAFE_INTEGER) count++;
  }
  if (count === 0) return [];
  const message = `${nameOf(column)} holds ids beyond 2^53 as floating-point numbers: their last digits are lost`;
  return [
    {
      severity: 'warning',
      code: 'imprecise-ids',
      message,
      count,
      hint: 'write the ids as 64-bit integers or text',
    },
  ];
}

function decimalNote(changed: number, column: string): Finding[] {
  if (changed === 0) return [];
  const message = `${nameOf(column)} holds whole numbers written as decimals: the .0 is taken off`;
  return [{ severity: 'note', code: 'decimal-ids', message, count: changed }];
}

function chosenNote(column: string, others: boolean): Finding {
  const why = others ? ', the first that is complete and distinct' : '';
  return { severity: 'note', code: 'id-column', message: `rows are identified by ${nameOf(column)}${why}` };
}

function passedOver(
  column: string,
  missing: number,
  bad: ChosenIds['bad'],
  place: (row: number) => Place,
): Finding {
  const rows = [...bad.keys()];
  const repeated = rows.find((row) => bad.get(row)?.id !== null);
  const why: string[] = [];
  if (missing > 0) why.push(`${countOf(missing, 'row')} without a value`);
  if (missing < bad.size) why.push(`${countOf(bad.size - missing, 'repeated value')}`);
  const first = repeated === undefined ? [] : [bad.get(repeated)?.firstRow ?? repeated, repeated];
  return {
    severity: 'note',
    code: 'id-column-passed-over',
    message: `${nameOf(column)} cannot identify rows: ${why.join(', ')}`,
    count: bad.size,
    places: (first.length > 0 ? first : rows.slice(0, 5)).map(place),
  };
}

function nameOf(column: string): string {
  return column === '' ? 'the column without a name' : `column ${quote(column)}`;
}
