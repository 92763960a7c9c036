import type { ModelCard } from '../predictions/matrix.js';
import type { Contribution } from '../selection/rank.js';
import { type Selection, type SelectionRequest, selectModels } from '../selection/select.js';
import type { ModelFeatures } from './features.js';
import {
  type EvidenceRequest,
  type SelectionEvidence,
  scorerOf,
  selectionEvidence,
} from './select-evidence.js';

/** One selection to make, on rows that its evaluation does not use. Plain data, sent to workers. */
export interface SelectTask {
  readonly model: ModelFeatures;
  /** class of every row of the features */
  readonly labels: Int16Array;
  readonly classes: number;
  readonly rows: Int32Array;
  /** fold of each element of `rows` */
  readonly foldOf: Int16Array;
  readonly contributions: readonly Contribution[];
  /** in the order of the features' models */
  readonly cards: readonly ModelCard[];
  readonly request: SelectionRequest;
  readonly strict: boolean;
  /** what is wanted beside the choice */
  readonly evidence?: EvidenceRequest;
}

/** A selection, with its evidence where that was wanted. */
export interface SelectResult {
  readonly selection: Selection;
  readonly evidence: SelectionEvidence | null;
}

/** Makes one selection; `onScore` hears how many ensembles were fitted. A pure function of its task. */
export function selectOne(task: SelectTask, onScore: (scored: number) => void = () => {}): SelectResult {
  const { contributions, cards, request, strict, evidence } = task;
  const scorer = scorerOf(task, evidence?.queries, onScore);
  const selection = selectModels({ contributions, cards, request, scorer, strict });
  return {
    selection,
    evidence: evidence === undefined ? null : selectionEvidence(task, evidence, scorer, onScore),
  };
}
