import type { ModelCard } from '../predictions/matrix.js';
import type { Contribution } from '../selection/rank.js';
import { type Selection, type SelectionRequest, selectModels } from '../selection/select.js';
import { createSubsetScorer } from '../selection/subset-scorer.js';
import type { ModelFeatures } from './features.js';

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
}

/** Makes one selection; `onScore` hears how many ensembles were fitted. A pure function of its task. */
export function selectOne(task: SelectTask, onScore: (scored: number) => void = () => {}): Selection {
  const { model, labels, classes, rows, foldOf, contributions, cards, request, strict } = task;
  const scorer = createSubsetScorer({
    features: model.features,
    classes,
    labels,
    rows,
    foldOf,
    seed: request.seed,
    onScore,
  });
  return selectModels({ contributions, cards, request, scorer, strict });
}
