import { scoreMargins } from '../scoring/score.js';
import { binFeatures } from '../training/binning.js';
import { crossValidateRounds, fitWithRounds } from '../training/cv.js';
import { type Candidate, once } from './candidate.js';
import type { InnerRows } from './inner.js';
import type { EnsembleTask } from './task.js';

/**
 * Boosted trees alone, on all rows: rounds by early stopping on the grouped folds. Above the inner rows' number they see
 * more rows than other candidates do, which is their strength.
 */
export function treesCandidate(task: EnsembleTask, inner: InnerRows): Candidate {
  const { features, labels, classes, rows, foldOf, folds, options, validationFolds, threads } = task;
  const steps = validationFolds + 1;
  const binned = binFeatures(features, rows, options.maxBins);
  const data = { features, binned, labels, classes, rows, options, threads };
  const chosen = crossValidateRounds({
    ...data,
    foldOf,
    folds,
    validationFolds,
    onProgress: (round) => task.onProgress?.((round / options.rounds) * validationFolds, steps),
  });
  const margins = new Float32Array(inner.held.length * classes);
  let at = 0;
  inner.folds.forEach(({ held }, fold) => {
    const heldRows = Int32Array.from(held, (position) => inner.rows[position]);
    margins.set(scoreMargins(chosen.ensembles[fold], features, heldRows), at);
    at += heldRows.length * classes;
  });
  return {
    kind: 'trees',
    model: null,
    margins,
    weights: null,
    rounds: chosen.rounds,
    curve: chosen.curve,
    foldEnsembles: () => chosen.ensembles,
    ensemble: once(() =>
      fitWithRounds(data, chosen.rounds, (round) =>
        task.onProgress?.(validationFolds + round / chosen.rounds, steps),
      ),
    ),
  };
}
