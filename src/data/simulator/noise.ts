import type { Random } from '../../math/random.js';
import { RELATIONS } from './relation.js';

/** Probability of each label given the true relation; [relation][label]. Rows sum to 1, the diagonal is largest. */
export const LABEL_NOISE: readonly (readonly number[])[] = [
  [0.95, 0.033, 0.003, 0.014],
  [0.05, 0.915, 0.005, 0.03],
  [0.02, 0.03, 0.9, 0.05],
  [0.02, 0.05, 0.01, 0.92],
];

/** What customers do: clicks per impression, adds per click, purchases per add. */
interface Rates {
  readonly click: number;
  readonly add: number;
  readonly purchase: number;
}

/** Exact products sell; substitutes are looked at; complements are bought along; the rest is seen. [relation] */
const RATES: readonly Rates[] = [
  { click: 0.3, add: 0.35, purchase: 0.6 },
  { click: 0.2, add: 0.1, purchase: 0.2 },
  { click: 0.07, add: 0.6, purchase: 0.85 },
  { click: 0.02, add: 0.05, purchase: 0.1 },
];

/** Share of pairs whose customers behave as under a relation drawn at random: misplaced clicks, robots, promotions. */
export const STRAY = 0.06;

/** What customers did with a product under a query, as counts. */
export interface Counts {
  readonly impressions: number;
  readonly clicks: number;
  readonly adds: number;
  readonly purchases: number;
}

/** Draws an index with the given probabilities. */
export function draw(probabilities: readonly number[], random: Random): number {
  let left = random.uniform();
  for (let at = 0; at < probabilities.length - 1; at++) {
    left -= probabilities[at];
    if (left < 0) return at;
  }
  return probabilities.length - 1;
}

/** The label that annotators give to a pair of the relation. */
export function drawLabel(relation: number, random: Random): number {
  return draw(LABEL_NOISE[relation], random);
}

/** What customers do with a pair of the relation that is shown so many times. O(impressions). */
export function drawCounts(relation: number, impressions: number, random: Random): Counts {
  const rates = RATES[random.uniform() < STRAY ? random.integer(RELATIONS) : relation];
  const clicks = binomial(impressions, rates.click, random);
  const adds = binomial(clicks, rates.add, random);
  return { impressions, clicks, adds, purchases: binomial(adds, rates.purchase, random) };
}

function binomial(trials: number, probability: number, random: Random): number {
  let count = 0;
  for (let trial = 0; trial < trials; trial++) if (random.uniform() < probability) count++;
  return count;
}

/**
 * Log-likelihood of the counts under each relation, given the impressions (which say nothing: what is shown depends on
 * text alone) and up to a constant that all relations share. [relation]
 */
export function countsLogLikelihood(counts: Counts): Float64Array {
  const likelihood = RATES.map((rates) => Math.exp(logChain(counts, rates) - logChain(counts, RATES[0])));
  const stray = likelihood.reduce((sum, value) => sum + value, 0) / RELATIONS;
  return Float64Array.from(likelihood, (value) => Math.log((1 - STRAY) * value + STRAY * stray));
}

function logChain({ impressions, clicks, adds, purchases }: Counts, rates: Rates): number {
  return (
    logBinomial(impressions, clicks, rates.click) +
    logBinomial(clicks, adds, rates.add) +
    logBinomial(adds, purchases, rates.purchase)
  );
}

/** Without the binomial coefficient, which all relations share. */
function logBinomial(trials: number, successes: number, probability: number): number {
  return successes * Math.log(probability) + (trials - successes) * Math.log(1 - probability);
}
