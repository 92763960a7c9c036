import type { TreeEnsemble } from '../tree.js';
import { binFeatures } from './binning.js';
import type { Booster, BoostingData } from './booster.js';
import { checkBoostingData } from './check-input.js';
import { EarlyStopping } from './early-stopping.js';
import { withBoosters } from './session.js';

/** What to learn from, how, and whom to tell. */
export interface BoostingInput extends BoostingData {
  /** called after every round (counting from 1) with the mean log-losses in nats */
  readonly onRound?: (round: number, trainLoss: number, validationLoss: number | null) => void;
}

/** A fitted ensemble and the path to it. Losses are class-weighted means in nats. */
export interface BoostingResult {
  /** cut to `bestRound` rounds, after the priors */
  readonly ensemble: TreeEnsemble;
  /** [round], every round that was trained */
  readonly trainLoss: Float64Array;
  /** [round]; null without validation rows */
  readonly validationLoss: Float64Array | null;
  /** rounds kept: those of least validation loss where early stopping is on, else all */
  readonly bestRound: number;
}

/**
 * Histogram gradient boosting of a softmax, one tree per class and round, which may share a structure (Friedman 2001;
 * second order as in XGBoost, Chen and Guestrin 2016, arXiv 1603.02754). Same input and seed: the same bytes. Throws
 * 'data' on rows without a class and on infinite values. O(rounds classes rows columns depth).
 *
 * @example
 * import { boostingOptions, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * ensemble.trees.length; // => 10
 */
export function trainBoosting(input: BoostingInput): BoostingResult {
  checkBoostingData(input);
  const { options, onRound } = input;
  return boostAlone(input, (booster) => {
    const trainLoss: number[] = [];
    const stopping = new EarlyStopping(options.earlyStoppingRounds);
    for (let round = 1; round <= options.rounds && !stopping.isOver; round++) {
      booster.advance();
      trainLoss.push(booster.trainLoss());
      const validationLoss = booster.validationLoss();
      if (validationLoss !== null) stopping.add(validationLoss);
      onRound?.(round, trainLoss[round - 1], validationLoss);
    }
    const stops = input.validationRows !== undefined && options.earlyStoppingRounds > 0;
    const bestRound = stops ? stopping.best : trainLoss.length;
    return {
      ensemble: booster.ensemble(bestRound),
      trainLoss: Float64Array.from(trainLoss),
      validationLoss: input.validationRows === undefined ? null : Float64Array.from(stopping.losses),
      bestRound,
    };
  });
}

/**
 * Trains exactly so many rounds without taking losses, which saves their time: the refit after the number of rounds was
 * chosen. `onRound` is told every round, counting from 1.
 */
export function fitWithRounds(
  data: BoostingData,
  rounds: number,
  onRound: (round: number) => void = () => {},
): TreeEnsemble {
  checkBoostingData(data);
  return boostAlone({ ...data, validationRows: undefined }, (booster) => {
    for (let round = 1; round <= rounds; round++) {
      booster.advance();
      onRound(round);
    }
    return booster.ensemble(rounds);
  });
}

/** One ensemble with a table of its own: its training rows, then its validation rows. Bins are made from the former. */
function boostAlone<Result>(data: BoostingData, use: (booster: Booster) => Result): Result {
  const { features, rows, options, validationRows = new Int32Array(0) } = data;
  const binned = data.binned ?? binFeatures(features, rows, options.maxBins);
  const all = new Int32Array(rows.length + validationRows.length);
  all.set(rows);
  all.set(validationRows, rows.length);
  const part = {
    start: data.start,
    training: numbers(0, rows.length),
    validation: numbers(rows.length, all.length),
  };
  const table = { ...data, binned, rows: all };
  return withBoosters({ data: table, parts: [part] }, ([booster]) => use(booster));
}

/** The whole numbers [from, to). */
function numbers(from: number, to: number): Int32Array {
  const list = new Int32Array(to - from);
  for (let at = 0; at < list.length; at++) list[at] = from + at;
  return list;
}
