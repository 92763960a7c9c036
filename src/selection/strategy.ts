import type { ScoreName } from '../evaluation/metrics.js';
import type { Floor } from './floors.js';
import type { Limit } from './limits.js';
import type { SubsetScore } from './tally.js';

/** One model that may be kept. */
export interface Candidate {
  readonly name: string;
  /** summed TreeSHAP, margins (log-odds) */
  readonly shap: number;
  /** Shapley value with models as players, same units */
  readonly groupShap: number;
}

/** What a strategy decides on. Candidates are meant by their index, 0..candidates-1. */
export interface SelectionProblem {
  /** in order of name, without the forbidden ones */
  readonly candidates: readonly Candidate[];
  readonly limits: readonly Limit[];
  /** kept whatever happens; within the limits */
  readonly required: readonly number[];
  /** what strategies that refit make as good as they can */
  readonly metric: ScoreName;
  readonly floors: readonly Floor[];
  /** the cross-validated score of the ensemble of some candidates, on selection rows; remembered, so cheap to repeat */
  readonly score: (subset: readonly number[]) => SubsetScore;
  /** the score of one candidate's own answers on the rows that it covers */
  readonly single: (candidate: number) => SubsetScore;
  readonly seed: number;
}

/** One step of a strategy, for people. */
export interface TraceStep {
  readonly action: 'keep' | 'pass' | 'drop';
  readonly model: string;
  /** what the step went by: a contribution, or the score of the set after the step; null where there is none */
  readonly value: number | null;
}

/** What a strategy keeps, and how it came to that. */
export interface Choice {
  /** indices of candidates, the most important first */
  readonly kept: readonly number[];
  readonly trace: readonly TraceStep[];
}

/** A way to choose. Pure: same problem, same choice. The choice holds every required model and no limit is exceeded. */
export interface Strategy {
  /** half a sentence for people */
  readonly summary: string;
  /** whether it fits ensembles, which takes time */
  readonly refits: boolean;
  readonly choose: (problem: SelectionProblem) => Choice;
}
