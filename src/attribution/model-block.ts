import type { FeatureMatrix, TreeEnsemble } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { type AdditivityError, measureAdditivity } from './additivity.js';
import { attributeRows } from './attribute.js';
import { type AttributionPlan, type PlanOptions, planAttribution } from './plan.js';
import { type PlanThreads, planGamesParallel } from './plan-parallel.js';
import { featurePlayers, groupPlayers, type Players } from './players.js';
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
  const { options, games } = gamesOf(table);
  const [features, models] = games.map((players) => planAttribution(table.ensemble, players, options));
  return { features, models };
}

/** The same on threads, with the same plans. */
export async function planModelsParallel(table: ModelTable, threads: PlanThreads): Promise<ModelPlans> {
  const { options, games } = gamesOf(table);
  const [features, models] = await planGamesParallel(table.ensemble, games, options, threads);
  return { features, models };
}

/** Both lists of players, and how they are planned. Throws 'internal' for shapes. */
function gamesOf(table: ModelTable): { readonly options: PlanOptions; readonly games: readonly Players[] } {
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
  return {
    options: { lookup: features.rows >= LOOKUP_FROM_ROWS, missing: missingColumns(features) },
    games: [featurePlayers(ensemble), groupPlayers(models, modelOfColumn)],
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
export function blockRows({ columns, classes }: Pick<AttributionPlan, 'columns' | 'classes'>): number {
  return Math.min(BLOCK_ROWS, Math.max(512, Math.floor(BLOCK_VALUES / Math.max(1, columns * classes))));
}
