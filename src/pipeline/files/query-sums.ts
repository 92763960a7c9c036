import { writeArrow } from '../../io/arrow/read.js';
import type { NumberColumn } from '../../io/table.js';
import { type QuerySums, SUM_NAMES } from '../../selection/query-sums.js';
import { metadataOf, numbersOf, readOwnTable } from './arrow-columns.js';

/** Saves sums per query as Arrow: `rows`, and one float64 column per model and kind of sum, `shap 0`, `shap 1`, ... */
export async function writeQuerySums(path: string, sums: QuerySums): Promise<void> {
  const columns = SUM_NAMES.flatMap((name) =>
    sums[name].map((values, model) => ({ name: `${name} ${model}`, column: numbers(values) })),
  );
  const metadata = new Map([['models', JSON.stringify(sums.models)]]);
  await writeArrow(path, [{ name: 'rows', column: numbers(sums.rows) }, ...columns], metadata);
}

/** Reads what `writeQuerySums` wrote. Throws 'data' where it is something else. */
export async function readQuerySums(path: string): Promise<QuerySums> {
  const own = await readOwnTable(path);
  const models = metadataOf(own, 'models', isNames);
  const column = (name: string) => Float64Array.from(numbersOf(own, name));
  const columns = (name: string) => models.map((_, model) => column(`${name} ${model}`));
  return {
    models,
    rows: column('rows'),
    shap: columns('shap'),
    groupShap: columns('groupShap'),
    towards: columns('towards'),
  };
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function numbers(values: Float64Array): NumberColumn {
  return { kind: 'number', values, missing: null };
}
