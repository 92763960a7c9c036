import { type ScreenResult, screenModel } from './screen.js';

/** Labelled rows with the answers of several models. */
export interface ScreenedTable {
  /** values [row][model][class], NaN where a model is silent */
  readonly features: { readonly columns: number; readonly values: ArrayLike<number> };
  readonly classes: number;
  /** [row] */
  readonly labels: ArrayLike<number>;
  readonly queries: ArrayLike<number>;
  readonly locales: ArrayLike<number>;
}

/** Screens every model of a table, in the order of its columns. O(rows columns). */
export function screenModels({ features, classes, labels, queries, locales }: ScreenedTable): ScreenResult[] {
  const { columns: stride, values } = features;
  return Array.from({ length: stride / classes }, (_, model) =>
    screenModel({ values, offset: model * classes, stride, classes, labels, strata: locales, queries }),
  );
}
