import type { ScreenResult } from '../../evaluation/screen.js';
import type { ModelCard } from '../../predictions/matrix.js';
import type { CoalitionShares } from '../../selection/coalitions.js';
import type { ResampledContributions } from '../../selection/evidence.js';
import type { Frontier } from '../../selection/frontier.js';
import type { Contribution } from '../../selection/rank.js';
import type { DrawRange } from '../../selection/refit-shares.js';
import type { RefitRank } from '../../selection/refits.js';
import type { Selection, SelectionRequest } from '../../selection/select.js';
import type { ScoredSet } from '../../selection/subset-scorer.js';
import type { ModelFeatures } from '../stacking/features.js';

/** One selection to make, on rows that its evaluation does not use. Plain data, sent to workers. */
export interface SelectTask {
  readonly model: ModelFeatures;
  /** class of every row of the features */
  readonly labels: Int16Array;
  readonly classes: number;
  readonly rows: Int32Array;
  /** fold of each element of `rows` */
  readonly foldOf: Int16Array;
  /** query of each element of `rows` */
  readonly queries: Int32Array;
  /** number of the locale of each element of `rows` */
  readonly locales: Int32Array;
  readonly contributions: readonly Contribution[];
  /** in the order of the features' models */
  readonly cards: readonly ModelCard[];
  readonly request: SelectionRequest;
  readonly strict: boolean;
  /** where the choice is for one locale: its queries, on which alone sets are judged */
  readonly judged?: { readonly locale: string; readonly queries: ReadonlySet<number> };
  /** what is wanted beside the choice */
  readonly evidence?: EvidenceRequest;
}

/** Some of the draws that tell how often each model is kept, apart from the choice. Plain data, sent to workers. */
export interface KeptTask {
  readonly select: SelectTask;
  readonly range: DrawRange;
}

/** [candidate] how often it was kept, with the candidates' names. */
export interface KeptCounts {
  readonly names: readonly string[];
  readonly counts: readonly number[];
}

/** A selection, with its evidence where that was wanted. */
export interface SelectResult {
  readonly selection: Selection;
  readonly evidence: SelectionEvidence | null;
}

/** What is wanted beside a selection: how sure it is, and what other budgets would buy. Plain data, sent to workers. */
export interface EvidenceRequest {
  /** query of each element of the task's rows */
  readonly queries: Int32Array;
  readonly contributions: ResampledContributions;
  readonly replicates: number;
  /**
   * what is found elsewhere, in tasks of their own: the rest, and where it says so, how often models are kept and what would
   * be without limits, which else have most pools in common with the choice
   */
  readonly apart?: { readonly pools: boolean };
  /** whether costly measures of contribution are wanted too */
  readonly measures: boolean;
}

/** How often each model is kept over resamples. */
export interface KeptEvidence {
  /** by model; forbidden models are never kept */
  readonly keptShare: ReadonlyMap<string, number>;
  /** draws behind the shares */
  readonly keptDraws: number;
}

/** The same with the frontiers. */
export interface SelectionEvidence extends KeptEvidence {
  /** none of a choice for one locale */
  readonly frontiers: readonly Frontier[];
  /** null unless wanted */
  readonly measures: ScoredMeasures | null;
  /** what would be kept without any limit; null where that is not known, or nothing is limited */
  readonly unlimited: readonly string[] | null;
  /** of a choice for all rows; null of one for a locale */
  readonly models: ModelEvidence | null;
  /** sets that were scored for the frontiers, on the rows that slices are taken on too; none where the rows are others */
  readonly sets: readonly ScoredSet[];
}

/** What is known of every model before any choice, [model of the task]. */
export interface ModelEvidence {
  readonly screens: readonly ScreenResult[];
  readonly ranks: readonly RefitRank[];
  /** refits behind the ranks */
  readonly refits: number;
  /** rows and queries that both look at */
  readonly rows: number;
  readonly queries: number;
}

/** What is known beside a choice and how often models are kept. */
export type RestOfEvidence = Omit<SelectionEvidence, keyof KeptEvidence>;

/** Parts of the rest that need neither the choice nor each other. */
export interface EvidenceParts {
  /** what the strategy keeps where nothing is limited; null where it has nothing to say */
  readonly free: readonly string[] | null;
  readonly models: ModelEvidence;
  /** those that a frontier compares */
  readonly sets: readonly ScoredSet[];
}

/** One of the parts, of a choice that is not needed for it. Plain data, sent to workers. */
export interface PartTask {
  readonly select: SelectTask;
  readonly part: keyof EvidenceParts;
}

/** The rest from its parts and the choice. Plain data, sent to workers. */
export interface FinishTask {
  readonly select: SelectTask;
  readonly chosen: readonly string[];
  readonly parts: EvidenceParts;
}

/** The measures that need ensembles fitted or single answers scored, [model of the task]. */
export interface ScoredMeasures {
  readonly refit: CoalitionShares;
  readonly permutation: readonly number[];
  readonly solo: readonly number[];
}
