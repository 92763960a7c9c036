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
  const byClass = classes.map((name, k) => ({
    ...sliceOf(input, everywhere, '', (score) => score.f1[k]),
    name,
  }));
  const support = supportOf(kept, classes.length);
  return [
    {
      by: 'class',
      score: 'f1',
      slices: byClass.map((slice, k) => ({ ...slice, ...support[k] })),
    },
    ...cuts.map(({ by, of }) => ({
      by,
      score: metric,
      slices: [...new Set(of)]
        .sort()
        .map((name) => sliceOf(input, of, name, (score) => merit(metric, score))),
    })),
  ];
}

type Value = (score: SubsetScore) => number;

function sliceOf(input: SliceInput, of: readonly string[], name: string, scoreOf: Value): Slice {
  const queries = [...of.keys()].filter((query) => of[query] === name);
  const part = (statistics: GroupStatistics) => onQueries(statistics, queries);
  const own = part(input.kept);
  const value = (statistics: GroupStatistics) => scoreOf(scoreOfStatistics(statistics));
  const gains = input.models.map(({ model, kept, with: has, without }): SliceGain => {
    if (without === null) return { model, kept, gain: null, interval: null };
    const [a, b] = [part(without), part(has)];
    const interval = pairedInterval(a, b, scoreOf, input.options);
    return { model, kept, gain: value(b) - value(a), interval };
  });
  return { name, rows: own.rows, queries: queries.length, score: Math.abs(value(own)), gains };
}

function pairedInterval(
  a: GroupStatistics,
  b: GroupStatistics,
  scoreOf: Value,
  options: BootstrapOptions,
): Interval {
  const [without, has] = [resampleTallies(a, options), resampleTallies(b, options)];
  return percentileInterval(
    Float64Array.from(
      { length: options.replicates },
      (_, replicate) => scoreOf(scoreAt(has, replicate)) - scoreOf(scoreAt(without, replicate)),
    ),
  );
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
