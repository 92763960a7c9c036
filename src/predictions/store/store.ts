import { join } from 'node:path';
import { EsciSelectError, quote } from '../../errors.js';
import { readArrow, readArrowMetadata } from '../../io/arrow/read.js';
import { BATCH_ROWS, type NamedColumn, writeArrowParts } from '../../io/arrow/write.js';
import { safeFileName } from '../../io/atomic.js';
import { canonicalJson } from '../../io/hash.js';
import type { Table } from '../../io/table.js';
import type { ImportedModel } from '../import-options.js';
import type { ModelCard, PredictionMatrix } from '../matrix.js';
import { byCodeUnits } from '../paths.js';
import { emptyMatrix, placeModel } from './assemble.js';
import { parseCard } from './card-json.js';
import { hashOfValues } from './values-hash.js';

export { assembleMatrix, featureNames, takeModels } from './assemble.js';
export { hashOfValues } from './values-hash.js';

/** The key of the model card in a file's Arrow metadata. */
const CARD = 'esci-select:model-card';

/** The name of a model's file in a run's predictions folder. */
export function predictionFileName(model: string): string {
  return `${safeFileName(model)}.arrow`;
}

/**
 * Write one Arrow IPC file: a float32 column per class, null where missing, the card as JSON in the metadata. Equal
 * input gives equal bytes. Returns the paths written. Throws 'io'.
 */
export async function writeModelPredictions(
  folder: string,
  { card, values, missing }: ImportedModel,
  classes: readonly string[],
): Promise<string[]> {
  const path = join(folder, predictionFileName(card.name));
  await writeArrowParts(path, partsOf(values, missing, classes), new Map([[CARD, canonicalJson(card)]]));
  return [path];
}

/** Columns of so many rows at a time, in the same memory again and again. */
function* partsOf(
  values: Float32Array,
  missing: Uint8Array | null,
  classes: readonly string[],
): Generator<NamedColumn[]> {
  const rows = values.length / classes.length;
  const memory = classes.map(() => new Float32Array(Math.min(rows, BATCH_ROWS)));
  let from = 0;
  do {
    const to = Math.min(rows, from + BATCH_ROWS);
    const marks = missing?.subarray(from, to) ?? null;
    yield classes.map((name, k) => {
      const column = memory[k].subarray(0, to - from);
      for (let row = from, at = from * classes.length + k; row < to; row++, at += classes.length) {
        column[row - from] = marks?.[row - from] === 1 ? 0 : values[at];
      }
      return { name, column: { kind: 'number', values: column, missing: marks } };
    });
    from = to;
  } while (from < rows);
}

/**
 * Read such files as one matrix, models in order of name. Every file must hold `rows` rows of exactly the
 * classes, and values whose hash is its card's. Throws 'data' otherwise. O(rows x models x classes).
 */
export async function readPredictionMatrix(
  paths: readonly string[],
  rows: number,
  classes: readonly string[],
): Promise<PredictionMatrix> {
  const files: { path: string; card: ModelCard }[] = [];
  for (const path of paths) files.push({ path, card: await readCard(path) });
  files.sort((a, b) => byCodeUnits(a.card.name, b.card.name));
  const matrix = emptyMatrix(
    rows,
    files.map(({ card }) => card),
    classes,
  );
  const missing = new Uint8Array(rows * files.length);
  const memory = modelMemory(rows, classes.length);
  for (const [index, { path }] of files.entries()) {
    const { values } = await readModelPredictions(path, rows, classes, memory);
    placeModel(matrix, index, values);
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(values[row * classes.length])) missing[row * files.length + index] = 1;
    }
  }
  return { ...matrix, missing: missing.includes(1) ? missing : null };
}

/** Memory that one model after the other is read in. */
interface ModelMemory {
  /** [row][class] */
  readonly values: Float32Array;
  /** a column of a name in the file, see ReadOptions */
  readonly floats: (name: string, length: number) => Float32Array;
}

function modelMemory(rows: number, classes: number): ModelMemory {
  const columns = new Map<string, Float32Array>();
  const floats = (name: string, length: number) => {
    const known = columns.get(name);
    if (known?.length === length) return known;
    const column = new Float32Array(length);
    columns.set(name, column);
    return column;
  };
  return { values: new Float32Array(rows * classes), floats };
}

/**
 * One such file: the model's card, and its values [row][class], NaN where missing, in memory that may be given. Throws as
 * readPredictionMatrix.
 */
export async function readModelPredictions(
  path: string,
  rows: number,
  classes: readonly string[],
  { values, floats }: ModelMemory = modelMemory(rows, classes.length),
): Promise<{ card: ModelCard; values: Float32Array }> {
  const card = await readCard(path);
  takeValues(await readArrow(path, { floats }), rows, classes, values);
  checkHash(path, card, values);
  return { card, values };
}

/** The cards of such files, in order of name. Throws 'data' where a file has none. */
export async function readPredictionCards(paths: readonly string[]): Promise<ModelCard[]> {
  const cards: ModelCard[] = [];
  for (const path of paths) cards.push(await readCard(path));
  return cards.sort((a, b) => byCodeUnits(a.name, b.name));
}

async function readCard(path: string): Promise<ModelCard> {
  const json = (await readArrowMetadata(path)).get(CARD);
  if (json !== undefined) return parseCard(json, path);
  throw new EsciSelectError('data', 'file of predictions has no model card', {
    path,
    hint: 'import the model again',
  });
}

/** Writes the values [row][class] of a table with one number column per class. */
function takeValues(table: Table, rows: number, classes: readonly string[], values: Float32Array): void {
  const names = [...table.columns.keys()];
  if (table.rows !== rows || names.join('\u0000') !== classes.join('\u0000')) {
    const found = `${table.rows} rows of ${names.map(quote).join(', ')}`;
    const due = `${rows} rows of ${classes.map(quote).join(', ')}`;
    throw new EsciSelectError('data', `predictions are ${found}; ${due} are due`, {
      path: table.path,
      hint: 'the run folder belongs to other examples: import the model again',
    });
  }
  classes.forEach((name, k) => {
    const column = table.columns.get(name)!;
    if (column.kind !== 'number') {
      throw new EsciSelectError('data', `column ${quote(name)} holds no numbers`, { path: table.path });
    }
    putColumn(column.values, column.missing, { values, from: k, step: classes.length });
  });
}

/** Writes a column's values `step` apart, NaN where missing. */
function putColumn(
  column: ArrayLike<number>,
  missing: Uint8Array | null,
  { values, from, step }: { readonly values: Float32Array; readonly from: number; readonly step: number },
): void {
  for (let row = 0, at = from; row < column.length; row++, at += step) values[at] = column[row];
  if (missing === null) return;
  for (let row = 0; row < missing.length; row++)
    if (missing[row] === 1) values[from + row * step] = Number.NaN;
}

function checkHash(path: string, card: ModelCard, values: Float32Array): void {
  const hash = hashOfValues(values);
  if (hash === card.sha256) return;
  throw new EsciSelectError('data', `predictions of model ${quote(card.name)} are not those of its card`, {
    path,
    hint: 'the file was changed or damaged: import the model again',
  });
}
