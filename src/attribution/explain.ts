import { gatherRows } from '../ensemble/feature-matrix.js';
import { scoreMargins } from '../ensemble/scoring/score.js';
import { type AdditivityError, assertAdditivity, mergeAdditivity } from './additivity.js';
import { attributeBlock, type ModelTable, planModels, summariseBlock } from './model-block.js';

/** One row of a table to explain. */
export interface RowInput extends Omit<ModelTable, 'margins'> {
  readonly row: number;
  /** what a row is called where additivity fails; default `row 12` */
  readonly rowName?: (row: number) => string;
}

/** One row's signed contributions to every class's margin. */
export interface RowAttribution {
  /** [class] the margin expected before anything about the row is known */
  readonly bias: Float64Array;
  /** [model][class] signed sums of the SHAP values of the model's columns */
  readonly shap: Float64Array;
  /** [model][class] Shapley values with the models as players */
  readonly groupShap: Float64Array;
  /** [class] the ensemble's margin: bias + contributions, in either quantity */
  readonly margin: Float32Array;
  readonly additivity: AdditivityError;
}

/**
 * Every model's contribution to one row's margins. Throws 'internal' naming the row where contributions do not add up
 * to its margin. Planning the ensemble, O(nodes), dominates: for many rows use attributeModels.
 *
 * @example
 * import { attributeOne, boostingOptions, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const { bias, shap, margin } = attributeOne({
 *   ensemble,
 *   features,
 *   row: 0,
 *   models: ['a', 'b'],
 *   modelOfColumn: [0, 1],
 * });
 * Math.abs(bias[0] + shap[0] + shap[2] - margin[0]) < 1e-6; // => true
 */
export function attributeOne(input: RowInput): RowAttribution {
  const { ensemble, features, row, rowName } = input;
  const own = gatherRows(features, [row]);
  const table: ModelTable = { ...input, features: own, margins: scoreMargins(ensemble, own) };
  const plans = planModels(table);
  const block = attributeBlock(plans, table.features, 0, 1);
  const { additivity } = summariseBlock(plans, block, table.margins);
  const nameOf = () => rowName?.(row) ?? `row ${row}`;
  assertAdditivity(additivity.shap, { rowName: nameOf, quantity: 'SHAP values' });
  assertAdditivity(additivity.groupShap, { rowName: nameOf, quantity: 'group Shapley values' });
  return {
    bias: plans.models.bias,
    shap: block.shap,
    groupShap: block.groupShap,
    margin: Float32Array.from(table.margins),
    additivity: { ...mergeAdditivity(additivity.shap, additivity.groupShap), row },
  };
}
