import { groupedFolds } from '../data/examples/splits.js';
import { gatherRows } from '../ensemble/feature-matrix.js';
import type { FeatureMatrix } from '../ensemble/tree.js';
import { EsciSelectError } from '../errors.js';
import { evaluationSet } from '../evaluation/evaluate.js';
import { judgedClasses, type ScoreName } from '../evaluation/metrics.js';
import type { ScreenResult } from '../evaluation/screen.js';
import { screenModels } from '../evaluation/screen-models.js';
import { type GroupStatistics, groupStatistics, rowLoss } from '../evaluation/statistics.js';
import { wholeQueries } from '../evaluation/whole-queries.js';
import { putRows } from '../math/rows.js';
import { argmaxAt } from '../math/softmax.js';
import { createPoolScorer, type PoolScorer } from './pool-scorer.js';
import type { JudgedSample, Sample } from './sample.js';
import type { Screen } from './strategy.js';
import { binTable, selectColumns, subsetPredictor, tallyFolds } from './subset-fit.js';
import { createScreen } from './subset-screen.js';
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
  /** query of each element of `rows`: folds are drawn anew where rows are few */
  readonly queries: Int32Array;
  readonly seed: number;
  /** [element of `rows`] locale, within which labels are exchangeable if a model knows nothing; one for all unless given */
  readonly locales?: ArrayLike<number>;
  /** whether sets' statistics per query are wanted; not by default */
  readonly perQuery?: boolean;
  /** the metric that sets' pools are to be good by; statistics per query come with them; no pools unless given */
  readonly pools?: ScoreName;
  /** rows looked at, at most; 20,000 unless given; where pools are fitted, fewer of more than 40 columns */
  readonly mostRows?: number;
  /** sets that another scorer of the same rows fitted: they are remembered, in this order */
  readonly known?: readonly ScoredSet[];
  /** called after every ensemble that is not remembered */
  readonly onScore?: (scored: number) => void;
}

/** Scores sets of models, remembering each. */
export interface SubsetScorer {
  /** the cross-validated ensemble of the models, by index in any order */
  readonly score: (models: readonly number[]) => SubsetScore;
  /** a model's own answers; the shares of the classes on rows where it has none */
  readonly single: (model: number) => SubsetScore;
  /** a rougher, quicker score of models; absent where rows are few */
  readonly screen?: Screen;
  /** answers of a set's pool; absent unless pools were asked for */
  readonly pool?: PoolScorer;
  /** [model] whether each does better than chance on the rows looked at; absent unless pools were asked for */
  readonly screens?: () => readonly ScreenResult[];
  /** the rows looked at; absent unless pools were asked for */
  readonly sample?: JudgedSample;
  /** how many different sets were fitted so far */
  readonly scored: () => number;
}

/** A scorer that also tells its sets' answers per query, for resampling. */
export interface QueryScorer extends SubsetScorer {
  /** the sets fitted so far, models ascending, in the order of fitting */
  readonly sets: () => readonly (readonly number[])[];
  /** a set's answers out of fold, per query; throws 'internal' unless they were wanted */
  readonly statistics: (models: readonly number[]) => GroupStatistics;
  /** the query of each place in the statistics; throws as they do */
  readonly queries: () => Int32Array;
  /** the same of a model's own answers */
  readonly singleStatistics: (model: number) => GroupStatistics;
}

/** A scorer whose sets another one may be given. */
export interface SharingScorer extends QueryScorer {
  /** the sets fitted so far with all that is known of them, in the order of fitting */
  readonly known: () => readonly ScoredSet[];
}

/** Folds that take turns: more cost time and change the order of subsets little. */
const FOLDS = 3;
/**
 * Rows that are to be answered out of fold, counting each draw of folds: with fewer, which rows share a fold decides
 * between sets that are nearly as good. In reports/bench-selection.md two draws lose less than one on small tasks.
 */
const ANSWERS = 5000;
const MOST_DRAWS = 3;
/** Rows looked at, at most: a macro F1 is then known to about half a point. */
const MOST_ROWS = 20_000;
/** Values looked at where pools are fitted, at most: a pool of many columns takes longer than trees do. */
const MOST_CELLS = 800_000;

/**
 * A scorer of subsets by small stacked ensembles on grouped folds; up to 2,500 rows the folds are drawn two or three
 * times, and the answers counted together. Deterministic. O(rounds rows columns) a subset.
 */
export function createSubsetScorer(input: ScorerInput): SharingScorer {
  const sample = takeSample(input);
  const remembered = new Map((input.known ?? []).map((set) => [set.models.join(' '), set]));
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
  const screen = createScreen(sample);
  return {
    ...(screen === null ? {} : { screen }),
    score: (models) => lookUp(models).score,
    single: (model) => scoreSingle(sample, model),
    scored: () => remembered.size,
    sets: () => [...remembered.values()].map(({ models }) => models),
    known: () => [...remembered.values()],
    statistics: (models) => lookUp(models).statistics ?? noQueries(),
    queries: () => sample.sets?.queries ?? noQueries(),
    singleStatistics: (model) => singleStatistics(sample, model) ?? noQueries(),
    ...poolsOf(sample, input),
  };
}

function poolsOf(sample: Sample, { pools }: ScorerInput): Pick<SubsetScorer, 'pool' | 'screens' | 'sample'> {
  if (pools === undefined) return {};
  const { sets } = sample;
  if (sets === null) return noQueries();
  const judged = { ...sample, sets };
  return { pool: createPoolScorer(judged, pools), screens: () => screenModels(sample), sample: judged };
}

/** A set that was fitted. */
export interface ScoredSet {
  readonly models: readonly number[];
  readonly score: SubsetScore;
  /** null unless wanted */
  readonly statistics: GroupStatistics | null;
}

function noQueries(): never {
  throw new EsciSelectError('internal', 'statistics per query are wanted of a scorer that takes none');
}

/** Rows that pools, or ensembles of many columns, are fitted on at most. */
export function pooledRows({ columns }: Pick<FeatureMatrix, 'columns'>): number {
  return Math.min(MOST_ROWS, Math.round(MOST_CELLS / columns));
}

/** The rows that sets are scored on, as what answers are judged on too. */
export function judgedSample(input: ScorerInput): JudgedSample {
  const mostRows = input.mostRows ?? pooledRows(input.features);
  const sample = takeSample({ ...input, mostRows, perQuery: true });
  return { ...sample, sets: sample.sets ?? noQueries() };
}

/** The rows that sets are scored on. */
export function takeSample(input: ScorerInput): Sample {
  const { features, labels, rows, classes, seed } = input;
  const mostRows = input.mostRows ?? (input.pools === undefined ? MOST_ROWS : pooledRows(features));
  const perQuery = input.perQuery === true || input.pools !== undefined;
  const positions = wholeQueries(input.queries, mostRows, seed);
  const own = Int16Array.from(positions, (position) => labels[rows[position]]);
  const queries = Int32Array.from(positions, (position) => input.queries[position]);
  const table = gatherRows(
    features,
    positions.map((position) => rows[position]),
  );
  const folds = drawFolds(input, positions, queries);
  const setOf = (times: number) => {
    const all = Int32Array.from({ length: times * own.length }, (_, at) => at % own.length);
    return evaluationSet(classes, own, queries, all);
  };
  return {
    features: table,
    binned: binTable(table),
    labels: own,
    classes,
    folds,
    queries,
    locales: Int32Array.from(positions, (position) => input.locales?.[position] ?? 0),
    sets: perQuery
      ? { once: setOf(1), drawn: setOf(folds.length), queries: Int32Array.from(new Set(queries)) }
      : null,
  };
}

/** The folds given, three of them, then others drawn by query where rows are few. */
function drawFolds({ foldOf, seed }: ScorerInput, positions: Int32Array, queries: Int32Array): Int16Array[] {
  const given = Int16Array.from(positions, (position) => foldOf[position] % FOLDS);
  const draws = Math.max(1, Math.min(MOST_DRAWS, Math.round(ANSWERS / positions.length)));
  const folds: Int16Array[] = [given];
  if (new Set(queries).size < FOLDS) return folds;
  while (folds.length < draws) folds.push(groupedFolds(queries, FOLDS, seed + folds.length));
  return folds;
}

function scoreEnsemble(sample: Sample, models: readonly number[]): Omit<ScoredSet, 'models'> {
  const { labels, classes, folds, sets } = sample;
  const predict = subsetPredictor(sample, models);
  const tally = emptyTally(classes);
  const answers = sets === null ? null : new Float32Array(folds.length * labels.length * classes);
  folds.forEach((foldOf, draw) => {
    const own = answers?.subarray(draw * labels.length * classes);
    const part = tallyFolds(sample, predict, foldOf, (probabilities, held) => {
      if (own !== undefined) putRows(probabilities, classes, held, own);
    });
    addTally(tally, part);
  });
  const statistics =
    sets === null || answers === null
      ? null
      : groupStatistics(sets.drawn, { name: models.join(' '), probabilities: answers, covered: null });
  return { score: scoreTally(tally), statistics };
}

function scoreSingle(sample: Sample, model: number): SubsetScore {
  const { labels, classes } = sample;
  const tally: Tally = { ...emptyTally(classes), judged: judgedClasses(labels, classes) };
  const answers = ownAnswers(sample, model);
  for (let row = 0; row < labels.length; row++) {
    tally.confusion[labels[row] * classes + argmaxAt(answers, row * classes, classes)]++;
    tally.loss += rowLoss(answers, row * classes, classes, labels[row]);
  }
  return scoreTally(tally);
}

function singleStatistics(sample: Sample, model: number): GroupStatistics | null {
  if (sample.sets === null) return null;
  const probabilities = ownAnswers(sample, model);
  return groupStatistics(sample.sets.once, { name: String(model), probabilities, covered: null });
}

/**
 * A model's own answers [row][class], and the shares of the classes on rows where it has none: so that every model alone is
 * judged on the same rows, and one that answers a few easy ones is not the best.
 */
function ownAnswers({ features, labels, classes }: Sample, model: number): Float32Array {
  const { values } = selectColumns(features, classes, [model]);
  const answers = Float32Array.from(values);
  const shares = new Float32Array(classes);
  for (const label of labels) shares[label] += 1 / labels.length;
  for (let start = 0; start < answers.length; start += classes) {
    if (Number.isNaN(answers[start])) answers.set(shares, start);
  }
  return answers;
}
