import { percentileInterval } from '../evaluation/bootstrap.js';
import type { BootstrapOptions } from '../evaluation/draws.js';
import type { ScoreName } from '../evaluation/metrics.js';
import type { GroupStatistics } from '../evaluation/statistics.js';
import { merit } from './objective.js';
import { resampleTallies, scoreAt } from './resampled-scores.js';
import type { SubsetScore } from './tally.js';

/** A set of models that no set costing as much or less was found to beat. */
export interface FrontierPoint {
  /** in order of rank */
  readonly models: readonly string[];
  /** of the whole set per row, in the frontier's unit */
  readonly cost: number;
  /** the metric, cross-validated on the selection rows */
  readonly score: number;
  /** 95% interval of the score by bootstrap over queries */
  readonly low: number;
  readonly high: number;
  /** its score less that of the chosen set, paired over the same draws of queries; absent where no set is chosen */
  readonly against?: { readonly difference: number; readonly low: number; readonly high: number };
}

/** A set that was scored, without its interval. */
export type FrontierSet = Pick<FrontierPoint, 'models' | 'cost' | 'score'>;

/** What each further unit of cost buys: sets of models by ascending cost, each scoring above the one before. */
export interface Frontier {
  readonly metric: ScoreName;
  /** name of the cost, `models` for their number, and its unit */
  readonly cost: string;
  readonly unit: string;
  readonly points: readonly FrontierPoint[];
  /** the point after which more cost buys least, an index into `points` */
  readonly knee: number;
  /** the cheapest point whose score the rows cannot tell from the last point's, an index into `points` */
  readonly enough?: number;
  /** sets that were scored to find the points */
  readonly sets?: number;
  /** the chosen set, whether or not it is one of the points; absent where none is chosen, and from earlier versions */
  readonly chosen?: Pick<FrontierPoint, 'models' | 'cost' | 'score' | 'low' | 'high'>;
  /** the best of the other sets scored, by score, at most MOST_DOMINATED; absent from earlier versions */
  readonly dominated?: readonly FrontierSet[];
}

/** Other sets than the points that a frontier names. */
const MOST_DOMINATED = 100;

/** Sets scored for a frontier, as indices of models. */
export interface FrontierInput {
  readonly metric: ScoreName;
  /** names in order of rank, with their indices */
  readonly ranking: readonly { readonly name: string; readonly model: number }[];
  readonly sets: readonly (readonly number[])[];
  readonly score: (set: readonly number[]) => SubsetScore;
  readonly statistics: (set: readonly number[]) => GroupStatistics;
  readonly options: BootstrapOptions;
  /** the set that points are compared with, one of `sets` */
  readonly chosen?: readonly number[];
}

/** A cost that sets are compared by. */
export interface FrontierCost {
  readonly name: string;
  readonly unit: string;
  readonly of: (set: readonly number[]) => number;
}

/**
 * The frontier of some scored sets against one cost. Scores come from the rows that the sets were found on, and the best
 * of many is partly luck: a frontier is for comparing its own points. O(sets log sets + points x replicates x entries).
 */
export function frontierOf(input: FrontierInput, cost: FrontierCost): Frontier {
  const { metric, sets, ranking, options, chosen } = input;
  const staircase = undominated(
    sets.map((set) => ({ set, cost: cost.of(set), merit: merit(metric, input.score(set)) })),
  );
  const draw = (set: readonly number[]) => {
    const tallies = resampleTallies(input.statistics(set), options);
    return Float64Array.from({ length: options.replicates }, (_, at) => scoreAt(tallies, at)[metric]);
  };
  const namesOf = (set: readonly number[]) =>
    ranking.filter(({ model }) => set.includes(model)).map(({ name }) => name);
  const scored = (set: readonly number[]): FrontierSet => ({
    models: namesOf(set),
    cost: cost.of(set),
    score: input.score(set)[metric],
  });
  const drawn = staircase.map(({ set }) => draw(set));
  const base = chosen === undefined ? null : { ...scored(chosen), drawn: draw(chosen) };
  const points = staircase.map(({ set }, at): FrontierPoint => {
    const [low, high] = percentileInterval(drawn[at]);
    const point = { ...scored(set), low, high };
    return base === null ? point : { ...point, against: pairedWith(point.score, drawn[at], base) };
  });
  const enough = cheapestAsGood(drawn);
  return {
    metric,
    cost: cost.name,
    unit: cost.unit,
    points,
    knee: kneeOf(points) ?? enough,
    enough,
    sets: sets.length,
    ...(base === null ? {} : { chosen: withInterval(base) }),
    dominated: sets
      .filter((set) => !staircase.some((step) => step.set === set))
      .sort((a, b) => merit(metric, input.score(b)) - merit(metric, input.score(a)))
      .slice(0, MOST_DOMINATED)
      .map(scored),
  };
}

/** A set with its draws. */
type DrawnSet = FrontierSet & { readonly drawn: Float64Array };

function withInterval({ drawn, ...set }: DrawnSet): NonNullable<Frontier['chosen']> {
  const [low, high] = percentileInterval(drawn);
  return { ...set, low, high };
}

function pairedWith(score: number, drawn: Float64Array, base: DrawnSet) {
  const [low, high] = percentileInterval(drawn.map((value, at) => value - base.drawn[at]));
  return { difference: score - base.score, low, high };
}

interface CostedSet {
  readonly set: readonly number[];
  readonly cost: number;
  readonly merit: number;
}

/** By ascending cost, every set that does better than all that cost as much or less; of equals the first. */
function undominated(sets: readonly CostedSet[]): CostedSet[] {
  const kept: CostedSet[] = [];
  for (const each of [...sets].sort((a, b) => a.cost - b.cost || b.merit - a.merit)) {
    if (kept.length === 0 || each.merit > kept[kept.length - 1].merit) kept.push(each);
  }
  return kept;
}

/** The first point whose paired difference from the last has an interval that holds 0. */
function cheapestAsGood(drawn: readonly Float64Array[]): number {
  const last = drawn[drawn.length - 1];
  return drawn.findIndex((values) => {
    const [low, high] = percentileInterval(values.map((value, at) => value - last[at]));
    return low <= 0 && high >= 0;
  });
}

/**
 * The knee by Kneedle's rule (Satopaa, Albrecht, Irwin & Raghavan 2011): with cost and score each scaled to 0..1, the
 * point farthest above the chord from the first point to the last; the cheapest of equals. Null where no point lies above
 * the chord, as of two points.
 */
export function kneeOf(points: readonly { readonly cost: number; readonly score: number }[]): number | null {
  if (points.length < 3) return null;
  const [first, last] = [points[0], points[points.length - 1]];
  let knee: number | null = null;
  let most = 1e-12;
  points.forEach(({ cost, score }, at) => {
    const gained = (score - first.score) / (last.score - first.score);
    const spent = (cost - first.cost) / (last.cost - first.cost);
    if (gained - spent > most) {
      most = gained - spent;
      knee = at;
    }
  });
  return knee;
}
