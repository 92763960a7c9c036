import type { FeatureMatrix, TreeEnsemble } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { type AdditivityError, measureAdditivity } from './additivity.js';
import { attributeRows } from './attribute.js';
import { type AttributionPlan, planAttribution } from './plan.js';
import { featurePlayers, groupPlayers } from './players.js';
import { addBlock, createSummary, type SummaryTotals } from './summary.js';

/** An ensemble whose columns belong to models, and the rows to explain. */
export interface ModelTable {
  readonly ensemble: TreeEnsemble;
  readonly features: FeatureMatrix;
  /** [column] index into `models` */
  readonly modelOfColumn: ArrayLike<number>;
  readonly models: readonly string[];
  /** [row][class] margins of the ensemble, from scoring; additivity is checked against them */
  readonly margins: ArrayLike<number>;
}

/** Both plans of a table: columns as players, and models as players. */
export interface ModelPlans {
  readonly features: AttributionPlan;
  readonly models: AttributionPlan;
}

/** Attributions to models of rows [from, to), [row - from][model][class] each. Never confuse the two. */
export interface ModelBlock {
  readonly from: number;
  readonly to: number;
  /** signed sums of the per-feature SHAP values of each model's columns */
  readonly shap: Float64Array;
  /** Shapley values of the game whose players are the models */
  readonly groupShap: Float64Array;
}

/** What a block adds to the whole. */
export interface BlockSummary {
  readonly shap: SummaryTotals;
  readonly groupShap: SummaryTotals;
  readonly additivity: { readonly shap: AdditivityError; readonly groupShap: AdditivityError };
}

/**
 * In tables of so many rows, look-ups pay for the building of their own tables: measured between 150 rows (trees of depth
 * 3) and 260 (leaf-wise trees of 25 leaves).
 */
const LOOKUP_FROM_ROWS = 192;

/**
 * Checks the table's shapes and plans both quantities: by look-ups if it has many rows, else to walk the trees. The
 * plan depends on the whole table, never on which of its rows are asked for. Throws 'internal' for shapes, 'model' for
 * broken trees.
 */
export function planModels(table: ModelTable): ModelPlans {
  const { ensemble, features, modelOfColumn, models, margins } = table;
  if (features.columns !== ensemble.featureNames.length) {
    throw new EsciSelectError(
      'internal',
      `the table has ${features.columns} columns, the ensemble tests ${ensemble.featureNames.length}`,
    );
  }
  if (margins.length !== features.rows * ensemble.classes) {
    throw new EsciSelectError(
      'internal',
      `${margins.length} margins are given for ${features.rows} rows of ${ensemble.classes} classes`,
    );
  }
  const options = { lookup: features.rows >= LOOKUP_FROM_ROWS, missing: missingColumns(features) };
  return {
    features: planAttribution(ensemble, featurePlayers(ensemble), options),
    models: planAttribution(ensemble, groupPlayers(models, modelOfColumn), options),
  };
}

/** [column] 1 where a value of the table is missing. O(values). */
function missingColumns({ columns, values }: FeatureMatrix): Uint8Array {
  const missing = new Uint8Array(columns);
  for (let at = 0, column = 0; at < values.length; at++, column = column + 1 === columns ? 0 : column + 1) {
    if (Number.isNaN(values[at])) missing[column] = 1;
  }
  return missing;
}

/** The plans without what only planning and describing look-ups need: what workers are sent. */
export function plansToSend({ features, models }: ModelPlans): ModelPlans {
  const slim = (plan: AttributionPlan): AttributionPlan =>
    plan.lookup === null ? plan : { ...plan, trees: [] };
  return { features: slim(features), models: slim(models) };
}

/** Both quantities of rows [from, to). */
export function attributeBlock(
  plans: ModelPlans,
  features: FeatureMatrix,
  from: number,
  to: number,
): ModelBlock {
  const { classes, columns } = plans.features;
  const perColumn = new Float64Array((to - from) * columns * classes);
  attributeRows(plans.features, features, { from, to }, perColumn);
  const groupShap = new Float64Array((to - from) * plans.models.players.names.length * classes);
  attributeRows(plans.models, features, { from, to }, groupShap);
  return { from, to, shap: sumByPlayer(plans.models, perColumn), groupShap };
}

/** Signed sums of per-column attributions [row][column][class] by the plan's players: [row][player][class]. */
function sumByPlayer(plan: AttributionPlan, perColumn: Float64Array): Float64Array {
  const { classes, columns, players } = plan;
  const rows = columns === 0 ? 0 : perColumn.length / (columns * classes);
  const width = players.names.length * classes;
  const sums = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * classes;
      const to = row * width + players.ofColumn[column] * classes;
      for (let k = 0; k < classes; k++) sums[to + k] += perColumn[from + k];
    }
  }
  return sums;
}

/** Totals and additivity errors of a block. */
export function summariseBlock(
  plans: ModelPlans,
  block: ModelBlock,
  margins: ArrayLike<number>,
): BlockSummary {
  const { classes, players } = plans.models;
  const { from, to } = block;
  const totals = (attributions: Float64Array) => {
    const summary = createSummary(players.names, classes);
    addBlock(summary, attributions);
    return summary;
  };
  const additivity = ({ bias, rounding }: AttributionPlan, attributions: Float64Array) =>
    measureAdditivity({ bias, rounding, attributions, margins, from, to });
  return {
    shap: totals(block.shap),
    groupShap: totals(block.groupShap),
    additivity: {
      shap: additivity(plans.features, block.shap),
      groupShap: additivity(plans.models, block.groupShap),
    },
  };
}

/** Most attributions held at once, 16 MiB of float64, and most rows: larger blocks are not faster. */
const BLOCK_VALUES = 1 << 21;
const BLOCK_ROWS = 16_384;

/** Rows of a block: depends on the table's shape only, so that results do not depend on threads. */
export function blockRows(plans: ModelPlans): number {
  const { columns, classes } = plans.features;
  return Math.min(BLOCK_ROWS, Math.max(512, Math.floor(BLOCK_VALUES / Math.max(1, columns * classes))));
}
