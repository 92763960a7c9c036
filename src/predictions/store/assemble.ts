import { EsciSelectError, quote, suggest } from '../../errors.js';
import { takeColumns } from '../../math/rows.js';
import { sharedFloats } from '../../threads/shared.js';
import type { ImportedModel } from '../import-options.js';
import type { PredictionMatrix } from '../matrix.js';
import { byCodeUnits } from '../paths.js';

/**
 * The matrix of several models, in order of name. Throws 'data' for two models of one name or of different lengths.
 * O(rows x models x classes).
 */
export function assembleMatrix(
  models: readonly ImportedModel[],
  classes: readonly string[],
): PredictionMatrix {
  const sorted = [...models].sort((a, b) => byCodeUnits(a.card.name, b.card.name));
  const rows = sorted.length === 0 ? 0 : sorted[0].values.length / classes.length;
  const matrix = emptyMatrix(
    rows,
    sorted.map(({ card }) => card),
    classes,
  );
  const missing = sorted.some((model) => model.missing !== null)
    ? new Uint8Array(rows * sorted.length)
    : null;
  sorted.forEach((model, index) => {
    checkModel(model, sorted[index - 1], rows * classes.length);
    placeModel(matrix, index, model.values);
    if (missing !== null && model.missing !== null) {
      for (let row = 0; row < rows; row++) missing[row * sorted.length + index] = model.missing[row];
    }
  });
  return { ...matrix, missing };
}

function checkModel(
  { card, values }: ImportedModel,
  before: ImportedModel | undefined,
  length: number,
): void {
  if (before?.card.name === card.name) {
    throw new EsciSelectError('data', `model ${quote(card.name)} is there twice`, {
      hint: 'rename one of them',
    });
  }
  if (values.length === length) return;
  throw new EsciSelectError(
    'data',
    `model ${quote(card.name)} has ${values.length} values, ${length} are due`,
    {
      hint: 'all models must predict the same examples and classes',
    },
  );
}

/** A matrix of NaN, in memory that threads share. */
export function emptyMatrix(
  rows: number,
  cards: PredictionMatrix['cards'],
  classes: readonly string[],
): PredictionMatrix {
  const values = sharedFloats(rows * cards.length * classes.length).fill(Number.NaN);
  return { rows, classes, cards, values, missing: null };
}

/** Copy one model's values [row][class] into the matrix. */
export function placeModel(
  { rows, classes, cards, values }: PredictionMatrix,
  model: number,
  own: Float32Array,
): void {
  const width = classes.length;
  const step = cards.length * width;
  for (let row = 0, from = 0, to = model * width; row < rows; row++, to += step) {
    for (let k = 0; k < width; k++) values[to + k] = own[from++];
  }
}

/**
 * The matrix of some of the models, in order of name. Throws 'usage' for a name that the matrix does not have, with the
 * nearest one.
 */
export function takeModels(matrix: PredictionMatrix, names: readonly string[]): PredictionMatrix {
  const all = matrix.cards.map(({ name }) => name);
  const kept = [...new Set(names)].sort(byCodeUnits).map((name) => {
    const index = all.indexOf(name);
    if (index >= 0) return index;
    throw new EsciSelectError('usage', `model ${quote(name)} has no predictions`, {
      hint: suggest(name, all, 'models'),
    });
  });
  const cards = kept.map((index) => matrix.cards[index]);
  const selected = emptyMatrix(matrix.rows, cards, matrix.classes);
  const width = matrix.classes.length;
  const columns = kept.flatMap((model) => matrix.classes.map((_, k) => model * width + k));
  takeColumns(matrix.values, all.length * width, columns, selected.values);
  const missing = matrix.missing && takeColumns(matrix.missing, all.length, kept);
  return { ...selected, missing: missing?.includes(1) ? missing : null };
}

/** The names of the ensemble's features, `model:class`, in the order of the values of a row. */
export function featureNames({ cards, classes }: Pick<PredictionMatrix, 'cards' | 'classes'>): string[] {
  return cards.flatMap(({ name }) => classes.map((label) => `${name}:${label}`));
}
