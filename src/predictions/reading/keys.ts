import { idCandidates, isRowOrder } from '../../data/examples/columns.js';
import type { Finding } from '../../data/examples/examples.js';
import { EsciSelectError, quote, suggest } from '../../errors.js';
import { type Column, placeOf, type Table, textAt } from '../../io/table.js';
import type { DataFile, ImportOptions } from '../import-options.js';
import { percent, sampleRows } from '../layout/spot-check.js';
import type { Alignment } from './alignment.js';
import type { Candidate, ExampleIndexes } from './indexes.js';
import { shownColumn } from './indexes.js';
import { checkAgainstPairs, refuseShifted } from './join-checks.js';

/** The share of labelled rows that a table's first model is right on, joined by a candidate; null where unknown. */
type Score = (candidate: Candidate) => number | null;

/** What joining goes by, beside the names and values of columns. */
export interface JoinOptions extends Pick<ImportOptions, 'key'> {
  /** the table is of an array, whose ids were given apart */
  readonly fromArray?: boolean;
  /** the file of the examples that the table is */
  readonly data?: DataFile;
  readonly score?: Score;
}

/** A candidate and why it was taken. */
interface Choice {
  readonly candidate: Candidate;
  readonly why: string;
}

/**
 * Join a table's rows to the examples: by the declared key; by position if the table is one of the examples' own files; by
 * the column whose name identifies the examples; by a name that means an id, or by query and product; by the one column
 * whose values are all ids. A column that numbers rows is no key unless declared. Throws 'data' when no column remains,
 * or two that join differently: rows are never joined by position otherwise.
 */
export function alignTable(
  table: Table,
  indexes: ExampleIndexes,
  { data, score = () => null, ...options }: JoinOptions,
): Alignment {
  if (options.key === undefined && data !== undefined && data.rows === table.rows) {
    const targets = Int32Array.from({ length: table.rows }, (_, row) => data.firstRow + row);
    const why = 'it is a file of the examples';
    return { key: null, columns: [], of: 'position', why, targets, others: [], findings: [] };
  }
  const choice =
    options.key === undefined ? chosenKey(table, indexes, score) : declaredKey(table, indexes, options.key);
  const { candidate } = choice;
  const why = options.fromArray ? 'the ids given for its rows' : choice.why;
  for (const column of candidate.columns) refuseEmptyIds(table, column, table.columns.get(column)!);
  const { targets, findings } = located(table, candidate, indexes);
  refuseShifted(table, candidate, indexes, targets);
  checkAgainstPairs(table, candidate, indexes, targets);
  const key = candidate.columns.join(',');
  const others = otherCandidates(table, indexes).filter((other) => other.columns.join(',') !== key);
  return { key, columns: candidate.columns, of: candidate.of, why, targets, others, findings };
}

function located(
  table: Table,
  candidate: Candidate,
  indexes: ExampleIndexes,
): { targets: Int32Array; findings: Finding[] } {
  const targets = candidate.locate(table, null);
  const [name] = candidate.columns;
  const column = table.columns.get(name)!;
  if (candidate.columns.length > 1) return { targets, findings: [] };
  const decimals = targets.some((target) => target >= 0) ? null : withoutDecimals(column, table.rows);
  const found = decimals === null ? targets : indexes.ids.locate(decimals, table.rows);
  const isDecimal = isFloat(table, column) || (decimals !== null && found.some((at) => at >= 0));
  return { targets: found, findings: isDecimal ? [decimalIds(table, name)] : [] };
}

/** The declared key: a column, matched with the examples' column of its name, else with their ids; or query and product. */
function declaredKey(table: Table, indexes: ExampleIndexes, key: string): Choice {
  const why = 'declared with --key';
  if (table.columns.has(key)) return { candidate: indexes.byName(key) ?? indexes.byIds(key), why };
  const parts = key.split(',').map((part) => part.trim());
  if (parts.length > 1 && parts.every((part) => table.columns.has(part))) {
    const pair = indexes.byPair(table);
    if (pair !== null && parts.every((part) => pair.columns.includes(part))) return { candidate: pair, why };
    throw new EsciSelectError('data', `key columns ${quote(key)} do not identify the examples`, {
      path: table.path,
      hint: 'a key of several columns is the query id and the product id (and the locale), if no pair was judged twice',
    });
  }
  throw noSuchColumn(table, key);
}

function noSuchColumn(table: Table, key: string): EsciSelectError {
  const type = table.unread?.get(key);
  if (type !== undefined) {
    return new EsciSelectError(
      'data',
      `key column ${quote(key)} has the type ${quote(type)}, which is not read`,
      {
        path: table.path,
        hint: 'write ids as text or integers',
      },
    );
  }
  return new EsciSelectError('data', `key column ${quote(key)} is not in the file`, {
    path: table.path,
    hint: suggest(key, [...table.columns.keys()], 'columns'),
  });
}

function chosenKey(table: Table, indexes: ExampleIndexes, score: Score): Choice {
  const names = scalarNames(table);
  const own = names.find((name) => isOwnKey(name, indexes));
  if (own !== undefined)
    return { candidate: indexes.byIds(own), why: 'the examples are identified by that name' };
  const named = joining(table, namedCandidates(table, indexes));
  if (named.length > 0) return choice(agreed(table, named, score));
  const byValues = indexes.areRowNumbers ? [] : valueCandidates(table, names, indexes);
  if (byValues.length > 0) {
    return { candidate: agreed(table, byValues, score), why: 'all its values are ids of examples' };
  }
  const known = idCandidates(names).filter((name) => !isRowOrder(name));
  if (known.length > 0) return { candidate: indexes.byIds(known[0]), why: 'its name says an id' };
  const pair = indexes.byPair(table);
  if (pair !== null) return choice(pair);
  throw noKey(table, names, indexes);
}

function choice(candidate: Candidate): Choice {
  const isPair = candidate.columns.length > 1;
  return { candidate, why: isPair ? 'query and product identify the examples' : 'its name says an id' };
}

function scalarNames(table: Table): string[] {
  return [...table.columns.keys()].filter((name) => table.columns.get(name)!.kind !== 'list');
}

function isOwnKey(name: string, indexes: ExampleIndexes): boolean {
  const column = indexes.examples.identity?.column ?? null;
  return column !== null && !isRowOrder(column) && indexes.byName(name)?.of === indexes.idsAre;
}

/** Columns whose names say an id or that identify the examples too, and query and product. */
function namedCandidates(table: Table, indexes: ExampleIndexes): Candidate[] {
  const names = scalarNames(table).filter((name) => !isRowOrder(name));
  const shared = names.flatMap((name) => indexes.byName(name) ?? []);
  const known = idCandidates(names).map((name) => indexes.byIds(name));
  const pair = indexes.byPair(table);
  const all = [...shared, ...known, ...(pair === null ? [] : [pair])];
  return all.filter((each, at) => all.findIndex((other) => sameColumns(each, other)) === at);
}

function sameColumns(a: Candidate, b: Candidate): boolean {
  return a.columns.join('\u0000') === b.columns.join('\u0000');
}

/** Candidates by which at least half of the sampled rows are examples. */
function joining(table: Table, candidates: readonly Candidate[]): Candidate[] {
  const rows = sampleRows(table.rows);
  return candidates.filter((candidate) => {
    const found = candidate.locate(table, rows).reduce((count, target) => count + (target >= 0 ? 1 : 0), 0);
    return rows.length > 0 && found * 2 >= rows.length;
  });
}

function valueCandidates(table: Table, names: readonly string[], indexes: ExampleIndexes): Candidate[] {
  const rows = sampleRows(table.rows);
  return names
    .filter((name) => !isRowOrder(name))
    .map((name) => indexes.byIds(name))
    .filter((candidate) => {
      const targets = candidate.locate(table, rows);
      return targets.every((target) => target >= 0) && new Set(targets).size === targets.length;
    });
}

/** The first of candidates that join alike; throws 'data' with what each would score where they join differently. */
function agreed(table: Table, candidates: readonly Candidate[], score: Score): Candidate {
  const rows = sampleRows(table.rows);
  const [first, ...others] = candidates.map((candidate) => candidate.locate(table, rows).join());
  const differing = candidates.slice(1).filter((_, at) => others[at] !== first);
  if (differing.length === 0) return candidates[0];
  const all = [candidates[0], ...differing];
  const readings = all.map((candidate) => reading(candidate, score));
  const columns = all.map(({ columns: [...names] }) => names.map(shownColumn).join(' + '));
  throw new EsciSelectError(
    'data',
    `columns ${columns.join(' and ')} hold the example ids and join differently: ${readings.join('; ')}`,
    {
      path: table.path,
      hint: `declare the right one: ${all.map(({ columns: names }) => `--key ${names.join(',')}`).join(' or ')}`,
    },
  );
}

function reading(candidate: Candidate, score: Score): string {
  const share = score(candidate);
  const right = share === null ? '' : `, right on ${percent(share)}`;
  return `by ${candidate.columns.map(shownColumn).join(' + ')} (${candidate.of})${right}`;
}

/** Everything by which rows could be found among the examples, columns that number rows too: to compare a join with. */
function otherCandidates(table: Table, indexes: ExampleIndexes): Candidate[] {
  const order = scalarNames(table)
    .filter(isRowOrder)
    .map((name) => indexes.byName(name) ?? indexes.byIds(name));
  return joining(table, [...namedCandidates(table, indexes), ...order]);
}

function noKey(table: Table, names: readonly string[], indexes: ExampleIndexes): EsciSelectError {
  const order = names.filter(isRowOrder);
  const numbering = order.map(
    (name) => `${shownColumn(name)} only numbers the rows of the file${rangeOf(table, name)}`,
  );
  const numbered = indexes.areRowNumbers ? `; the ids of the examples are ${indexes.idsAre}` : '';
  const why = numbering.length === 0 ? '' : `: ${numbering.join(', ')}${numbered}`;
  const columns = names.slice(0, 12).map(quote).join(', ');
  const both = 'write the ids of the examples into the file, and a column example_id into both files';
  const hint = indexes.areRowNumbers
    ? both
    : `name the id column with --key; the columns are ${columns}${order.length > 0 ? `; else ${both}` : ''}`;
  return new EsciSelectError(
    'data',
    `no column holds the example ids, and rows are never joined by their order alone${why}`,
    { path: table.path, hint },
  );
}

function rangeOf(table: Table, name: string): string {
  const column = table.columns.get(name)!;
  const ends = table.rows === 0 ? [] : [textAt(column, 0), textAt(column, table.rows - 1)];
  return ends.length === 0 ? '' : ` (${ends[0]} to ${ends[1]})`;
}

function refuseEmptyIds(table: Table, key: string, column: Column): void {
  for (let row = 0; row < table.rows; row++) {
    const empty =
      column.kind === 'text' ? !column.values[row] : column.kind !== 'list' && column.missing?.[row] === 1;
    if (!empty) continue;
    throw new EsciSelectError('data', `id in key column ${quote(key)} is empty (data row ${row + 1})`, {
      path: table.path,
      line: placeOf(table, row).line,
      hint: 'give every row an id, or name another column with --key',
    });
  }
}

/** JSON has one number type: its integers are no decimals. */
function isFloat(table: Table, column: Column): boolean {
  const decimal = column.kind === 'number' && !(column.values instanceof Int32Array);
  return decimal && table.format !== 'jsonl';
}

/** `1018313.0` as `1018313`, if every id of a text column is written so with at most 15 digits; null otherwise. */
function withoutDecimals(column: Column, rows: number): Column | null {
  if (column.kind !== 'text' || rows === 0) return null;
  const values = column.values.map((value) => /^(-?\d{1,15})\.0+$/.exec(value ?? '')?.[1] ?? null);
  return values.includes(null) ? null : { kind: 'text', values };
}

function decimalIds(table: Table, key: string): Finding {
  return {
    severity: 'warning',
    code: 'decimal-ids',
    message: `ids in column ${quote(key)} are decimal numbers (1018313.0); they are read as integers`,
    count: table.rows,
    places: [placeOf(table, 0)],
    hint: 'write ids as integers or text: decimals lose digits above 2^53',
  };
}
