import { percentileInterval } from '../evaluation/bootstrap.js';
import { evaluationSet } from '../evaluation/evaluate.js';
import { createRandom, type Random } from '../math/random.js';
import { poolOf, poolSpreads, poolTable } from './pool-table.js';
import type { JudgedSample } from './sample.js';

/** Times that the pool is fitted anew on queries drawn with replacement: seconds, and ranks known to about one place. */
export const REFITS = 20;

/** One drawing of a sample's queries: as many as there are, each copy a query of its own. */
export interface DrawnSample extends JudgedSample {
  /** [group of the sets] the query that it is a copy of, as the sample names it */
  readonly origins: Int32Array;
}

/** What the models contribute to pools refitted on drawn queries. */
export interface Refits {
  /** [draw][model] weight of the model x mean over rows and classes of |what it says of the class, less its mean| */
  readonly contributions: readonly Float64Array[];
}

/** A model's place over refits. */
export interface RefitRank {
  /** mean contribution over the draws, margins (log-odds) */
  readonly contribution: number;
  /** 95% interval of the contribution */
  readonly low: number;
  readonly high: number;
  /** mean of its rank over the draws: what orders the models */
  readonly meanRank: number;
  /** the central 95% of its ranks over the draws, rounded outwards */
  readonly rank: { readonly low: number; readonly high: number };
}

/** How queries are drawn. */
export interface DrawOptions {
  readonly draws: number;
  /** the number of the first of them; 0 unless given */
  readonly from?: number;
  readonly seed: number;
}

/** Draws of a sample, the same for the same seed; made one after the other, because each is as large as the sample. */
export function* drawSamples(sample: JudgedSample, options: DrawOptions): Generator<DrawnSample> {
  const random = createRandom(options.seed).fork('refits');
  const { from = 0, draws } = options;
  for (let draw = from; draw < from + draws; draw++) yield drawSample(sample, random.fork(draw));
}

/** What models contribute to the pool of all, fitted on a drawing. O(Newton steps x rows columns). */
export function refitContributions(drawn: DrawnSample): Float64Array {
  const table = poolTable(drawn);
  const models = [...Array(drawn.features.columns / drawn.classes).keys()];
  return poolSpreads(table, poolOf(table, models, Int32Array.from(drawn.labels.keys())));
}

/**
 * Ranks by refits, [model]. Within a draw ties go to the model of the lower number. A rank over draws that each refit the
 * pool varies with the fit too, not only with the rows that contributions are averaged over.
 */
export function refitRanks({ contributions }: Refits): RefitRank[] {
  const models = contributions[0].length;
  const ranks = contributions.map(ranksOf);
  return Array.from({ length: models }, (_, model) => {
    const own = Float64Array.from(contributions, (draw) => draw[model]);
    const places = Float64Array.from(ranks, (draw) => draw[model]);
    const [low, high] = percentileInterval(own);
    const [first, last] = percentileInterval(places);
    return {
      contribution: mean(own),
      low,
      high,
      meanRank: mean(places),
      rank: { low: Math.floor(first), high: Math.ceil(last) },
    };
  });
}

/** Models by mean rank over refits, the best first; ties by contribution, then by number. */
export function refitOrder(ranks: readonly RefitRank[]): number[] {
  return [...ranks.keys()].sort(
    (a, b) => ranks[a].meanRank - ranks[b].meanRank || ranks[b].contribution - ranks[a].contribution || a - b,
  );
}

/** [model] its place, from 1. */
function ranksOf(values: Float64Array): Float64Array {
  const places = new Float64Array(values.length);
  [...values.keys()]
    .sort((a, b) => values[b] - values[a] || a - b)
    .forEach((model, at) => {
      places[model] = at + 1;
    });
  return places;
}

function mean(values: Float64Array): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

function drawSample(sample: JudgedSample, random: Random): DrawnSample {
  const { features, labels, classes, folds, sets, locales } = sample;
  const { groups, groupCount } = sets.once;
  const rowsOf = rowsByGroup(groups, groupCount);
  const rows: number[] = [];
  const queries: number[] = [];
  const origins: number[] = [];
  for (let copy = 0; copy < groupCount; copy++) {
    const query = random.integer(groupCount);
    origins.push(sets.queries[query]);
    for (const row of rowsOf[query]) {
      rows.push(row);
      queries.push(copy);
    }
  }
  const { columns } = features;
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, at) => {
    values.set(features.values.subarray(row * columns, (row + 1) * columns), at * columns);
  });
  const own = Int16Array.from(rows, (row) => labels[row]);
  const drawnQueries = Int32Array.from(queries);
  const set = evaluationSet(classes, own, drawnQueries, Int32Array.from(rows.keys()));
  return {
    features: { ...features, rows: rows.length, values },
    classes,
    labels: own,
    // copies of a query share its fold, so that no pool is judged on rows that it saw
    folds: [Int16Array.from(rows, (row) => folds[0][row])],
    queries: drawnQueries,
    locales: Int32Array.from(rows, (row) => locales[row]),
    sets: { once: set, drawn: set, queries: Int32Array.from(new Set(queries)) },
    origins: Int32Array.from(origins),
  };
}

function rowsByGroup(groups: Int32Array, groupCount: number): number[][] {
  const rows: number[][] = Array.from({ length: groupCount }, () => []);
  groups.forEach((group, row) => {
    rows[group].push(row);
  });
  return rows;
}
