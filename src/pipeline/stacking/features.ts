import { gatherColumns } from '../../ensemble/feature-matrix.js';
import type { FeatureMatrix } from '../../ensemble/tree.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import { featureNames } from '../../predictions/store/store.js';
import { shared, sharedFloats } from '../../threads/shared.js';

/** The ensemble's view of a prediction matrix: one column per model and class, NaN where a model is silent. */
export interface ModelFeatures {
  readonly features: FeatureMatrix;
  readonly models: readonly string[];
  /** index into `models` of each column */
  readonly modelOfColumn: Int32Array;
}

/**
 * Columns of all models: the matrix itself, which lies in memory that threads share, row by row as the ensemble reads
 * it. Nothing is copied but a matrix that lies elsewhere. O(columns).
 */
export function modelFeatures(matrix: PredictionMatrix): ModelFeatures {
  const classes = matrix.classes.length;
  const columns = matrix.cards.length * classes;
  return {
    features: { rows: matrix.rows, columns, names: featureNames(matrix), values: shared(matrix.values) },
    models: matrix.cards.map((card) => card.name),
    modelOfColumn: Int32Array.from({ length: columns }, (_, column) => Math.floor(column / classes)),
  };
}

/** Only the columns of the models named, in the order of the matrix, shared between threads. O(rows columns). */
export function keepModels(all: ModelFeatures, keep: readonly string[]): ModelFeatures {
  const wanted = new Set(keep);
  const models = all.models.filter((model) => wanted.has(model));
  const columns = [...all.modelOfColumn.keys()].filter((column) =>
    wanted.has(all.models[all.modelOfColumn[column]]),
  );
  return {
    features: gatherColumns(all.features, columns, sharedFloats(all.features.rows * columns.length)),
    models,
    modelOfColumn: Int32Array.from(columns, (column) =>
      models.indexOf(all.models[all.modelOfColumn[column]]),
    ),
  };
}

/** The models that the ensemble of some is held to: all; none where all are kept, for it is the full ensemble then. */
export function rivalsOf(kept: ModelFeatures, all: ModelFeatures): ModelFeatures | undefined {
  return kept.models.length < all.models.length ? all : undefined;
}
