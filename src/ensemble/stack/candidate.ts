import type { JudgedMargins, References } from '../../evaluation/decision-rule.js';
import type { TreeEnsemble } from '../tree.js';
import type { EnsembleKind } from './task.js';

/** Something that could be the ensemble: its answers out of fold, and how to have it. */
export interface Candidate {
  readonly kind: EnsembleKind;
  /** place of the model among the columns, of a single one */
  readonly model: number | null;
  /** [place in the inner rows' `held`][class], by a fit that never saw the row's fold */
  readonly margins: Float32Array;
  /** weight of each model in the pool; null without a pool */
  readonly weights: Float64Array | null;
  /** boosted rounds, and the mean validation loss after each that was tried */
  readonly rounds: number;
  readonly curve: Float64Array;
  /** [validation fold] fitted without that fold */
  readonly foldEnsembles: () => readonly TreeEnsemble[];
  /** fitted on all rows */
  readonly ensemble: () => TreeEnsemble;
}

/** All that may become the ensemble, fitted out of fold; rules choose from it. */
export interface Candidates {
  /** the pool, or the trees where nothing else was asked for, first */
  readonly all: readonly Candidate[];
  /** every single model, in both kinds; none where nothing is to be chosen */
  readonly singles: readonly Candidate[];
  /** answers of the best single models by the scores that `balanced` keeps; none where nothing is to be chosen */
  readonly references: References;
  readonly judged: Omit<JudgedMargins, 'margins'>;
}

/** Calls `make` when first asked, and remembers. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
