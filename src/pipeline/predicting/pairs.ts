import { stat } from 'node:fs/promises';
import { findColumn, idCandidates, missingColumn } from '../../data/examples/columns.js';
import type { Examples } from '../../data/examples/examples.js';
import type { LoadOptions } from '../../data/examples/load-options.js';
import { loadExamples } from '../../data/load.js';
import { ownText } from '../../data/reading/text.js';
import { EsciSelectError, quote, suggest } from '../../errors.js';
import { describeTable } from '../../io/read.js';
import { streamTable } from '../../io/stream.js';
import { type Table, textAt } from '../../io/table.js';
import { importPredictions } from '../../predictions/import.js';
import type { ImportedModel, ImportOptions } from '../../predictions/import-options.js';
import { NO_ANSWERS, type Pair, type PairText, TEXT_FIELDS } from '../../serving/pair.js';

/** Some pairs of the user's files, in order. */
export interface PairPart {
  /** [pair] */
  readonly ids: readonly string[];
  readonly pairs: readonly Pair[];
}

/** Where pairs come from. */
export interface PairSource {
  readonly data: readonly string[];
  /** answers of models without code */
  readonly predictions: readonly string[];
  /** models of the bundle: answers of others are not used */
  readonly models: readonly string[];
  /** hears of models whose answers are not used */
  readonly onUnused: (names: readonly string[]) => void;
  readonly load: LoadOptions;
  readonly importing: ImportOptions;
}

/** Pairs that are answered at once. */
const PART_ROWS = 4096;

/**
 * The pairs of the user's files. One table that has its products' text is read a part at a time; other layouts, and data
 * that predictions are joined to, are read whole as `train` reads them.
 */
export async function* pairParts(source: PairSource, classes: readonly string[]): AsyncGenerator<PairPart> {
  const [path] = source.data;
  if (source.predictions.length === 0 && source.data.length === 1 && (await isOneTable(path))) {
    let before = 0;
    for await (const table of streamTable(path, PART_ROWS)) {
      yield* slices(partOf(table, before, source.load));
      before += table.rows;
    }
    return;
  }
  const { examples } = await loadExamples(source.data, { ...source.load, classes, text: true });
  const models = source.predictions.length === 0 ? [] : await answersGiven(source, examples);
  for (let from = 0; from < examples.rows; from += PART_ROWS) {
    yield rowsOf(examples, models, { from, to: Math.min(examples.rows, from + PART_ROWS) });
  }
}

/** What the files say for models of the bundle. Throws 'data' where they are of other models only. */
async function answersGiven(
  { predictions, importing, models, onUnused }: PairSource,
  examples: Examples,
): Promise<ImportedModel[]> {
  const read = await importPredictions(predictions, examples, { ...importing, allowMissing: true });
  const used = read.models.filter(({ card }) => models.includes(card.name));
  const unused = read.models.map(({ card }) => card.name).filter((name) => !models.includes(name));
  if (used.length === 0) {
    throw new EsciSelectError(
      'data',
      `answers are of ${unused.map(quote).join(', ')}, none of the bundle's`,
      {
        path: predictions[0],
        hint: `${suggest(unused[0], models, 'models of the bundle')}; a file is named after its model`,
      },
    );
  }
  if (unused.length > 0) onUnused(unused);
  return used;
}

async function isOneTable(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (found?.isFile() !== true) return false;
  const names = (await describeTable(path)).columns.map(({ name }) => name);
  return (
    ownText(names) && (['query', 'productId'] as const).every((role) => findColumn(names, role) !== undefined)
  );
}

/** Parts may come larger than they are asked for. */
function* slices({ ids, pairs }: PairPart): Generator<PairPart> {
  for (let from = 0; from < pairs.length; from += PART_ROWS) {
    yield { ids: ids.slice(from, from + PART_ROWS), pairs: pairs.slice(from, from + PART_ROWS) };
  }
}

function partOf(table: Table, before: number, { columns }: LoadOptions): PairPart {
  const names = [...table.columns.keys()];
  const column = (name: string | undefined) => {
    const found = name === undefined ? undefined : table.columns.get(name);
    return (row: number): string | null => {
      const value = found === undefined ? null : textAt(found, row);
      return value === null || value.trim() === '' ? null : value;
    };
  };
  const of = (role: Parameters<typeof findColumn>[1]) => column(findColumn(names, role, columns));
  const needed = (['query', 'productId'] as const).find(
    (role) => findColumn(names, role, columns) === undefined,
  );
  if (needed !== undefined) throw missingColumn(needed, names, table.path, 'name it with --column ROLE=NAME');
  const id = column(
    columns?.id ?? idCandidates(names).find((name) => name === 'example_id' || name === 'id'),
  );
  const [query, queryId, productId, locale] = [of('query'), of('queryId'), of('productId'), of('locale')];
  const texts = TEXT_FIELDS.map((field) => [field, of(field)] as const);
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  return {
    ids: rows.map((row) => id(row) ?? String(before + row)),
    pairs: rows.map((row) => ({
      query: query(row) ?? '',
      queryId: queryId(row),
      locale: locale(row) ?? '',
      productId: productId(row) ?? '',
      text: Object.fromEntries(texts.map(([field, at]) => [field, at(row)])) as unknown as PairText,
      given: NO_ANSWERS,
    })),
  };
}

function rowsOf(
  examples: Examples,
  models: readonly ImportedModel[],
  { from, to }: { from: number; to: number },
): PairPart {
  const width = examples.labelSpace.classes.length;
  const { text } = examples;
  const rows = Array.from({ length: to - from }, (_, at) => from + at);
  return {
    ids: rows.map((row) => examples.id[row]),
    pairs: rows.map((row) => ({
      query: examples.query[row],
      queryId: examples.groupKeys[examples.group[row]],
      locale: examples.locale[row],
      productId: examples.productId[row],
      text:
        text === null
          ? null
          : (Object.fromEntries(TEXT_FIELDS.map((name) => [name, text[name][row]])) as unknown as PairText),
      given: new Map(
        models.map(({ card, values }) => [card.name, values.subarray(row * width, (row + 1) * width)]),
      ),
    })),
  };
}
