import type { FeatureMatrix } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { lookUpRows } from './lookup/run.js';
import type { AttributionPlan, RowRange } from './plan-types.js';
import { walkRows } from './walk.js';

/**
 * Exact attributions of rows [from, to), written to out[row - from][player][class]. A pure function of the block and
 * the plan; a row's result does not depend on the rows around it. Look-ups load a tree's tables once per block, so
 * blocks of some thousand rows are much cheaper per row than single rows. Throws 'internal' if the table's columns or
 * `out` do not fit the plan.
 *
 * @example
 * import { attributeRows, boostingOptions, featurePlayers, planAttribution, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const plan = planAttribution(ensemble, featurePlayers(ensemble));
 * // [row][player][class]
 * const shap = new Float64Array(4 * 2 * 2);
 * attributeRows(plan, features, { from: 0, to: 4 }, shap);
 * [shap[0] > 0, shap[1] < 0, shap[2]]; // => [ true, true, 0 ]
 */
export function attributeRows(
  plan: AttributionPlan,
  features: FeatureMatrix,
  range: RowRange,
  out: Float64Array,
): void {
  checkBlock(plan, features, range, out);
  if (plan.lookup === null) {
    out.fill(0);
    walkRows(plan, features, range, out);
  } else lookUpRows(plan, plan.lookup, features, range, out);
}

function checkBlock(
  plan: AttributionPlan,
  features: FeatureMatrix,
  { from, to }: RowRange,
  out: Float64Array,
): void {
  if (features.columns !== plan.columns) {
    throw new EsciSelectError(
      'internal',
      `the table has ${features.columns} columns, the plan is for ${plan.columns}`,
    );
  }
  if (!(from >= 0 && from <= to && to <= features.rows)) {
    throw new EsciSelectError('internal', `rows ${from} to ${to} are not in a table of ${features.rows}`);
  }
  const size = (to - from) * plan.players.names.length * plan.classes;
  if (out.length !== size) {
    throw new EsciSelectError('internal', `the output has ${out.length} values, expected ${size}`);
  }
}
