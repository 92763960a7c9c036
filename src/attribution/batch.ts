import { type Encoding, encodeTable } from '../ensemble/foreign/encode.js';
import type { ForeignEnsemble } from '../ensemble/foreign/foreign-ensemble.js';
import { type ForeignScoring, planForeignScoring, scoreForeign } from '../ensemble/foreign/score.js';
import { type AdditivityError, measureAdditivity, mergeAdditivity } from './additivity.js';
import { attributeGame, columnsOwnPlayers, type GamePlan, planGame } from './game.js';
import type { Players } from './players.js';

/** What is known of a batch of rows. All values are in the unit of the model's raw margins. */
export interface AttributedBatch {
  readonly rows: number;
  /** [row][output] */
  readonly margins: Float64Array;
  /** [row][player][output] signed sums of the SHAP values of the player's columns */
  readonly shap: Float64Array;
  /** [row][player][output] Shapley values of the game of the players */
  readonly groupShap: Float64Array;
  /** the largest error of bias + contributions = margin, of either quantity; `row` counts within the batch */
  readonly additivity: AdditivityError;
  /** values of doubles kept on their side of a threshold, and those that float32 cannot keep there */
  readonly crossed: number;
  readonly unresolved: number;
}

/** All that batches of rows are scored and explained with. Plain data. */
export interface BatchPlan {
  readonly players: Players;
  readonly encoding: Encoding;
  readonly scoring: ForeignScoring;
  /** of the players, and of the columns each by itself */
  readonly games: Readonly<Record<'players' | 'columns', GamePlan>>;
}

/** Plans an ensemble for players that own its columns. Throws 'internal' if they are not given for the model's columns. */
export function planBatches(foreign: ForeignEnsemble, players: Players): BatchPlan {
  const { derived, thresholds, ensemble } = foreign;
  return {
    players,
    encoding: { derived, thresholds, ensemble: { featureNames: ensemble.featureNames } },
    scoring: planForeignScoring(foreign),
    games: { players: planGame(foreign, players), columns: planGame(foreign, columnsOwnPlayers(foreign)) },
  };
}

/** Scores and explains the rows of a table [column of the model][row]. O(rows). */
export function attributeBatch(plan: BatchPlan, sources: readonly Float64Array[]): AttributedBatch {
  const { players, encoding, scoring, games } = plan;
  const { outputs, bias } = games.players;
  const { features, crossed, unresolved } = encodeTable(encoding, sources);
  const { rows } = features;
  const margins = scoreForeign(scoring, features);
  const shap = sumByPlayer(attributeGame(games.columns, features), players, outputs);
  const groupShap = attributeGame(games.players, features);
  const { rounding } = games.columns;
  const errorOf = (attributions: Float64Array) =>
    measureAdditivity({ bias, rounding, attributions, margins, from: 0, to: rows });
  const additivity = mergeAdditivity(errorOf(shap), errorOf(groupShap));
  return { rows, margins, shap, groupShap, additivity, crossed, unresolved };
}

/** Signed sums [row][player][output] of attributions [row][column][output]. */
function sumByPlayer(perColumn: Float64Array, { names, ofColumn }: Players, outputs: number): Float64Array {
  const columns = ofColumn.length;
  const rows = perColumn.length / (columns * outputs);
  const sums = new Float64Array(rows * names.length * outputs);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const from = (row * columns + column) * outputs;
      const to = (row * names.length + ofColumn[column]) * outputs;
      for (let k = 0; k < outputs; k++) sums[to + k] += perColumn[from + k];
    }
  }
  return sums;
}
