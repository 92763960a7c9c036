import { type Examples, type Finding, type Place, SPLIT_NONE } from '../examples/examples.js';
import { normaliseQuery } from '../examples/grouping.js';
import { countOf, Tally } from './findings.js';

type Judged = Pick<
  Examples,
  'query' | 'locale' | 'group' | 'groupKeys' | 'productId' | 'product' | 'split' | 'text'
>;

/**
 * What leaks labels although every id is in order: one query text under several query ids, which splits by query tear
 * apart, and pairs that stand in both directions. O(rows).
 */
export function findLeaks(examples: Judged, place: (row: number) => Place): Finding[] {
  const normal = normaliser();
  return [...queriesUnderSeveralIds(examples, normal, place), ...bothDirections(examples, normal, place)];
}

/** Normalises each distinct text once. */
function normaliser(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let normal = known.get(text);
    if (normal === undefined) {
      normal = normaliseQuery(text);
      known.set(text, normal);
    }
    return normal;
  };
}

/** A warning where the ids of one query stand in train and in test, else a note: folds are made of ids. */
function queriesUnderSeveralIds(
  { query, locale, group, groupKeys, split }: Judged,
  normal: (text: string) => string,
  place: (row: number) => Place,
): Finding[] {
  const seen = new Uint8Array(groupKeys.length);
  const firstRow = new Map<string, number>();
  const across = new Tally();
  const within = new Tally();
  for (let row = 0; row < group.length; row++) {
    if (seen[group[row]] === 1) continue;
    seen[group[row]] = 1;
    const text = normal(query[row]);
    if (text === '') continue;
    const key = `${locale[row]}:${text}`;
    const first = firstRow.get(key);
    if (first === undefined) {
      firstRow.set(key, row);
      continue;
    }
    const parted = split[first] !== split[row] && split[first] !== SPLIT_NONE && split[row] !== SPLIT_NONE;
    (parted ? across : within).add(() => place(row));
  }
  return [
    ...across.finding(
      'warning',
      'same-query-in-train-and-test',
      () =>
        `${countOf(across.count, 'query', 'queries')} of the test split ${across.count === 1 ? 'has' : 'have'} the text of a training query under another query id`,
      'scores on such queries flatter models that remember queries: give both one query id',
    ),
    ...within.finding(
      'note',
      'query-under-several-ids',
      () =>
        `${countOf(within.count, 'query id repeats', 'query ids repeat')} the text of an earlier query in the same locale`,
      'folds are made of query ids, so such queries may be trained on and judged: give both one id',
    ),
  ];
}

/** Pairs (a, b) that also stand as (b, a), by the text of query and title, or by the ids of query and product. */
function bothDirections(
  examples: Judged,
  normal: (text: string) => string,
  place: (row: number) => Place,
): Finding[] {
  const rows = [...new Set([...reversedTexts(examples, normal), ...reversedIds(examples)])];
  const tally = new Tally();
  for (const row of rows.sort((a, b) => a - b)) tally.add(() => place(row));
  return tally.finding(
    'warning',
    'two-direction-rows',
    (count) => `a pair stands in both directions, query as product and product as query, in ${count}`,
    'keep one direction: the other counts each judgement twice and may be on the other side of a split',
  );
}

function reversedTexts({ query, locale, text }: Judged, normal: (text: string) => string): number[] {
  if (text === null) return [];
  const queries = new Set(query.map((each) => normal(each)));
  queries.delete('');
  const longest = [...queries].reduce((most, each) => Math.max(most, each.length), 0);
  const pairs: { row: number; from: string; to: string }[] = [];
  for (let row = 0; row < query.length; row++) {
    const title = text.title[row];
    // a title may shrink by white space folded, but hardly to less than half
    if (title === null || title.length > 2 * longest) continue;
    const to = normal(title);
    if (queries.has(to))
      pairs.push({ row, from: `${locale[row]}:${normal(query[row])}`, to: `${locale[row]}:${to}` });
  }
  return reversed(pairs);
}

function reversedIds({ group, groupKeys, productId }: Judged): number[] {
  const ids = new Set(groupKeys);
  const pairs: { row: number; from: string; to: string }[] = [];
  for (let row = 0; row < group.length; row++) {
    if (ids.has(productId[row])) pairs.push({ row, from: groupKeys[group[row]], to: productId[row] });
  }
  return reversed(pairs);
}

/** The later row of each pair that stands in both directions. */
function reversed(pairs: readonly { row: number; from: string; to: string }[]): number[] {
  const seen = new Set<string>();
  const found: number[] = [];
  for (const { row, from, to } of pairs) {
    if (from !== to && seen.has(JSON.stringify([to, from]))) found.push(row);
    seen.add(JSON.stringify([from, to]));
  }
  return found;
}
