import { EsciSelectError } from '../errors.js';
import { type AdditivityError, assertAdditivity, mergeAdditivity, NO_ERROR } from './additivity.js';
import {
  attributeBlock,
  type BlockSummary,
  blockRows,
  type ModelBlock,
  type ModelPlans,
  type ModelTable,
  planModels,
  summariseBlock,
} from './model-block.js';
import { createSummary, finishSummary, mergeSummaries, type Summary } from './summary.js';

export { attributeOne } from './explain.js';
export type { ModelBlock, ModelTable } from './model-block.js';

/** How much each model contributes to an ensemble's margins, in both quantities (ENGINE; never confuse them). */
export interface ModelAttribution {
  /** summed SHAP: per row and class the signed sum over the model's columns, then |.|, then the mean over rows */
  readonly shap: Summary;
  /** Shapley values with the models as players */
  readonly groupShap: Summary;
  /** the largest additivity errors of either quantity over all rows */
  readonly additivity: AdditivityError;
}

/** A table to attribute, and how. */
export interface ModelAttributionInput extends ModelTable {
  /** half-open; all rows by default */
  readonly rows?: { readonly from: number; readonly to: number };
  /** what a row is called where additivity fails; default `row 12` */
  readonly rowName?: (row: number) => string;
  /** every block's values, in order, for callers that keep them; the arrays are not used again */
  readonly onBlock?: (block: ModelBlock) => void;
}

/**
 * Both quantities over a table's rows, streamed in blocks, so memory does not grow with the rows. Additivity of both is
 * checked on every row: throws 'internal' naming the row where it fails.
 *
 * @example
 * import { attributeModels, boostingOptions, scoreMargins, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const margins = scoreMargins(ensemble, features);
 * const { shap } = attributeModels({ ensemble, features, margins, models: ['a', 'b'], modelOfColumn: [0, 1] });
 * shap.meanAbsolute[0] > shap.meanAbsolute[1]; // => true
 */
export function attributeModels(input: ModelAttributionInput): ModelAttribution {
  let whole = noAttribution(input);
  for (const { block, summary } of attributeBlocks(input)) {
    whole = mergeBlock(whole, summary, input.rowName);
    input.onBlock?.(block);
  }
  return whole;
}

/** A block's values, and what it adds to the whole. */
export interface AttributedBlock {
  readonly block: ModelBlock;
  readonly summary: BlockSummary;
}

/** Both quantities block by block, in the order of the rows; mergeBlock asserts a block's additivity. */
export function* attributeBlocks(
  input: ModelAttributionInput,
  plans: ModelPlans = planModels(input),
): Generator<AttributedBlock> {
  const { from, to } = rowRange(input);
  const size = blockRows(plans.features);
  for (let start = from; start < to; start += size) {
    const block = attributeBlock(plans, input.features, start, Math.min(start + size, to));
    yield { block, summary: summariseBlock(plans, block, input.margins) };
  }
}

/** The rows asked for. Throws 'internal' if they are not in the table. */
export function rowRange(input: ModelAttributionInput): { from: number; to: number } {
  const { from, to } = input.rows ?? { from: 0, to: input.features.rows };
  if (!(from >= 0 && from <= to && to <= input.features.rows)) {
    throw new EsciSelectError(
      'internal',
      `rows ${from} to ${to} are not in a table of ${input.features.rows}`,
    );
  }
  return { from, to };
}

/** The attribution of no rows. */
export function noAttribution({ models, ensemble }: ModelTable): ModelAttribution {
  const nothing = finishSummary(createSummary(models, ensemble.classes));
  return { shap: nothing, groupShap: nothing, additivity: NO_ERROR };
}

/** Adds a block, after asserting its additivity. Blocks are added in the order of their rows. */
export function mergeBlock(
  whole: ModelAttribution,
  block: BlockSummary,
  rowName?: (row: number) => string,
): ModelAttribution {
  assertAdditivity(block.additivity.shap, { rowName, quantity: 'SHAP values' });
  assertAdditivity(block.additivity.groupShap, { rowName, quantity: 'group Shapley values' });
  return mergeAttributions([
    whole,
    {
      shap: finishSummary(block.shap),
      groupShap: finishSummary(block.groupShap),
      additivity: mergeAdditivity(block.additivity.shap, block.additivity.groupShap),
    },
  ]);
}

/**
 * The attribution of the rows of all parts together, for example of folds that were each explained by their own
 * ensemble (`additivity.row` then counts within its part). Throws 'internal' for no parts or differing models.
 */
export function mergeAttributions(parts: readonly ModelAttribution[]): ModelAttribution {
  if (parts.length === 0) throw new EsciSelectError('internal', 'no attributions are given to merge');
  return parts.reduce((a, b) => ({
    shap: finishSummary(mergeSummaries(a.shap.totals, b.shap.totals)),
    groupShap: finishSummary(mergeSummaries(a.groupShap.totals, b.groupShap.totals)),
    additivity: mergeAdditivity(a.additivity, b.additivity),
  }));
}
