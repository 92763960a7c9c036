import { didYouMean, EsciSelectError, quote, suggest } from '../../errors.js';
import type { SourceColumn } from './columns.js';

/** Names that engines give columns that have none: f0, Column_0, 0. */
const UNNAMED = /^(?:f|Column_)?(\d+)$/;

/**
 * [column of the model] the table's column of that name. Engines that take no colon or bracket in a name make them an
 * underscore: `m0:exact` is the model's `m0_exact`, where only one column is meant. A model without names takes the
 * table's columns in order, if there are as many. Throws 'data' naming the columns that are not there and the nearest.
 */
export function matchColumns(
  columns: readonly SourceColumn[],
  table: readonly string[],
  path?: string,
): string[] {
  const exact = new Set(table);
  if (columns.every(({ name }) => exact.has(name))) return columns.map(({ name }) => name);
  const isUnnamed = columns.every(({ name }, at) => UNNAMED.exec(name)?.[1] === String(at));
  if (isUnnamed) {
    if (table.length === columns.length) return [...table];
    throw new EsciSelectError(
      'data',
      `table has ${table.length} columns, the model, which does not name its own, ${columns.length}`,
      { path, hint: 'give a table with the columns of training, in their order, or train on named columns' },
    );
  }
  const plain = new Map<string, string[]>();
  for (const name of table) plain.set(plainName(name), [...(plain.get(plainName(name)) ?? []), name]);
  const found = columns.map(({ name }) => {
    if (exact.has(name)) return name;
    const same = plain.get(plainName(name)) ?? [];
    return same.length === 1 ? same[0] : null;
  });
  const missing = columns.filter((_, at) => found[at] === null).map(({ name }) => name);
  if (missing.length > 0) throw missingColumns(missing, table, path);
  const twice = found.find((name, at) => found.indexOf(name) < at);
  if (twice === undefined) return found as string[];
  throw new EsciSelectError('data', `two columns of the model are the table's ${quote(twice)}`, {
    path,
    hint: 'name the columns of the table as in training',
  });
}

function plainName(name: string): string {
  return name.replace(/[^\p{L}\p{N}]/gu, '_');
}

function missingColumns(
  missing: readonly string[],
  table: readonly string[],
  path?: string,
): EsciSelectError {
  const named = missing.slice(0, 3).map(quote).join(', ');
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  return new EsciSelectError('data', `table lacks columns of the model: ${named}${more}`, {
    path,
    hint:
      table.length > 12
        ? `${didYouMean(missing[0], table)}name columns as in training`
        : suggest(missing[0], table, 'columns of the table'),
  });
}
