import { encodeTable } from '../ensemble/foreign/encode.js';
import type { ForeignEnsemble } from '../ensemble/foreign/foreign-ensemble.js';
import { scoreForeign } from '../ensemble/foreign/score.js';
import { type AttributedBatch, attributeBatch, type BatchPlan, planBatches } from './batch.js';
import type { Players } from './players.js';

export type { AttributedBatch } from './batch.js';

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
  return attributorOf(planBatches(foreign, players));
}

/** An attributor that goes by a plan. */
export function attributorOf(plan: BatchPlan): Attributor {
  const { outputs, bias } = plan.games.players;
  return {
    players: plan.players.names,
    outputs,
    bias,
    score: (sources) => scoreForeign(plan.scoring, encodeTable(plan.encoding, sources).features),
    attribute: (sources) => attributeBatch(plan, sources),
  };
}
