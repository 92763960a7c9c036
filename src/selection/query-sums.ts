import type { QueryValues } from '../evaluation/draws.js';

/** What models contribute, summed over the rows of each query: all that resampling queries needs. Margins (log-odds). */
export interface QuerySums {
  readonly models: readonly string[];
  /** [query] rows explained */
  readonly rows: Float64Array;
  /** [model][query] sum of the mean over classes of |summed TreeSHAP| */
  readonly shap: readonly Float64Array[];
  /** [model][query] the same of the Shapley value with models as players */
  readonly groupShap: readonly Float64Array[];
  /** [model][query] sum of the summed TreeSHAP of the true class above its mean over classes: what the model adds to it */
  readonly towards: readonly Float64Array[];
}

/** The kinds of sums kept per query. */
export type SumName = 'shap' | 'groupShap' | 'towards';

export const SUM_NAMES: readonly SumName[] = ['shap', 'groupShap', 'towards'];

/** Sums of no rows. */
export function emptyQuerySums(models: readonly string[], queries: number): QuerySums {
  const columns = () => models.map(() => new Float64Array(queries));
  return {
    models,
    rows: new Float64Array(queries),
    shap: columns(),
    groupShap: columns(),
    towards: columns(),
  };
}

/** Rows with their attributions [row][model][class], in both quantities. */
export interface AttributedRows {
  readonly shap: Float64Array;
  readonly groupShap: Float64Array;
  /** [row] query and true class */
  readonly queries: Int32Array;
  readonly labels: Int16Array;
  readonly classes: number;
}

/** Adds rows to the sums of their queries. O(rows models classes). */
export function addRows(sums: QuerySums, rows: AttributedRows): void {
  const { queries, labels, classes } = rows;
  const models = sums.models.length;
  for (let row = 0; row < queries.length; row++) {
    const query = queries[row];
    sums.rows[query]++;
    for (let model = 0; model < models; model++) {
      const start = (row * models + model) * classes;
      let size = 0;
      let groupSize = 0;
      let signed = 0;
      for (let k = 0; k < classes; k++) {
        size += Math.abs(rows.shap[start + k]);
        groupSize += Math.abs(rows.groupShap[start + k]);
        signed += rows.shap[start + k];
      }
      sums.shap[model][query] += size / classes;
      sums.groupShap[model][query] += groupSize / classes;
      sums.towards[model][query] += rows.shap[start + labels[row]] - signed / classes;
    }
  }
}

/** The mean over all rows, [model]. */
export function meansOf(sums: QuerySums, name: SumName): number[] {
  const rows = sums.rows.reduce((a, b) => a + b, 0);
  return sums[name].map((values) => values.reduce((a, b) => a + b, 0) / rows);
}

/** A model's sums as the bootstrap takes them. */
export function queryValues(values: Float64Array): QueryValues {
  return { queries: null, values };
}
