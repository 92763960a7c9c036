import { encodeTable } from '../ensemble/foreign/encode.js';
import type { ForeignEnsemble } from '../ensemble/foreign/foreign-ensemble.js';
import { planForeignScoring, scoreForeign } from '../ensemble/foreign/score.js';
import { type AdditivityError, measureAdditivity, mergeAdditivity } from './additivity.js';
import { attributeGame, columnsOwnPlayers, planGame } from './game.js';
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

/** Scores and explains batches of rows, planned once from model and players: a row's values never depend on its batch. */
export interface Attributor {
  readonly players: readonly string[];
  readonly outputs: number;
  /** [output] the margin expected before anything is known of a row */
  readonly bias: Float64Array;
  /** [row][output] margins of a table [column of the model][row] */
  score(sources: readonly Float64Array[]): Float64Array;
  attribute(sources: readonly Float64Array[]): AttributedBatch;
}

/**
 * An attributor of an ensemble of any engine, for players that own its columns. Attribution is exact TreeSHAP by
 * look-ups, in parts whose sums float32 holds to about 1e-7. Throws 'internal' if players are not given for the model's
 * columns. Planning is O(nodes * path players), a batch O(rows).
 *
 * @example
 * import { boostingOptions, createAttributor, groupPlayers, parseEnsemble, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const foreign = parseEnsemble(Buffer.from(toXgboostJson(ensemble)));
 * const attributor = createAttributor(foreign, groupPlayers(['first', 'second'], [0, 1]));
 * // [column][row]
 * const { shap } = attributor.attribute([Float64Array.of(0, 1), Float64Array.of(1, 2)]);
 * // [row][player][output]
 * [shap[0] > 0, shap[4] < 0, shap[2]]; // => [ true, true, 0 ]
 */
export function createAttributor(foreign: ForeignEnsemble, players: Players): Attributor {
  const game = planGame(foreign, players);
  const columns = planGame(foreign, columnsOwnPlayers(foreign));
  const scoring = planForeignScoring(foreign);
  const { outputs, bias } = game;
  return {
    players: players.names,
    outputs,
    bias,
    score: (sources) => scoreForeign(scoring, encodeTable(foreign, sources).features),
    attribute: (sources) => {
      const { features, crossed, unresolved } = encodeTable(foreign, sources);
      const { rows } = features;
      const margins = scoreForeign(scoring, features);
      const shap = sumByPlayer(attributeGame(columns, features), players, outputs);
      const groupShap = attributeGame(game, features);
      const errorOf = (attributions: Float64Array) =>
        measureAdditivity({ bias, rounding: columns.rounding, attributions, margins, from: 0, to: rows });
      const additivity = mergeAdditivity(errorOf(shap), errorOf(groupShap));
      return { rows, margins, shap, groupShap, additivity, crossed, unresolved };
    },
  };
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
