/** What grouping needs to know of each row; arrays are [row]. */
export interface GroupingInput {
  readonly id: readonly string[];
  /** null where the data has no such column */
  readonly queryId: readonly (string | null)[] | null;
  readonly query: readonly (string | null)[] | null;
  /** the query's locale */
  readonly locale: readonly string[];
}

/** The rows' queries, in order of first appearance, and how they were told apart. */
export interface Grouping {
  /** dense, [row] */
  readonly group: Int32Array;
  /** [group] */
  readonly keys: readonly string[];
  readonly byQueryId: ReadonlyMap<string, number>;
  /** rows without a query id that took the id of another row with the same query */
  readonly adopted: number;
  /** rows grouped by locale and query text */
  readonly byText: number;
  /** rows with neither a query id nor a query, each a group of its own */
  readonly alone: number;
}

/** Unicode NFKC, lower case, white space folded: queries that differ only in these are the same query. */
export function normaliseQuery(query: string): string {
  return query.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/**
 * Groups rows by query id. A row without one adopts the first id seen with the same locale and normalised query, else is
 * grouped with the rows of that locale and query, else stands alone. O(rows).
 */
export function groupRows(input: GroupingInput): Grouping {
  const rows = input.id.length;
  const idOfText = idsByText(input);
  const groups = new Map<string, number>();
  const byQueryId = new Map<string, number>();
  const keys: string[] = [];
  const group = new Int32Array(rows);
  const counts = { adopted: 0, byText: 0, alone: 0 };
  const textKey = textKeys();
  for (let row = 0; row < rows; row++) {
    let queryId = input.queryId?.[row] ?? null;
    let key = '';
    if (queryId === null) {
      const query = input.query?.[row] ?? null;
      const text = query === null ? null : textKey(input.locale[row], query);
      queryId = text === null ? null : (idOfText.get(text) ?? null);
      if (queryId !== null) counts.adopted++;
      else counts[text === null ? 'alone' : 'byText']++;
      key = text ?? `row:${input.id[row]}`;
    }
    const unique = queryId === null ? `?${key}` : `#${queryId}`;
    let index = groups.get(unique);
    if (index === undefined) {
      index = keys.length;
      groups.set(unique, index);
      keys.push(queryId ?? key);
      if (queryId !== null) byQueryId.set(queryId, index);
    }
    group[row] = index;
  }
  return { group, keys, byQueryId, ...counts };
}

/** The first query id of each (locale, normalised query); empty where every row has an id, so that it is not needed. */
function idsByText(input: GroupingInput): Map<string, string> {
  const found = new Map<string, string>();
  const { queryId, query, locale } = input;
  if (queryId === null || query === null || !queryId.includes(null)) return found;
  const textKey = textKeys();
  for (let row = 0; row < queryId.length; row++) {
    const id = queryId[row];
    const text = query[row];
    if (id === null || text === null) continue;
    const key = textKey(locale[row], text);
    if (!found.has(key)) found.set(key, id);
  }
  return found;
}

/** `locale:normalised query`, normalising each distinct query once. */
function textKeys(): (locale: string, query: string) => string {
  const normal = new Map<string, string>();
  return (locale, query) => {
    let text = normal.get(query);
    if (text === undefined) {
      text = normaliseQuery(query);
      normal.set(query, text);
    }
    return `${locale}:${text}`;
  };
}
