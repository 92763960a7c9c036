import { EsciSelectError, nearest, quote, shellWord } from '../../errors.js';
import { readTable } from '../../io/read.js';
import { type Column, type Table, textAt } from '../../io/table.js';
import { columnsFound, findColumn, hasRole, knownNames, normalName } from '../examples/columns.js';
import { ESCI, isNoLabel, labelParser } from '../examples/labels.js';
import type { LoadOptions, Role } from '../examples/load-options.js';

/** What a table of examples is known by. */
const NEEDED = ['label', 'query', 'productId'] as const satisfies readonly Role[];
type Needed = (typeof NEEDED)[number];

/** Rows at the head of a file that are looked at. */
const SAMPLE_ROWS = 200;
/** What people call such columns, in parts of their names. */
const WORDS: Record<Needed, RegExp> = {
  label: /label|judg|grade|relevan|rating|gain|class|target|truth|gold|esci|verdict/,
  query: /quer|search|term|keyword|phrase|question|^q$/,
  productId: /prod|item|sku|asin|doc|article|listing|offer/,
};
/** A product is its id here, not what is written about it. */
const TEXT = /title|name|desc|text|bullet|brand|colou?r|price/;
/** Names of so few letters are near to any other. */
const SHORT = 3;
/** As many words at most are taken for labels. */
const MOST_LABELS = 12;

/**
 * The error of a file that is known by no column: one that names every role that is missing, and the flags that would give
 * them, with the file's own columns where names or values tell. Reads the file's first rows.
 */
export async function missingRoles(
  path: string,
  columns: readonly string[],
  options: LoadOptions,
): Promise<EsciSelectError> {
  const { columns: declared, delimiter, memoryLimit, maxUnpacked } = options;
  const missing = NEEDED.filter((role) => !isThere(role, columns, declared));
  const read = { delimiter, memoryLimit, maxUnpacked, maxRows: SAMPLE_ROWS };
  const likely = likelyColumns(await readTable(path, read), missing);
  const message = `${listed(missing)}: no column has a known name; ${columnsFound(columns)}`;
  const flag = (role: Needed, name: string) => `--column ${shellWord(`${role}=${name}`)}`;
  const known = [...likely].map(([role, name]) => flag(role, name)).join(' ');
  const unknown = missing
    .filter((role) => !likely.has(role))
    .map((role) => `--column ${role}=NAME`)
    .join(' ');
  if (known === '') return new EsciSelectError('data', message, { path, hint: `name them with ${unknown}` });
  const rest = unknown === '' ? '' : `; name the rest with ${unknown}`;
  return new EsciSelectError('data', message, {
    path,
    hint: `if that is what they hold, add ${known}${rest}`,
  });
}

function isThere(role: Needed, names: readonly string[], declared: LoadOptions['columns']): boolean {
  if (findColumn(names, role, declared) !== undefined) return true;
  if (role === 'query') return findColumn(names, 'queryId', declared) !== undefined;
  return role === 'productId' && findColumn(names, 'title', declared) !== undefined;
}

/** The column that each role most likely has, by its name and else by its values; a column has one role. */
function likelyColumns(table: Table, roles: readonly Needed[]): Map<Needed, string> {
  const found = new Map<Needed, string>();
  for (const how of [byName, byValues]) {
    for (const role of roles.filter((each) => !found.has(each))) {
      const free = [...table.columns].filter(
        ([name]) => name !== '' && !hasRole(name) && ![...found.values()].includes(name),
      );
      const name = how(role, free, table.rows);
      if (name !== undefined) found.set(role, name);
    }
  }
  return new Map(roles.flatMap((role) => (found.has(role) ? [[role, found.get(role)!] as const] : [])));
}

type Named = readonly [name: string, column: Column];

function byName(role: Needed, free: readonly Named[], rows: number): string | undefined {
  const fitting = free.filter(([, column]) => couldBe(role, column, rows)).map(([name]) => name);
  const word = fitting.find((name) => {
    const normal = normalName(name);
    return WORDS[role].test(normal) && !(role === 'productId' && TEXT.test(normal));
  });
  if (word !== undefined) return word;
  return knownNames(role)
    .filter((known) => known.length > SHORT)
    .map((known) => nearest(known, fitting))
    .find((name) => name !== undefined);
}

/** Labels are few; neither they nor what is judged are lists or decimals. */
function couldBe(role: Needed, column: Column, rows: number): boolean {
  const texts = textsOf(column, rows);
  if (texts.length === 0) return false;
  return role !== 'label' || new Set(texts).size <= MOST_LABELS;
}

function byValues(role: Needed, free: readonly Named[], rows: number): string | undefined {
  const isEsci = labelParser(ESCI);
  return free.find(([, column]) => {
    const texts = textsOf(column, rows);
    if (texts.length === 0) return false;
    const distinct = new Set(texts).size;
    if (role === 'label') return texts.every((text) => isNoLabel(text) || isEsci(text) !== null);
    if (role === 'query') return texts.filter((text) => /\S\s\S/.test(text)).length * 2 > texts.length;
    return texts.every((text) => /^\S{2,80}$/.test(text)) && distinct > MOST_LABELS;
  })?.[0];
}

function textsOf(column: Column, rows: number): string[] {
  if (column.kind === 'list') return [];
  const texts = Array.from({ length: rows }, (_, row) => textAt(column, row));
  return texts.filter((text) => text !== null && text.trim() !== '') as string[];
}

function listed(roles: readonly string[]): string {
  return roles.length < 2
    ? roles.join('')
    : `${roles.slice(0, -1).join(', ')} and ${roles[roles.length - 1]}`;
}

/**
 * The error of columns that were declared and are not in the data, all of them at once; null where all are there. The hint has
 * the flags as they should be where a name is near.
 */
export function undeclaredColumns(
  path: string,
  names: readonly string[],
  { columns }: LoadOptions,
): EsciSelectError | null {
  const wrong = Object.entries(columns ?? {}).filter(
    ([, name]) => name !== undefined && !names.includes(name),
  ) as [Role, string][];
  if (wrong.length === 0) return null;
  const near = wrong.map(([role, name]) => ({ role, name, meant: nearest(name, names) }));
  const message = `${wrong.map(([, name]) => quote(name).slice(1, -1)).join(', ')}: no such ${wrong.length === 1 ? 'column' : 'columns'}; ${columnsFound(names)}`;
  const hints = near.map(({ role, name, meant }) =>
    meant === undefined
      ? `change --column ${role}=${name}`
      : `did you mean ${quote(meant)}? give --column ${shellWord(`${role}=${meant}`)}`,
  );
  return new EsciSelectError('data', message, { path, hint: hints.join('; ') });
}
