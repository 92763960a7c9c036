import { type ModelAttribution, type ModelBlock, mergeAttributions } from '../../attribution/models.js';
import { attributeModelsParallel } from '../../attribution/parallel.js';
import type { BoostingOptions } from '../../ensemble/boosting-options.js';
import { gatherRows } from '../../ensemble/feature-matrix.js';
import { scoreMarginsParallel } from '../../ensemble/scoring/parallel.js';
import { type CandidateScore, fitEnsemble } from '../../ensemble/stack/fit.js';
import type { EnsembleKind, StackName } from '../../ensemble/stack/task.js';
import type { TreeEnsemble } from '../../ensemble/tree.js';
import type { Answered } from '../../evaluation/answered.js';
import { type ChosenRule, type DecideName, decide } from '../../evaluation/decision-rule.js';
import { softmaxRows } from '../../math/softmax.js';
import { addRows, emptyQuerySums, type QuerySums } from '../../selection/query-sums.js';
import { sharedFloats } from '../../threads/shared.js';
import type { ModelFeatures } from './features.js';

/** One ensemble to fit: on which rows, and for which rows its probabilities are wanted. Plain data, sent to workers. */
export interface StackTask {
  readonly model: ModelFeatures;
  /** all models of the run, where the ensemble is of some of them */
  readonly rivals?: ModelFeatures;
  /** class of every row of the features */
  readonly labels: Int16Array;
  /** query of every row of the features */
  readonly groups: Int32Array;
  readonly stack: StackName;
  readonly decide: DecideName;
  readonly classes: number;
  readonly rows: Int32Array;
  /** fold of each element of `rows`, 0..folds-1 */
  readonly foldOf: Int16Array;
  readonly folds: number;
  readonly predictRows: Int32Array;
  readonly options: BoostingOptions;
  /** how many of the folds take a turn as validation */
  readonly validationFolds: number;
  /** whether contributions are wanted */
  readonly attribute: boolean;
  /** threads to train, score and explain with, at least 1; the result does not depend on it */
  readonly threads: number;
  /** query of every row of the features where contributions are wanted per query too, else null */
  readonly queryOf: Int32Array | null;
}

/** A fitted ensemble with what was learned about it on rows it did not see. */
export interface Stack extends Answered {
  readonly ensemble: TreeEnsemble;
  /** what the ensemble is, and how answers are made of its margins */
  readonly kind: EnsembleKind;
  readonly chosen: ChosenRule;
  /** what it was chosen from, the first kept unless another is better by one standard error */
  readonly candidates: readonly CandidateScore[];
  /** weight of each model in the pool, by place among the models; null without a pool */
  readonly weights: Float64Array | null;
  readonly rounds: number;
  /** mean log-loss on the validation folds after each round */
  readonly curve: Float64Array;
  /** of the predict rows */
  readonly probabilities: Float32Array;
  readonly answers: Int16Array;
  /** of every row of the validation folds, each explained by the ensemble that did not see it; null unless asked */
  readonly attribution: ModelAttribution | null;
  /** the same rows' contributions summed per query, queries in order of their first row; null unless asked */
  readonly querySums: QuerySums | null;
}

/**
 * Fits one ensemble and its decision rule by inner cross-validation (fitEnsemble), and takes contributions from the
 * folds' ensembles on their held-out rows. A pure function of its task (DESIGN, protocol 4).
 */
export async function fitStack(
  task: StackTask,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Stack> {
  const { features } = task.model;
  const { classes, threads } = task;
  const fitted = fitEnsemble({ ...task, features, rivals: task.rivals?.features, onProgress });
  const { ensemble, foldEnsembles } = fitted;
  const querySums = task.queryOf === null ? null : noQuerySums(task, task.queryOf, foldEnsembles.length);
  const attribution = task.attribute ? await attributeFolds(task, foldEnsembles, querySums) : null;
  const margins = await scoreMarginsParallel(ensemble, features, { threads }, task.predictRows);
  return {
    ensemble,
    kind: fitted.kind,
    chosen: fitted.chosen,
    candidates: fitted.candidates,
    weights: fitted.weights,
    rounds: fitted.rounds,
    curve: fitted.curve,
    probabilities: softmaxRows(margins, classes),
    answers: decide(margins, classes, fitted.chosen.rule.offsets),
    attribution,
    querySums: querySums?.sums ?? null,
  };
}

/** Sums per query to be filled, and the place of every row's query among them. */
interface NumberedSums {
  readonly sums: QuerySums;
  readonly placeOf: ReadonlyMap<number, number>;
}

/** Numbers the queries of the rows that will be explained: those of the validation folds. */
function noQuerySums(task: StackTask, queryOf: Int32Array, folds: number): NumberedSums {
  const placeOf = new Map<number, number>();
  task.rows.forEach((row, at) => {
    if (task.foldOf[at] < folds && !placeOf.has(queryOf[row])) placeOf.set(queryOf[row], placeOf.size);
  });
  return { sums: emptyQuerySums(task.model.models, placeOf.size), placeOf };
}

async function attributeFolds(
  task: StackTask,
  ensembles: readonly TreeEnsemble[],
  querySums: NumberedSums | null,
): Promise<ModelAttribution> {
  const { model, threads } = task;
  const parts: ModelAttribution[] = [];
  for (const [fold, ensemble] of ensembles.entries()) {
    const heldOut = task.rows.filter((_, at) => task.foldOf[at] === fold);
    const values = sharedFloats(heldOut.length * model.features.columns);
    const features = gatherRows(model.features, heldOut, values);
    const part = await attributeModelsParallel({
      ensemble,
      features,
      modelOfColumn: model.modelOfColumn,
      models: model.models,
      margins: await scoreMarginsParallel(ensemble, features, { threads }),
      threads,
      rowName: (row) => `row ${heldOut[row]}`,
      onBlock: querySums === null ? undefined : (block) => addBlock(task, querySums, heldOut, block),
    });
    parts.push(part);
  }
  return mergeAttributions(parts);
}

function addBlock(
  { queryOf, labels, classes }: StackTask,
  { sums, placeOf }: NumberedSums,
  heldOut: Int32Array,
  { from, to, shap, groupShap }: ModelBlock,
): void {
  const rows = heldOut.subarray(from, to);
  addRows(sums, {
    shap,
    groupShap,
    classes,
    queries: Int32Array.from(rows, (row) => placeOf.get(queryOf![row])!),
    labels: Int16Array.from(rows, (row) => labels[row]),
  });
}
