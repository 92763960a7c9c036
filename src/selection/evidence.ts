import { percentileInterval } from '../evaluation/bootstrap.js';
import { type BootstrapOptions, forEachDraw, LANES, laneSums } from '../evaluation/draws.js';
import { type QuerySums, queryValues, type SumName } from './query-sums.js';
import { type Contribution, rankModels } from './rank.js';

/** Contributions over the replicates of a bootstrap over queries. */
export interface ResampledContributions {
  readonly models: readonly string[];
  /** [model][replicate] mean over the rows drawn */
  readonly shap: readonly Float64Array[];
  readonly groupShap: readonly Float64Array[];
}

/** A 95% interval. */
interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** How sure a model's contribution and place are. */
export interface ContributionEvidence {
  readonly shap: Bounds;
  readonly rank: Bounds;
}

/**
 * Draws queries again and again and takes every model's mean contributions over the rows drawn. All models are summed over
 * the same draw, so ranks within a replicate compare like with like. O(replicates x queries x models).
 */
export function resampleContributions(sums: QuerySums, options: BootstrapOptions): ResampledContributions {
  const kinds = ['shap', 'groupShap'] as const satisfies readonly SumName[];
  const results = kinds.map((kind) => sums[kind].map(() => new Float64Array(options.replicates)));
  const rows = new Float64Array(LANES);
  const totals = new Float64Array(LANES);
  forEachDraw(sums.rows.length, options, ({ first, lanes, weights }) => {
    laneSums(queryValues(sums.rows), weights, rows);
    kinds.forEach((kind, at) => {
      sums[kind].forEach((values, model) => {
        laneSums(queryValues(values), weights, totals);
        for (let lane = 0; lane < lanes; lane++) {
          results[at][model][first + lane] = rows[lane] === 0 ? 0 : totals[lane] / rows[lane];
        }
      });
    });
  });
  return { models: sums.models, shap: results[0], groupShap: results[1] };
}

/** One replicate's contributions, in the order of the models. */
export function contributionsAt(resampled: ResampledContributions, replicate: number): Contribution[] {
  return resampled.models.map((model, at) => ({
    model,
    shap: resampled.shap[at][replicate],
    groupShap: resampled.groupShap[at][replicate],
  }));
}

/**
 * The 95% intervals of each model's summed TreeSHAP and of its rank, [model]. A rank's interval holds the central 95% of
 * its values over the replicates, rounded outwards to whole ranks.
 */
export function contributionEvidence(resampled: ResampledContributions): ContributionEvidence[] {
  const replicates = resampled.shap[0]?.length ?? 0;
  const ranks = resampled.models.map(() => new Float64Array(replicates));
  const place = new Map(resampled.models.map((model, at) => [model, at]));
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (const { model, rank } of rankModels(contributionsAt(resampled, replicate))) {
      ranks[place.get(model)!][replicate] = rank;
    }
  }
  return resampled.models.map((_, model) => {
    const [low, high] = percentileInterval(resampled.shap[model]);
    const [first, last] = percentileInterval(ranks[model]);
    return { shap: { low, high }, rank: { low: Math.floor(first), high: Math.ceil(last) } };
  });
}
