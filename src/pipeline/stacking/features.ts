import type { FeatureMatrix } from '../../ensemble/tree.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import { featureNames } from '../../predictions/store/store.js';

/** The ensemble's view of a prediction matrix: one column per model and class, NaN where a model is silent. */
export interface ModelFeatures {
  readonly features: FeatureMatrix;
  readonly models: readonly string[];
  /** index into `models` of each column */
  readonly modelOfColumn: Int32Array;
}

/** Columns of all models, shared between threads without copying. */
export function modelFeatures(matrix: PredictionMatrix): ModelFeatures {
  const classes = matrix.classes.length;
  const columns = matrix.cards.length * classes;
  const values = shared(matrix.values.length);
  values.set(matrix.values);
  return {
    features: { rows: matrix.rows, columns, names: featureNames(matrix), values },
    models: matrix.cards.map((card) => card.name),
    modelOfColumn: Int32Array.from({ length: columns }, (_, column) => Math.floor(column / classes)),
  };
}

/** Only the columns of the models named, in the order of the matrix. */
export function keepModels(all: ModelFeatures, keep: readonly string[]): ModelFeatures {
  const wanted = new Set(keep);
  const models = all.models.filter((model) => wanted.has(model));
  const columns = [...all.modelOfColumn.keys()].filter((column) =>
    wanted.has(all.models[all.modelOfColumn[column]]),
  );
  const { rows, columns: stride, values: source } = all.features;
  const values = shared(rows * columns.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (const column of columns) values[at++] = source[row * stride + column];
  }
  return {
    features: {
      rows,
      columns: columns.length,
      names: columns.map((column) => all.features.names[column]),
      values,
    },
    models,
    modelOfColumn: Int32Array.from(columns, (column) =>
      models.indexOf(all.models[all.modelOfColumn[column]]),
    ),
  };
}

/** A copy of some rows. */
export function gatherRows(features: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  const { columns } = features;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    values.set(features.values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  return { ...features, rows: rows.length, values };
}

function shared(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}
