import { EsciSelectError, quote } from '../../errors.js';
import { readTable } from '../../io/read.js';
import { type Column, placeOf, type Table, textAt } from '../../io/table.js';
import { parseNumber } from '../../io/text/number.js';
import { countOf } from '../checks/findings.js';
import { findColumn, missingColumn, normalName } from '../examples/columns.js';
import type { Behaviours, Finding, Place } from '../examples/examples.js';
import type { LoadOptions } from '../examples/load-options.js';
import type { DataFile } from './example-columns.js';
import type { ProductNumbers } from './product-numbers.js';
import { wholeNumberIds } from './row-identity.js';

const COUNTS = ['impressions', 'clicks', 'adds', 'purchases'] as const;

/** The examples that behaviours are matched with. */
export interface BehaviourKeys {
  /** group of a query id */
  readonly groupOf: ReadonlyMap<string, number>;
  readonly productOf: ProductNumbers;
}

/**
 * What customers did, for the pairs whose query and product both occur in the examples (judged together or not), in file
 * order; how many others there were is a finding. Throws 'data' for a count that is no number >= 0 or a pair given twice.
 */
export async function readBehaviours(
  files: readonly DataFile[],
  keys: BehaviourKeys,
  options: LoadOptions,
): Promise<{ behaviours: Behaviours | null; findings: Finding[] }> {
  if (files.length === 0) return { behaviours: null, findings: [] };
  const collected: Collected = {
    group: [],
    product: [],
    counts: [[], [], [], []],
    seen: new Map(),
    places: [],
    others: 0,
  };
  const { delimiter, memoryLimit, maxUnpacked } = options;
  for (const file of files) {
    options.onProgress?.('reading behaviours');
    collect(await readTable(file.path, { delimiter, memoryLimit, maxUnpacked }), keys, collected);
  }
  const entries = collected.group.length;
  const [impressions, clicks, adds, purchases] = collected.counts.map((values) => Float32Array.from(values));
  const others =
    collected.others === 0 ? '' : `; ${countOf(collected.others, 'pair')} of other queries or products`;
  const message = `behaviours of ${countOf(entries, 'query-product pair')} are used${others}`;
  return {
    behaviours: {
      entries,
      group: Int32Array.from(collected.group),
      product: Int32Array.from(collected.product),
      impressions,
      clicks,
      adds,
      purchases,
    },
    findings: [{ severity: entries === 0 ? 'warning' : 'note', code: 'behaviours', message, count: entries }],
  };
}

interface Collected {
  readonly group: number[];
  readonly product: number[];
  /** [count][entry], in the order of COUNTS */
  readonly counts: number[][];
  /** pair to its entry */
  readonly seen: Map<number, number>;
  /** first line or row of each entry, for messages */
  readonly places: Place[];
  others: number;
}

function collect(table: Table, keys: BehaviourKeys, into: Collected): void {
  const names = [...table.columns.keys()];
  const queryIds = texts(table, findColumn(names, 'queryId'), 'query_id');
  const productIds = texts(table, findColumn(names, 'productId'), 'product_id');
  const locales = texts(table, findColumn(names, 'locale'), 'product_locale');
  wholeNumberIds(queryIds);
  const columns = COUNTS.map((count) => {
    const name = names.find((candidate) => normalName(candidate) === count);
    return name === undefined ? null : (table.columns.get(name) as Column);
  });
  for (let row = 0; row < table.rows; row++) {
    const counts = columns.map((column, at) => countAt(table, column, COUNTS[at], row));
    const group = keys.groupOf.get(queryIds[row] ?? '');
    const product = keys.productOf.find(locales[row] ?? '', productIds[row] ?? '');
    if (group === undefined || product === undefined) {
      into.others++;
      continue;
    }
    refuseRepeat(placeOf(table, row), group * 2 ** 31 + product, into);
    into.group.push(group);
    into.product.push(product);
    counts.forEach((value, at) => {
      into.counts[at].push(value);
    });
  }
}

function texts(table: Table, name: string | undefined, wanted: string): (string | null)[] {
  const column = name === undefined ? undefined : table.columns.get(name);
  if (column === undefined) {
    const hint = 'behaviours have query_id, product_id, product_locale and counts';
    throw missingColumn(wanted, [...table.columns.keys()], table.path, hint);
  }
  return Array.from({ length: table.rows }, (_, row) => textAt(column, row));
}

function countAt(table: Table, column: Column | null, name: string, row: number): number {
  if (column === null) return 0;
  const text = textAt(column, row);
  const value = text === null ? null : parseNumber(text);
  if (value !== null && value >= 0) return value;
  const { path, line } = placeOf(table, row);
  const found = text === null ? 'missing' : quote(text);
  throw new EsciSelectError(
    'data',
    `${name} must be a number of at least 0, it is ${found} (data row ${row})`,
    {
      path,
      line,
      hint: 'write 0 where nothing happened',
    },
  );
}

function refuseRepeat(place: Place, pair: number, into: Collected): void {
  const first = into.seen.get(pair);
  if (first === undefined) {
    into.seen.set(pair, into.places.length);
    into.places.push(place);
    return;
  }
  const at = into.places[first];
  const where = `${at.path}:${at.line ?? `row ${at.row}`}`;
  throw new EsciSelectError(
    'data',
    `a query and product occur twice (data row ${place.row}), first at ${where}`,
    {
      path: place.path,
      line: place.line,
      hint: 'add up their counts into one row',
    },
  );
}
