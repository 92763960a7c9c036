import type { ScoreName } from '../evaluation/metrics.js';
import type { GroupStatistics } from '../evaluation/statistics.js';
import type { Floor } from './floors.js';
import type { Limit } from './limits.js';
import type { SubsetScore } from './tally.js';

/** How much more one set's answers are worth than another's, and how sure that is. */
export interface Advantage {
  /** of merit, and its standard error */
  readonly merit: number;
  readonly meritError: number;
  /** nats of log-loss saved a row, and the standard error */
  readonly loss: number;
  readonly lossError: number;
}

/** One model that may be kept. */
interface Candidate {
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
  /** the score of one candidate's own answers; on rows where it has none, of the shares of the classes */
  readonly single: (candidate: number) => SubsetScore;
  /** the same of an ensemble of fewer rows and rounds: many times as quick, and rougher; absent where rows are few */
  readonly screen?: Screen;
  /** the answers of a set's pool out of fold, per query, at the taus that suit it; absent where nobody asks for it */
  readonly pool?: (subset: readonly number[]) => readonly GroupStatistics[];
  /** [candidate] whether it does better than chance; all do where absent */
  readonly knows?: readonly boolean[];
  readonly seed: number;
}

/** A rough score, to tell which sets are worth the full one. */
export interface Screen {
  readonly score: (subset: readonly number[]) => SubsetScore;
  /** rows that it looks at, and rows that the full score looks at */
  readonly rows: number;
  readonly allRows: number;
}

/** How a search for the best set went, and how far it can be trusted. */
export interface SearchReport {
  /** every set that fits, or a beam: the best few sets of each size, each with one model more */
  readonly method: 'all sets' | 'beam';
  /** sets scored, roughly or in full */
  readonly sets: number;
  /** null where every set was scored in full */
  readonly screening: Screening | null;
  /**
   * how much more of the metric the ensemble of all candidates has than the set chosen, at least 0: what no set can exceed
   * unless leaving models out helps; null where all sets were tried
   */
  readonly gap: number | null;
}

/** What scoring on a sample of the rows first may have missed; scores so that more is better. */
export interface Screening {
  readonly rows: number;
  readonly allRows: number;
  /** sets scored again in full */
  readonly finalists: number;
  /** standard deviation over the finalists of rough less full scores */
  readonly error: number;
  /** place of the set chosen by its rough score, from 1 */
  readonly place: number;
  /** how much too low the rough score of the best set left out must be for it to be the best after all */
  readonly margin: number;
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
  /** of strategies that search */
  readonly search?: SearchReport;
  /** of strategies that keep fewer models than do best, where the rows cannot tell the difference */
  readonly ceiling?: Ceiling;
}

/** The best set within the budget, and how far it is from the smaller one kept. */
interface Ceiling {
  /** as `kept` */
  readonly best: readonly number[];
  /** of the best set over the one kept; all 0 where they are the same */
  readonly advantage: Advantage;
}

/** A way to choose. Pure: same problem, same choice. The choice holds every required model and no limit is exceeded. */
export interface Strategy {
  /** half a sentence for people */
  readonly summary: string;
  /** whether it fits ensembles, which takes time */
  readonly refits: boolean;
  /** whether it goes by the answers of sets' pools, and by the trees only where there are none */
  readonly pools?: boolean;
  readonly choose: (problem: SelectionProblem) => Choice;
}
