import { type ModelAttribution, type ModelBlock, mergeAttributions } from '../../attribution/models.js';
import { attributeModelsParallel } from '../../attribution/parallel.js';
import { gatherRows } from '../../ensemble/feature-matrix.js';
import type { BoostingOptions } from '../../ensemble/options.js';
import { scoreMarginsParallel } from '../../ensemble/scoring/parallel.js';
import { binFeatures } from '../../ensemble/training/binning.js';
import { crossValidateRounds, fitWithRounds } from '../../ensemble/training/cv.js';
import type { TreeEnsemble } from '../../ensemble/tree.js';
import { softmaxRows } from '../../math/softmax.js';
import { addRows, emptyQuerySums, type QuerySums } from '../../selection/query-sums.js';
import { sharedFloats } from '../../threads/shared.js';
import type { ModelFeatures } from './features.js';

/** One ensemble to fit: on which rows, and for which rows its probabilities are wanted. Plain data, sent to workers. */
export interface StackTask {
  readonly model: ModelFeatures;
  /** class of every row of the features */
  readonly labels: Int16Array;
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
export interface Stack {
  readonly ensemble: TreeEnsemble;
  readonly rounds: number;
  /** mean log-loss on the validation folds after each round */
  readonly curve: Float64Array;
  /** [predict row][class] */
  readonly probabilities: Float32Array;
  /** of every row of the validation folds, each explained by the ensemble that did not see it; null unless asked */
  readonly attribution: ModelAttribution | null;
  /** the same rows' contributions summed per query, queries in order of their first row; null unless asked */
  readonly querySums: QuerySums | null;
}

/**
 * Fits one ensemble: the number of rounds by early stopping on grouped folds, contributions from the folds' ensembles
 * on their held-out rows, then a refit on all rows. A pure function of its task (DESIGN, protocol 4).
 */
export async function fitStack(
  task: StackTask,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<Stack> {
  const { features } = task.model;
  const { labels, classes, rows, foldOf, folds, options, validationFolds, threads } = task;
  const steps = validationFolds + 1;
  const data = {
    features,
    binned: binFeatures(features, rows, options.maxBins),
    labels,
    classes,
    rows,
    options,
    threads,
  };
  const chosen = crossValidateRounds({
    ...data,
    foldOf,
    folds,
    validationFolds,
    onProgress: (round) => onProgress((round / options.rounds) * validationFolds, steps),
  });
  const querySums = task.queryOf === null ? null : noQuerySums(task, task.queryOf, chosen.ensembles.length);
  const attribution = task.attribute ? await attributeFolds(task, chosen.ensembles, querySums) : null;
  const ensemble = fitWithRounds(data, chosen.rounds, (round) =>
    onProgress(validationFolds + round / chosen.rounds, steps),
  );
  const margins = await scoreMarginsParallel(ensemble, features, { threads }, task.predictRows);
  return {
    ensemble,
    rounds: chosen.rounds,
    curve: chosen.curve,
    probabilities: softmaxRows(margins, classes),
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
