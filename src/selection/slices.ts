import { type Interval, percentileInterval } from '../evaluation/bootstrap.js';
import type { BootstrapOptions } from '../evaluation/draws.js';
import type { ScoreName } from '../evaluation/metrics.js';
import type { GroupStatistics } from '../evaluation/statistics.js';
import { merit } from './objective.js';
import { resampleTallies, scoreAt } from './resampled-scores.js';
import { onQueries, scoreOfStatistics } from './some-queries.js';
import type { SubsetScore } from './tally.js';

/** Where a model earns its place: what the set kept has with it more than without it, on some of the rows. */
export interface SliceGain {
  readonly model: string;
  readonly kept: boolean;
  /**
   * of the set with the model less that of the set without it; above 0 the model helps, whatever the score; null of the
   * only model kept
   */
  readonly gain: number | null;
  /** 95%, paired, by bootstrap over queries; null where the gain is */
  readonly interval: Interval | null;
}

/** One part of the rows. */
export interface Slice {
  readonly name: string;
  readonly rows: number;
  readonly queries: number;
  /** of the set kept */
  readonly score: number;
  /** in the order of the models */
  readonly gains: readonly SliceGain[];
}

/** The rows cut by one thing: class, locale, source or query frequency. */
export interface SliceTable {
  readonly by: string;
  /** the score that gains are of: the F1 of the class where cut by class, else the decision's metric */
  readonly score: ScoreName | 'f1';
  readonly slices: readonly Slice[];
}

/** A model's set with it and its set without it, which is the set kept with one change. */
export interface SlicedModel {
  readonly model: string;
  readonly kept: boolean;
  readonly with: GroupStatistics;
  /** null where nothing is left without it */
  readonly without: GroupStatistics | null;
}

export interface SliceInput {
  readonly classes: readonly string[];
  readonly metric: ScoreName;
  /** of the set kept; all statistics are of the same rows and queries */
  readonly kept: GroupStatistics;
  readonly models: readonly SlicedModel[];
  /** what to cut by, and each query's slice, [query] */
  readonly cuts: readonly { readonly by: string; readonly of: readonly string[] }[];
  readonly options: BootstrapOptions;
}

/**
 * The gain of every model in every slice. Small slices tell little: their intervals say so. O(slices x models x
 * replicates x queries).
 */
export function gainsBySlice(input: SliceInput): SliceTable[] {
  const { classes, metric, cuts, kept } = input;
  const everywhere = new Array<string>(kept.starts.length - 1).fill('');
  const ofClass = classes.map((_, k) => (score: SubsetScore) => score.f1[k]);
  const byClass = slicesOf(input, everywhere, '', ofClass);
  const support = supportOf(kept, classes.length);
  return [
    {
      by: 'class',
      score: 'f1',
      slices: byClass.map((slice, k) => ({ ...slice, name: classes[k], ...support[k] })),
    },
    ...cuts.map(({ by, of }) => ({
      by,
      score: metric,
      slices: [...new Set(of)]
        .sort()
        .flatMap((name) => slicesOf(input, of, name, [(score) => merit(metric, score)])),
    })),
  ];
}

type Value = (score: SubsetScore) => number;

/** The slice of that name by each of the scores: answers are resampled once for all of them. */
function slicesOf(input: SliceInput, of: readonly string[], name: string, scores: readonly Value[]): Slice[] {
  const queries = [...of.keys()].filter((query) => of[query] === name);
  const part = (statistics: GroupStatistics) => onQueries(statistics, queries);
  const own = part(input.kept);
  const whole = scoreOfStatistics(own);
  // [model][score]
  const gains = input.models.map(({ model, kept, with: has, without }): SliceGain[] => {
    if (without === null) return scores.map(() => ({ model, kept, gain: null, interval: null }));
    const [a, b] = [part(without), part(has)];
    const [before, after] = [scoreOfStatistics(a), scoreOfStatistics(b)];
    const intervals = pairedIntervals(a, b, scores, input.options);
    return scores.map((value, at) => ({
      model,
      kept,
      gain: value(after) - value(before),
      interval: intervals[at],
    }));
  });
  return scores.map((value, at) => ({
    name,
    rows: own.rows,
    queries: queries.length,
    score: Math.abs(value(whole)),
    gains: gains.map((ofModel) => ofModel[at]),
  }));
}

/** Of each score. */
function pairedIntervals(
  a: GroupStatistics,
  b: GroupStatistics,
  scores: readonly Value[],
  options: BootstrapOptions,
): Interval[] {
  const [without, has] = [resampleTallies(a, options), resampleTallies(b, options)];
  const draws = scores.map(() => new Float64Array(options.replicates));
  for (let replicate = 0; replicate < options.replicates; replicate++) {
    const [after, before] = [scoreAt(has, replicate), scoreAt(without, replicate)];
    scores.forEach((value, at) => {
      draws[at][replicate] = value(after) - value(before);
    });
  }
  return draws.map(percentileInterval);
}

/** Rows of each class, and queries that have some, [class]. */
function supportOf({ starts, cells, counts }: GroupStatistics, classes: number) {
  const support = Array.from({ length: classes }, () => ({ rows: 0, queries: 0 }));
  for (let query = 0; query + 1 < starts.length; query++) {
    const seen = new Set<number>();
    for (let at = starts[query]; at < starts[query + 1]; at++) {
      const label = Math.floor(cells[at] / classes);
      support[label].rows += counts[at];
      seen.add(label);
    }
    for (const label of seen) support[label].queries++;
  }
  return support;
}
