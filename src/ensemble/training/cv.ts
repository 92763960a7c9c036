import { EsciSelectError } from '../../errors.js';
import { mean } from '../../math/sums.js';
import type { TreeEnsemble } from '../tree.js';
import type { BoosterPart, BoostingData } from './booster.js';
import { checkBoostingData } from './check-input.js';
import { EarlyStopping } from './early-stopping.js';
import { withBoosters } from './session.js';

export { fitWithRounds } from './train.js';

/** Rows in folds, to find a number of rounds. Without `binned`, bins are made from all rows of all folds. */
export interface CrossValidationInput extends Omit<BoostingData, 'validationRows' | 'start'> {
  /** fold of each element of `rows`, 0 to folds - 1; keep the rows of a query in one fold */
  readonly foldOf: Int16Array;
  readonly folds: number;
  /** [fold][element of `rows`][class] margins that each fold's ensemble starts from, see BoostingData.start */
  readonly starts?: readonly Float32Array[];
  /** use only the first so many folds as validation, to save time on big data; all by default */
  readonly validationFolds?: number;
  /** called after every round (counting from 1) with the mean validation loss in nats */
  readonly onProgress?: (round: number, meanLoss: number) => void;
}

export interface CrossValidationResult {
  /** rounds of least mean validation loss */
  readonly rounds: number;
  /** mean over the folds of their class-weighted validation log-loss, per round trained */
  readonly curve: Float64Array;
  /** [validation fold], trained without that fold and cut to `rounds` rounds */
  readonly ensembles: readonly TreeEnsemble[];
}

/**
 * Early stopping on grouped folds: for each fold an ensemble that never saw it, all advanced together round by round
 * until the mean validation loss stops improving. Throws 'data' if a fold is empty. Memory: the margins of every validated
 * fold; codes, derivatives and working memory are shared.
 */
export function crossValidateRounds(input: CrossValidationInput): CrossValidationResult {
  const { options, onProgress } = input;
  checkBoostingData(input);
  return withBoosters({ data: input, parts: splitFolds(input) }, (boosters) => {
    const stopping = new EarlyStopping(options.earlyStoppingRounds);
    for (let round = 1; round <= options.rounds && !stopping.isOver; round++) {
      for (const booster of boosters) booster.advance();
      stopping.add(mean(boosters.map((booster) => booster.validationLoss() as number)));
      onProgress?.(round, stopping.losses[round - 1]);
    }
    return {
      rounds: stopping.best,
      curve: Float64Array.from(stopping.losses),
      ensembles: boosters.map((booster) => booster.ensemble(stopping.best)),
    };
  });
}

function splitFolds({ rows, foldOf, folds, validationFolds, starts }: CrossValidationInput): BoosterPart[] {
  if (foldOf.length !== rows.length) {
    throw new EsciSelectError(
      'internal',
      `folds number ${foldOf.length}, expected ${rows.length}, one per row`,
    );
  }
  const positions = Int32Array.from(rows, (_, at) => at);
  return Array.from({ length: Math.min(folds, validationFolds ?? folds) }, (_, fold) => {
    const validation = positions.filter((at) => foldOf[at] === fold);
    const training = positions.filter((at) => foldOf[at] !== fold);
    if (validation.length === 0 || training.length === 0) throw emptyFold(fold, folds, rows.length);
    return { training, validation, start: starts?.[fold] };
  });
}

function emptyFold(fold: number, folds: number, rows: number): EsciSelectError {
  return new EsciSelectError(
    'data',
    `fold ${fold + 1} of ${folds} leaves no rows to train or to validate on`,
    {
      hint: `${rows} rows are too few groups for ${folds} folds; give fewer --folds`,
    },
  );
}
