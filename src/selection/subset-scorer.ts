import { boostingOptions } from '../ensemble/options.js';
import { scoreMargins } from '../ensemble/score.js';
import { fitWithRounds } from '../ensemble/train.js';
import type { FeatureMatrix } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { evaluationSet } from '../evaluation/evaluate.js';
import {
  type EvaluationSet,
  type GroupStatistics,
  groupStatistics,
  rowLoss,
} from '../evaluation/statistics.js';
import { createRandom } from '../math/random.js';
import { argmaxAt, softmaxRows } from '../math/softmax.js';
import { addTally, emptyTally, type SubsetScore, scoreTally, type Tally } from './tally.js';

/** What subsets are scored on; nothing of the test rows is in here. A model is its place among the columns. */
export interface ScorerInput {
  /** columns [model][class] in the order of the models */
  readonly features: FeatureMatrix;
  readonly classes: number;
  /** class of every row of the features */
  readonly labels: Int16Array;
  /** selection rows */
  readonly rows: Int32Array;
  /** fold of each element of `rows`, whole queries */
  readonly foldOf: Int16Array;
  readonly seed: number;
  /** query of each element of `rows`, where sets' statistics per query are wanted */
  readonly queries?: Int32Array;
  /** rows looked at, at most; 20,000 unless given */
  readonly mostRows?: number;
  /** called after every ensemble that is not remembered */
  readonly onScore?: (scored: number) => void;
}

/** Scores sets of models, remembering each. */
export interface SubsetScorer {
  /** the cross-validated ensemble of the models, by index in any order */
  readonly score: (models: readonly number[]) => SubsetScore;
  /** a model's own answers, on the rows it covers; all 0 where it covers none */
  readonly single: (model: number) => SubsetScore;
  /** how many different sets were fitted so far */
  readonly scored: () => number;
}

/** A scorer that also tells its sets' answers per query, for resampling. */
export interface QueryScorer extends SubsetScorer {
  /** the sets fitted so far, models ascending, in the order of fitting */
  readonly sets: () => readonly (readonly number[])[];
  /** a set's answers out of fold, per query; throws 'internal' if no queries were given */
  readonly statistics: (models: readonly number[]) => GroupStatistics;
  /** the same of a model's own answers */
  readonly singleStatistics: (model: number) => GroupStatistics;
}

/** Folds that take turns: more cost time and change the order of subsets little. */
const FOLDS = 3;
/** Rows looked at, at most: a macro F1 is then known to about half a point. */
const MOST_ROWS = 20_000;
/** Shallow, quick and without sampling, so that equal columns give equal scores. */
export const BOOSTING = boostingOptions({
  rounds: 30,
  learningRate: 0.2,
  maxDepth: 3,
  maxBins: 32,
  minChildWeight: 5,
  featureFraction: 1,
  baggingFrequency: 0,
  earlyStoppingRounds: 0,
});

/** A scorer of subsets by small stacked ensembles on grouped folds. Deterministic. O(rounds rows columns) a subset. */
export function createSubsetScorer(input: ScorerInput): QueryScorer {
  const sample = takeSample(input);
  const remembered = new Map<string, ScoredSet>();
  const lookUp = (models: readonly number[]): ScoredSet => {
    const ordered = [...models].sort((a, b) => a - b);
    const key = ordered.join(' ');
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const fresh = { models: ordered, ...scoreEnsemble(sample, ordered) };
    remembered.set(key, fresh);
    input.onScore?.(remembered.size);
    return fresh;
  };
  return {
    score: (models) => lookUp(models).score,
    single: (model) => scoreSingle(sample, model),
    scored: () => remembered.size,
    sets: () => [...remembered.values()].map(({ models }) => models),
    statistics: (models) => lookUp(models).statistics ?? noQueries(),
    singleStatistics: (model) => singleStatistics(sample, model) ?? noQueries(),
  };
}

/** A set that was fitted. */
interface ScoredSet {
  readonly models: readonly number[];
  readonly score: SubsetScore;
  /** null unless queries were given */
  readonly statistics: GroupStatistics | null;
}

function noQueries(): never {
  throw new EsciSelectError('internal', 'statistics per query are wanted of a scorer that knows no queries');
}

/** The selection rows alone, renumbered from 0. */
export interface Sample {
  readonly features: FeatureMatrix;
  readonly labels: Int16Array;
  /** [row], 0..folds-1 */
  readonly foldOf: Int16Array;
  readonly folds: number;
  readonly classes: number;
  /** the rows as an evaluation set; null unless queries were given */
  readonly set: EvaluationSet | null;
}

/** The rows that sets are scored on. */
export function takeSample(input: ScorerInput): Sample {
  const { features, labels, rows, foldOf, classes, seed, queries, mostRows = MOST_ROWS } = input;
  let positions = Int32Array.from(rows.keys());
  if (positions.length > mostRows) {
    positions = createRandom(seed).fork('selection rows').shuffle(positions).slice(0, mostRows).sort();
  }
  const { columns } = features;
  const values = new Float32Array(positions.length * columns);
  positions.forEach((position, at) => {
    const start = rows[position] * columns;
    values.set(features.values.subarray(start, start + columns), at * columns);
  });
  const merged = Int16Array.from(positions, (position) => foldOf[position] % FOLDS);
  const own = Int16Array.from(positions, (position) => labels[rows[position]]);
  return {
    features: { ...features, rows: positions.length, values },
    labels: own,
    set:
      queries === undefined
        ? null
        : evaluationSet(
            classes,
            own,
            Int32Array.from(positions, (position) => queries[position]),
            Int32Array.from(own.keys()),
          ),
    foldOf: merged,
    folds: new Set(merged).size,
    classes,
  };
}

function scoreEnsemble(sample: Sample, models: readonly number[]): Omit<ScoredSet, 'models'> {
  const { labels, foldOf, folds, classes, set } = sample;
  const features = selectColumns(sample.features, classes, models);
  const all = Int32Array.from(labels.keys());
  const tally = emptyTally(classes);
  const answers = set === null ? null : new Float32Array(labels.length * classes);
  for (let fold = 0; fold < folds; fold++) {
    const training = all.filter((row) => foldOf[row] !== fold);
    const held = all.filter((row) => foldOf[row] === fold);
    const probabilities = fitAndPredict({ features, labels, classes }, training, held);
    addTally(tally, tallyOf({ labels, classes }, probabilities, held));
    if (answers !== null) scatterRows(probabilities, held, classes, answers);
  }
  const statistics =
    set === null || answers === null
      ? null
      : groupStatistics(set, { name: models.join(' '), probabilities: answers, covered: null });
  return { score: scoreTally(tally), statistics };
}

function scatterRows(source: Float32Array, rows: Int32Array, width: number, target: Float32Array): void {
  rows.forEach((row, at) => {
    target.set(source.subarray(at * width, (at + 1) * width), row * width);
  });
}

/** What an ensemble of some models, fitted on some rows, answers on others that it did not see. */
export function tallyHeldOut(
  table: Pick<ScorerInput, 'features' | 'labels' | 'classes'>,
  models: readonly number[],
  training: Int32Array,
  held: Int32Array,
): Tally {
  const { labels, classes } = table;
  const features = selectColumns(table.features, classes, models);
  const probabilities = fitAndPredict({ features, labels, classes }, training, held);
  return tallyOf({ labels, classes }, probabilities, held);
}

type Labelled = Pick<ScorerInput, 'features' | 'labels' | 'classes'>;

function fitAndPredict(
  { features, labels, classes }: Labelled,
  training: Int32Array,
  held: Int32Array,
): Float32Array {
  const data = { features, labels, classes, rows: training, options: BOOSTING };
  const ensemble = fitWithRounds(data, BOOSTING.rounds);
  return softmaxRows(scoreMargins(ensemble, features, held), classes);
}

function tallyOf(
  { labels, classes }: Omit<Labelled, 'features'>,
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

/** The columns of some models: boosting walks rows whole, so a narrow copy is much faster than skipping columns. */
function selectColumns(features: FeatureMatrix, classes: number, models: readonly number[]): FeatureMatrix {
  const width = models.length * classes;
  const values = new Float32Array(features.rows * width);
  for (let row = 0; row < features.rows; row++) {
    models.forEach((model, at) => {
      const start = row * features.columns + model * classes;
      values.set(features.values.subarray(start, start + classes), row * width + at * classes);
    });
  }
  const names = models.flatMap((model) => features.names.slice(model * classes, (model + 1) * classes));
  return { rows: features.rows, columns: width, names, values };
}

function scoreSingle({ features, labels, classes }: Sample, model: number): SubsetScore {
  const tally = emptyTally(classes);
  for (let row = 0; row < features.rows; row++) {
    const start = row * features.columns + model * classes;
    if (Number.isNaN(features.values[start])) continue;
    tally.confusion[labels[row] * classes + argmaxAt(features.values, start, classes)]++;
    tally.loss += rowLoss(features.values, start, classes, labels[row]);
  }
  return scoreTally(tally);
}

function singleStatistics({ features, classes, set }: Sample, model: number): GroupStatistics | null {
  if (set === null) return null;
  const { values: probabilities } = selectColumns(features, classes, [model]);
  const covered = Uint8Array.from(set.labels, (_, row) =>
    Number.isNaN(probabilities[row * classes]) ? 0 : 1,
  );
  return groupStatistics(set, { name: String(model), probabilities, covered });
}
