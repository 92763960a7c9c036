import type { ScoreName } from '../evaluation/metrics.js';
import { type GroupStatistics, groupStatistics } from '../evaluation/statistics.js';
import { softmaxRows } from '../math/softmax.js';
import { merit } from './objective.js';
import { poolMarginsOutOfFold, poolTable } from './pool-table.js';
import { scoreOfStatistics } from './some-queries.js';
import type { Sample } from './subset-scorer.js';
import { emptyTally, type SubsetScore, scoreTally } from './tally.js';

/** Scores sets of models by pools, remembering each; models are places among the columns. */
export interface PoolScorer {
  /** out of fold: answers by the shift that does most for the metric, log-loss of the plain probabilities */
  readonly score: (models: readonly number[]) => SubsetScore;
  /** the same answers per query, over all draws of folds */
  readonly statistics: (models: readonly number[]) => GroupStatistics;
}

/** Multiples of the log shares of the classes that margins are lowered by: 0 to 1.25 by eighths (SCIENCE.md, design 3). */
const SHIFTS = Array.from({ length: 11 }, (_, at) => at / 8);
/** Of shifts that score this near to the best, the smallest is taken. */
const AS_GOOD = 0.002;

/** What all pools of a sample share. */
interface PoolSample {
  readonly sample: Sample;
  readonly sets: NonNullable<Sample['sets']>;
  readonly table: ReturnType<typeof poolTable>;
  /** [class] logarithm of its share, counting one row more of each */
  readonly logShares: Float64Array;
  readonly metric: ScoreName;
}

/**
 * A scorer of sets by pools fitted on the sample's folds. The sample must hold its rows as evaluation sets. Deterministic.
 * O(folds x Newton steps x rows classes models (models + classes)) a set.
 */
export function createPoolScorer(
  sample: Sample & { readonly sets: NonNullable<Sample['sets']> },
  metric: ScoreName,
): PoolScorer {
  const shared: PoolSample = {
    sample,
    sets: sample.sets,
    table: poolTable(sample),
    logShares: logSharesOf(sample.labels, sample.classes),
    metric,
  };
  const remembered = new Map<string, GroupStatistics>();
  const statistics = (models: readonly number[]): GroupStatistics => {
    const ordered = [...models].sort((a, b) => a - b);
    const key = ordered.join(' ');
    const known = remembered.get(key) ?? judgePool(shared, ordered);
    remembered.set(key, known);
    return known;
  };
  return { statistics, score: (models) => scoreOfStatistics(statistics(models)) };
}

/** Answers of a set's pools out of fold, every draw of folds one after the other. */
function judgePool(shared: PoolSample, models: readonly number[]): GroupStatistics {
  const { sample, sets, table } = shared;
  const parts = sample.folds.map((foldOf) => poolMarginsOutOfFold(table, models, foldOf));
  const margins = new Float64Array(parts.length * parts[0].length);
  parts.forEach((part, draw) => {
    margins.set(part, draw * part.length);
  });
  const name = models.join(' ');
  const statisticsAt = (shift: number) =>
    groupStatistics(sets.drawn, {
      name,
      probabilities: softmaxRows(shifted(margins, shared.logShares, shift), sample.classes),
      covered: null,
    });
  const plain = statisticsAt(0);
  const shift = bestShift(shared, margins);
  return shift === 0 ? plain : { ...statisticsAt(shift), losses: plain.losses };
}

function logSharesOf(labels: Int16Array, classes: number): Float64Array {
  const counts = new Float64Array(classes).fill(1);
  for (const label of labels) counts[label]++;
  return counts.map((count) => Math.log(count / (labels.length + classes)));
}

function shifted(margins: Float64Array, logShares: Float64Array, shift: number): Float64Array {
  const classes = logShares.length;
  return margins.map((margin, at) => margin - shift * logShares[at % classes]);
}

function bestShift({ sample, metric, logShares }: PoolSample, margins: Float64Array): number {
  if (metric === 'logLoss') return 0;
  const scores = SHIFTS.map((shift) => merit(metric, scoreAtShift(sample, margins, logShares, shift)));
  const most = Math.max(...scores);
  return SHIFTS[scores.findIndex((score) => score >= most - AS_GOOD)];
}

/** Scores of the answers alone; their log-loss is left 0. */
function scoreAtShift(
  { labels, classes }: Sample,
  margins: Float64Array,
  logShares: Float64Array,
  shift: number,
): SubsetScore {
  const tally = emptyTally(classes);
  for (let row = 0; row * classes < margins.length; row++) {
    let answer = 0;
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      const value = margins[row * classes + k] - shift * logShares[k];
      if (value <= most) continue;
      most = value;
      answer = k;
    }
    tally.confusion[labels[row % labels.length] * classes + answer]++;
  }
  return scoreTally(tally);
}
