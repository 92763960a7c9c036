import { type BoostingOptions, boostingOptions } from '../ensemble/boosting-options.js';
import { gatherColumns } from '../ensemble/feature-matrix.js';
import { scoreMargins } from '../ensemble/scoring/score.js';
import { type BinnedFeatures, binFeatures } from '../ensemble/training/binning.js';
import { fitWithRounds } from '../ensemble/training/train.js';
import type { FeatureMatrix } from '../ensemble/tree.js';
import { rowLoss } from '../evaluation/statistics.js';
import { takeColumns } from '../math/rows.js';
import { argmaxAt, softmaxRows } from '../math/softmax.js';
import { addTally, emptyTally, type Tally } from './tally.js';

/** Rows with their classes, of which ensembles of some models are fitted. */
export interface SubsetTable {
  /** columns [model][class] in the order of the models */
  readonly features: FeatureMatrix;
  readonly classes: number;
  /** class of every row of the features */
  readonly labels: Int16Array;
  /** the features in bins, shared by all ensembles; each makes its own if absent */
  readonly binned?: BinnedFeatures;
}

/** Shallow, quick and without sampling, so that equal columns give equal scores. */
export const SUBSET_BOOSTING: Readonly<BoostingOptions> = boostingOptions({
  rounds: 30,
  learningRate: 0.2,
  maxDepth: 3,
  maxBins: 32,
  minChildWeight: 5,
  featureFraction: 1,
  baggingFrequency: 0,
  earlyStoppingRounds: 0,
});

/** Bins of a table that all ensembles of its models share: cuts use no label, so folds may share them. */
export function binTable(features: FeatureMatrix, maxBins = SUBSET_BOOSTING.maxBins): BinnedFeatures {
  const rows = Int32Array.from({ length: features.rows }, (_, row) => row);
  return binFeatures(features, rows, maxBins);
}

/** What ensembles of some models answer on rows that they did not see; the models' columns are taken out once. */
export function subsetPredictor(
  table: SubsetTable,
  models: readonly number[],
  options: BoostingOptions = SUBSET_BOOSTING,
): (training: Int32Array, held: Int32Array) => Float32Array {
  const { labels, classes } = table;
  const features = selectColumns(table.features, classes, models);
  const binned = table.binned && selectBins(table.binned, table.features, classes, models);
  return (training, held) => {
    const data = { features, binned, labels, classes, rows: training, options };
    const ensemble = fitWithRounds(data, options.rounds);
    return softmaxRows(scoreMargins(ensemble, features, held), classes);
  };
}

/** Counts the answers of some rows, [row of `held`][class]. */
function tallyOf(
  { labels, classes }: Pick<SubsetTable, 'labels' | 'classes'>,
  probabilities: Float32Array,
  held: Int32Array,
): Tally {
  const tally = emptyTally(classes);
  held.forEach((row, at) => {
    const start = at * classes;
    tally.confusion[labels[row] * classes + argmaxAt(probabilities, start, classes)]++;
    tally.loss += rowLoss(probabilities, start, classes, labels[row]);
  });
  return tally;
}

/** What an ensemble of some models, fitted on some rows, answers on others that it did not see. */
export function tallyHeldOut(
  table: SubsetTable,
  models: readonly number[],
  training: Int32Array,
  held: Int32Array,
): Tally {
  return tallyOf(table, subsetPredictor(table, models)(training, held), held);
}

/** Adds up what every fold's ensemble, fitted on the others, answers on it; `onFold` hears the answers. */
export function tallyFolds(
  table: SubsetTable,
  predict: (training: Int32Array, held: Int32Array) => Float32Array,
  foldOf: Int16Array,
  onFold: (probabilities: Float32Array, held: Int32Array) => void = () => {},
): Tally {
  const all = Int32Array.from(table.labels.keys());
  const tally = emptyTally(table.classes);
  for (const fold of new Set(foldOf)) {
    const held = all.filter((row) => foldOf[row] === fold);
    const probabilities = predict(
      all.filter((row) => foldOf[row] !== fold),
      held,
    );
    addTally(tally, tallyOf(table, probabilities, held));
    onFold(probabilities, held);
  }
  return tally;
}

/** The columns of some models: boosting walks rows whole, so a narrow copy is much faster than skipping columns. */
export function selectColumns(
  features: FeatureMatrix,
  classes: number,
  models: readonly number[],
): FeatureMatrix {
  return gatherColumns(features, columnsOf(models, classes));
}

/** The bins of the same columns. */
function selectBins(
  { bins, codes }: BinnedFeatures,
  { columns }: FeatureMatrix,
  classes: number,
  models: readonly number[],
): BinnedFeatures {
  const wanted = columnsOf(models, classes);
  const cuts = wanted.map((column) => bins.cuts[column]);
  return { bins: { ...bins, cuts }, codes: takeColumns(codes, columns, wanted) };
}

function columnsOf(models: readonly number[], classes: number): number[] {
  return models.flatMap((model) => Array.from({ length: classes }, (_, k) => model * classes + k));
}
