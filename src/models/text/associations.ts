import type { Examples } from '../../data/examples/examples.js';
import { corpusOf } from './corpus.js';
import type { Document } from './document.js';
import { hashText } from './hashing.js';
import { type Pair, pairOf } from './pair.js';
import { SIGN_KINDS, signsOf } from './pair-signs.js';
import type { Splitter } from './units.js';

/**
 * How often each sign (see `signsOf`) came with each class in the training rows, by parts of the queries, so that the
 * rows of a training query are described without the labels of its part: what is learnt from the labels must not
 * describe the rows that bear them.
 */
export interface Associations {
  readonly classes: number;
  /** [class], shares among the training rows */
  readonly rates: Float32Array;
  /** hashes of the signs; [sign] */
  readonly signs: Int32Array;
  /** place of each hash in `signs` */
  readonly places: ReadonlyMap<number, number>;
  /** [sign][part][class] */
  readonly counts: Float32Array;
  /** hashes of the training queries' texts */
  readonly queries: ReadonlySet<number>;
}

/** Rows that are counted at most: whole queries as far as they go, so that memory stays bounded. */
const MOST_ROWS = 50_000;
/** Parts of the training queries. */
const PARTS = 6;
/** A sign must come with so many queries, and so many rows, to say anything about another one. */
const LEAST_QUERIES = 2;
const LEAST_ROWS = 5;
/** Rows of the classes' common rates that are added to those of a sign: few rows say little. */
const PRIOR_ROWS = 3;
/** Rates of classes without rows. */
const LEAST_RATE = 1e-3;

/** Counts the signs of the rows given, or of some of their queries, with their labels. O(rows x signs). */
export function fitAssociations(examples: Examples, rows: Int32Array, splitter: Splitter): Associations {
  const classes = examples.labelSpace.classes.length;
  const read = someRows(examples, rows).map((row) => ({
    group: examples.group[row],
    label: examples.label[row],
    query: queryHash(corpusOf(examples).queries.at(examples.group[row])),
    signs: Int32Array.from(signsOf(pairOf(examples, row, splitter).words).flat()),
  }));
  const signs = Int32Array.from(frequentSigns(read));
  const places = placesOf(signs);
  const counts = new Float32Array(signs.length * PARTS * classes);
  const rates = new Float32Array(classes);
  for (const { label, query, signs: own } of read) {
    rates[label] += 1 / read.length;
    for (const sign of own) {
      const place = places.get(sign);
      if (place !== undefined) counts[(place * PARTS + partOf(query)) * classes + label]++;
    }
  }
  const queries = new Set(read.map(({ query }) => query));
  return { classes, rates: rates.map((rate) => Math.max(rate, LEAST_RATE)), signs, places, counts, queries };
}

/** The rows by query; only those of the queries of the least hashes where they are many. */
function someRows(examples: Examples, rows: Int32Array): number[] {
  const { queries } = corpusOf(examples);
  const hashes = new Map<number, number>();
  for (const row of rows) {
    const group = examples.group[row];
    if (!hashes.has(group)) hashes.set(group, queryHash(queries.at(group)));
  }
  const key = (row: number) => hashes.get(examples.group[row])!;
  return Array.from(rows)
    .sort((a, b) => key(a) - key(b) || examples.group[a] - examples.group[b] || a - b)
    .slice(0, MOST_ROWS);
}

function placesOf(signs: Int32Array): Map<number, number> {
  return new Map(Array.from(signs, (sign, place) => [sign, place]));
}

/** The signs that come with enough groups and rows; rows stand by group. O(signs). */
function frequentSigns(rows: readonly { readonly group: number; readonly signs: Int32Array }[]): number[] {
  const seen = new Map<number, { last: number; groups: number; rows: number }>();
  for (const { group, signs } of rows) {
    for (const sign of signs) {
      const entry = seen.get(sign);
      if (entry === undefined) {
        seen.set(sign, { last: group, groups: 1, rows: 1 });
        continue;
      }
      entry.rows++;
      if (entry.last !== group) entry.groups++;
      entry.last = group;
    }
  }
  return [...seen]
    .filter(([, { groups, rows }]) => groups >= LEAST_QUERIES && rows >= LEAST_ROWS)
    .map(([sign]) => sign);
}

function queryHash(query: Document): number {
  return hashText(query.normalised) | 0;
}

function partOf(query: number): number {
  return (query >>> 0) % PARTS;
}

/** The tables from their saved arrays. */
export function restoreAssociations(
  saved: Pick<Associations, 'rates' | 'signs' | 'counts'> & { queries: Int32Array },
): Associations {
  const { rates, signs, counts, queries } = saved;
  return { classes: rates.length, rates, signs, places: placesOf(signs), counts, queries: new Set(queries) };
}

/** Numbers per class and kind of sign: largest, least, summed log-ratio. */
const PER_CLASS = 3;

/** Numbers that `writeAssociations` writes. */
export function associationWidth(classes: number): number {
  return SIGN_KINDS.length * (1 + PER_CLASS * classes);
}

/**
 * Writes at `start`, for each kind of sign, how many of the pair's signs are known (log), and for each class the largest,
 * least and summed log-ratio of its share among the rows with a sign to its common share. O(signs x parts x classes).
 */
export function writeAssociations(
  { query, words }: Pick<Pair, 'query' | 'words'>,
  table: Associations,
  { target, start }: { target: Float32Array; start: number },
): void {
  const { classes } = table;
  const hash = queryHash(query);
  const without = table.queries.has(hash) ? partOf(hash) : -1;
  let at = start;
  for (const signs of signsOf(words)) {
    const ratios = signs.flatMap((sign) => logRatios(table, sign, without) ?? []);
    const known = ratios.length / classes;
    target[at++] = Math.log1p(known);
    for (let k = 0; k < classes; k++) {
      let [most, least, sum] = [0, 0, 0];
      for (let place = k; place < ratios.length; place += classes) {
        most = Math.max(most, ratios[place]);
        least = Math.min(least, ratios[place]);
        sum += ratios[place];
      }
      target.set([most, least, sum / Math.sqrt(known + 1)], at);
      at += PER_CLASS;
    }
  }
}

/** log(share of each class among the sign's rows / common share), drawn towards 0; null where the sign is unknown. */
function logRatios({ classes, rates, places, counts }: Associations, sign: number, without: number) {
  const place = places.get(sign | 0);
  if (place === undefined) return null;
  const rows = new Array<number>(classes).fill(0);
  let total = 0;
  for (let part = 0; part < PARTS; part++) {
    if (part === without) continue;
    for (let k = 0; k < classes; k++) {
      const count = counts[(place * PARTS + part) * classes + k];
      rows[k] += count;
      total += count;
    }
  }
  if (total === 0) return null;
  return rows.map((count, k) => Math.log((count / rates[k] + PRIOR_ROWS) / (total + PRIOR_ROWS)));
}
