import type { EnsembleKind } from '../ensemble/stack/task.js';
import type { DecideName, DecisionRule, OperatingPoint } from '../evaluation/decision-rule.js';
import type { Difference, Evaluation } from '../evaluation/evaluate.js';
import type { ScoreName, Scores } from '../evaluation/metrics.js';
import type { SliceScores } from '../evaluation/slices.js';
import type { Audit } from './audit.js';
import type { Budget } from './budget.js';
import type { Floor } from './floors.js';
import type { Frontier } from './frontier.js';
import type { Keep } from './keep.js';
import type { Measures } from './measures.js';
import type { ModelReason } from './model-reason.js';
import type { NonInferiority } from './non-inferiority.js';
import type { Redundancy } from './redundancy.js';
import type { Settling } from './settle.js';
import type { SliceTable } from './slices.js';
import type { Advantage, SearchReport, TraceStep } from './strategy.js';

/** One model's line of a decision. */
export interface RankingLine {
  readonly model: string;
  readonly family: string;
  readonly source: 'trained' | 'imported';
  readonly rank: number;
  /** summed TreeSHAP, mean over rows and classes of the absolute value; margins (log-odds) */
  readonly shap: number;
  /** Shapley value with models as players, mean over rows and classes of the absolute value */
  readonly groupShap: number;
  /** mean |summed TreeSHAP| per class, in label order */
  readonly shapByClass: readonly number[];
  /** mean signed summed TreeSHAP per class */
  readonly signedByClass: readonly number[];
  /** per row, by cost name; `latency_ms@encoder` is what a part that models share takes of latency_ms */
  readonly costs: Readonly<Record<string, number>>;
  readonly costUnits: Readonly<Record<string, string>>;
  readonly kept: boolean;
  /** why it is kept or is not; absent from decisions of earlier versions */
  readonly why?: ModelReason;
  /** whether it does better than chance; absent from decisions of earlier versions */
  readonly screen?: ModelScreen;
  /** how sure the line is; absent from decisions of earlier versions */
  readonly evidence?: RankingEvidence;
}

/** What an ensemble is, how it answers, and what it was chosen from by inner cross-validation on the training rows. */
export interface EnsembleSummary {
  readonly kind: EnsembleKind;
  /** the model, where the ensemble is a single one */
  readonly model: string | null;
  readonly rule: DecisionRule;
  /** the first is taken unless another is better by more than one standard error */
  readonly candidates: readonly EnsembleCandidate[];
  /** weights of the pool, the largest first; null without a pool */
  readonly weights: readonly { readonly model: string; readonly weight: number }[] | null;
  /** scores out of fold as tau moves */
  readonly curve: readonly OperatingPoint[];
}

/** An ensemble that was weighed; scores are out of fold on the training rows, under a rule of its own. */
export interface EnsembleCandidate extends Scores {
  readonly kind: EnsembleKind;
  readonly model: string | null;
  readonly tau: number;
  /** the rule's criterion less the first candidate's, and the paired standard error of that */
  readonly ahead: number;
  readonly standardError: number;
}

/**
 * The best single model by one score as it would have been chosen: on the training rows, fold by fold, and answering by
 * the decision's rule with a tau of its own.
 */
export interface BestSingle {
  readonly score: ScoreName;
  /** the models chosen, of the deployed one first, then those that only outer folds chose */
  readonly models: readonly string[];
  /** of the first */
  readonly tau: number;
  /** on the evaluation rows */
  readonly evaluation: Evaluation;
  /** of the first model, out of fold on the training rows */
  readonly curve: readonly OperatingPoint[];
  /** paired, from it to the full ensemble and to the pruned one */
  readonly differences: readonly Difference[];
}

/** A single model's scores on the evaluation rows when it answers by the decision's rule with a tau of its own. */
export interface RuledModel {
  readonly tau: number;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly weightedF1: number;
}

/** A model against chance: its labels permuted within locale. */
export interface ModelScreen {
  /** standard deviations above chance, the smaller of the permutation's and the queries' */
  readonly z: number;
  readonly passed: boolean;
  /** what its own permuted answers would get; null where it answers no labelled row */
  readonly floor: Scores | null;
}

/** 95% intervals by bootstrap over queries, and what resampling does to a model's place. */
export interface RankingEvidence {
  /** of the summed TreeSHAP */
  readonly shap: { readonly low: number; readonly high: number };
  /** of the rank, from 1; over refits of the pool where `contribution` is there */
  readonly rank: { readonly low: number; readonly high: number };
  /** to the pool, over refits on drawn queries: mean, 95% interval, and the mean rank that orders the models */
  readonly contribution?: {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    readonly meanRank: number;
    readonly refits: number;
  };
  /** share of the resamples in which the strategy keeps the model, 0 to 1 */
  readonly keptShare: number;
  /** resamples that the share is of */
  readonly keptDraws?: number;
}

/** A recipe gone by from end to end on the same folds and within the same budget. */
export interface Baseline {
  /** the name that --recipe takes */
  readonly recipe: string;
  /** in order of its own rank */
  readonly kept: readonly string[];
  /** of its ensemble of the models it keeps, on the evaluation rows */
  readonly evaluation: Evaluation;
  /** paired, from the recipe's ensemble to the decision's pruned one */
  readonly difference: Difference;
}

/** What serves one locale where it has a budget of its own: a set chosen and judged on its queries. */
export interface LocaleDecision {
  readonly locale: string;
  /** its own limits and floors, and those for all rows of which it says nothing */
  readonly budget: Budget;
  readonly floors: readonly Floor[];
  /** in order of rank over all rows */
  readonly kept: readonly string[];
  readonly trace: readonly TraceStep[];
  /** how the search went; absent of strategies that do not search */
  readonly search?: SearchReport;
  /** by model, in order of rank: share of the draws of the locale's queries in which the strategy keeps it, 0 to 1 */
  readonly keptShares: readonly { readonly model: string; readonly share: number }[];
  readonly keptDraws: number;
  /** queries of the locale that sets were judged on, and that the scores below are of */
  readonly selectionQueries: number;
  readonly evaluationQueries: number;
  /** on the locale's evaluation rows; ensembles are fitted on the rows of all locales */
  readonly metrics: {
    readonly floor: Evaluation;
    /** the best single model there by the decision's metric */
    readonly single: Evaluation;
    readonly full: Evaluation;
    /** the set kept for all rows */
    readonly pruned: Evaluation;
    /** the set kept for the locale */
    readonly own: Evaluation;
  };
  readonly bestModel: string;
  /** paired, to the ensemble of the locale's set, from the full ensemble, the pruned one and the best single model */
  readonly differences: readonly Difference[];
  /** whether pruning loses at most --margin of the metric here; null without a margin */
  readonly nonInferiority: NonInferiority | null;
}

/** Who was allowed to see which label, in numbers. */
export interface ProtocolSummary {
  readonly mode: 'holdout' | 'cross-validated';
  readonly reason: string;
  readonly folds: number;
  readonly trainRows: number;
  readonly evaluationRows: number;
  readonly evaluationQueries: number;
}

/** The version that `rank` writes. */
export const DECISION_SCHEMA = 'esci-select/decision/2';
/** The versions that can be read; the first, of 0.1, lacks what is optional below. */
export const DECISION_SCHEMAS = ['esci-select/decision/1', DECISION_SCHEMA] as const;

/** What `rank` decides and why: plain data with a version, the same bytes for the same run and budget. */
export interface Decision {
  readonly schema: 'esci-select/decision/1' | 'esci-select/decision/2';
  /** the decision in words: the limits, what is kept, what pruning costs, and what no limit would keep; absent from decisions of earlier versions */
  readonly headline?: string;
  readonly classes: readonly string[];
  readonly protocol: ProtocolSummary;
  readonly ranking: readonly RankingLine[];
  readonly budget: Budget;
  /** how models were chosen, by the name that --strategy takes */
  readonly strategy: string;
  readonly constraints: {
    readonly metric: ScoreName;
    readonly require: readonly string[];
    readonly forbid: readonly string[];
    readonly floors: readonly Floor[];
  };
  /** the strategy's steps for the deployed ensemble, then what was changed to meet floors */
  readonly trace: readonly TraceStep[];
  /** how the search went; absent of strategies that do not search */
  readonly search?: SearchReport;
  /** which models say the same, and what they are worth together */
  readonly redundancy: Redundancy;
  /** whether pruning loses at most --margin of the metric; null without a margin */
  readonly nonInferiority: NonInferiority | null;
  /** what the choice costs against the best set in hindsight; null unless asked for */
  readonly audit: Audit | null;
  /** the metric against each cost, the number of models first; absent from decisions of earlier versions */
  readonly frontiers?: readonly Frontier[];
  /** where each model earns its place; absent from decisions of earlier versions */
  readonly slices?: readonly SliceTable[];
  /** contribution by several measures; absent unless asked for */
  readonly measures?: Measures;
  /** sets that serve single locales; absent where no locale has a budget of its own */
  readonly localeBudgets?: readonly LocaleDecision[];
  /** what somebody else's recipe makes of the same budget; absent unless asked for */
  readonly baseline?: Baseline;
  /** names of the models kept, in order of rank */
  readonly kept: readonly string[];
  /** what orders the models; absent from decisions of earlier versions, which summed SHAP orders */
  readonly orderedBy?: 'mean rank over refits';
  /** the screen and the refits: rows and queries that they look at, and the models that do better than chance */
  readonly screening?: {
    readonly rows: number;
    readonly queries: number;
    readonly passing: readonly string[];
  };
  /** whether anything is recommended: not where no model does better than chance */
  readonly recommended?: boolean;
  /** the best set within the budget, and what it is worth more than the one kept; absent where the strategy knows none */
  readonly bestSet?: { readonly models: readonly string[]; readonly advantage: Advantage };
  /** what would be kept without any limit, in order of rank; absent where the budget limits nothing or it is not known */
  readonly unlimited?: readonly string[];
  /** which of the two is kept */
  readonly keep?: Keep;
  /** why these models are kept, in one sentence */
  readonly why?: string | null;
  /** how many more judged queries would tell the ensembles and the best single model apart */
  readonly settle?: readonly Settling[];
  /** the rule by which margins become answers, of the ensembles and of the best single models */
  readonly decide?: DecideName;
  /** how the two ensembles were put together and how they answer; absent from decisions of earlier versions */
  readonly ensembles?: { readonly full: EnsembleSummary; readonly pruned: EnsembleSummary };
  /** for accuracy, macro F1 and weighted F1 */
  readonly bestSingles?: readonly BestSingle[];
  /** by model */
  readonly ruled?: Readonly<Record<string, RuledModel>>;
  readonly metrics: {
    readonly floor: Evaluation;
    readonly models: Readonly<Record<string, Evaluation>>;
    readonly full: Evaluation;
    readonly pruned: Evaluation;
  };
  /** paired differences on the rows both cover; `from` and `to` name models or ensembles */
  readonly differences: readonly Difference[];
  /** the best single model by each score */
  readonly best: Readonly<Record<ScoreName, string>>;
  readonly locales: { readonly full: readonly SliceScores[]; readonly pruned: readonly SliceScores[] };
  /** largest over all rows of |bias + contributions - margin|, and that over |bias| + sum |contributions| */
  readonly additivity: { readonly absolute: number; readonly relative: number };
  /** rows whose contributions were averaged */
  readonly explainedRows: number;
  /** boosting rounds of the deployed ensembles */
  readonly rounds: { readonly full: number; readonly pruned: number };
  /** bootstrap replicates behind every interval */
  readonly replicates: number;
}

/** Names of the two ensembles in differences and tables. */
export const FULL = 'full ensemble';
export const PRUNED = 'pruned ensemble';

/** Name of the ensemble of the set kept for one locale. */
export const OWN = 'ensemble of the locale';

/** The paired difference between two named predictors, if the decision has it. */
export function differenceOf(decision: Decision, from: string, to: string): Difference | undefined {
  return decision.differences.find((difference) => difference.from === from && difference.to === to);
}
