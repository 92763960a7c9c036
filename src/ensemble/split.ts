import type { Bins } from './binning.js';
import type { Histogram } from './histogram.js';
import type { BoostingOptions } from './options.js';

/** Splits that gain no more than this are noise of the arithmetic (XGBoost's kRtEps). */
const LEAST_GAIN = 1e-6;

/** Sums of the derivatives over the rows of a node, in fixed point. */
export interface NodeSums {
  readonly gradient: number;
  readonly hessian: number;
}

/** A test of a node: rows whose code in the column is at most `bin` go left, missing ones by `defaultLeft`. */
export interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
  readonly defaultLeft: boolean;
  readonly left: NodeSums;
}

/** What the search needs to know beside the histogram. */
export interface SplitRules {
  readonly bins: Bins;
  /** columns that may be tested, in the order that breaks ties; the only ones in the histogram, in this order */
  readonly features: Int32Array;
  /** fixed-point units per unit */
  readonly scale: number;
  readonly options: BoostingOptions;
}

/** -soft(G) / (H + lambda), the value that minimises the loss' second-order model; 0 if too little weight is there. */
export function leafWeight(gradient: number, hessian: number, options: BoostingOptions): number {
  if (hessian <= 0 || hessian < options.minChildWeight) return 0;
  return -softThreshold(gradient, options.alpha) / (hessian + options.lambda);
}

/**
 * The split of largest gain, soft(GL)^2/(HL+lambda) + soft(GR)^2/(HR+lambda) - soft(G)^2/(H+lambda) (Chen and Guestrin
 * 2016, arXiv 1603.02754, equation 7 without the halves), or null if none is allowed. Missing values are tried on both
 * sides; where the node has none, the default is the heavier side. Ties: first column in the order given, then missing
 * right, then the lowest threshold. O(slots).
 */
export function findBestSplit(
  histogram: Histogram,
  node: NodeSums & { readonly rows: number },
  rules: SplitRules,
): Split | null {
  const search = createSearch(histogram, node, rules);
  const leastGain = Math.max(LEAST_GAIN, rules.options.minSplitGain) * rules.scale;
  const best: Best = { score: search.parentScore + leastGain, place: -1, bin: 0, side: 0 };
  const { slotBits, missing } = rules.bins;
  for (let place = 0; place < rules.features.length; place++) {
    scanColumn(search, place, 0, best);
    if (!isEmpty(histogram, (place << slotBits) + missing)) scanColumn(search, place, 1, best);
  }
  return best.place < 0 ? null : describe(search, best);
}

interface Best {
  /** soft(GL)^2/(HL+lambda) + soft(GR)^2/(HR+lambda), in fixed point */
  score: number;
  /** of the column in the rules' list */
  place: number;
  bin: number;
  /** where missing values go: 0 right, 1 left */
  side: number;
}

/** What every candidate is measured by; all weights in fixed point (a power of two, so that scaling is exact). */
interface Search {
  readonly histogram: Histogram;
  readonly node: NodeSums & { readonly rows: number };
  readonly rules: SplitRules;
  readonly alpha: number;
  readonly lambda: number;
  readonly leastHessian: number;
  readonly parentScore: number;
}

function createSearch(histogram: Histogram, node: Search['node'], rules: SplitRules): Search {
  const alpha = rules.options.alpha * rules.scale;
  const lambda = rules.options.lambda * rules.scale;
  const soft = softThreshold(node.gradient, alpha);
  const parentScore = (soft * soft) / (node.hessian + lambda);
  const leastHessian = Math.max(1, rules.options.minChildWeight * rules.scale);
  return { histogram, node, rules, alpha, lambda, leastHessian, parentScore };
}

/**
 * Tries every threshold of a column, missing values on one side, and keeps the best in `best`. The second hot loop of
 * training: a candidate that cannot win costs no division.
 */
function scanColumn(search: Search, place: number, side: number, best: Best): void {
  const { node, alpha, lambda, leastHessian } = search;
  const { sums, counts } = search.histogram;
  const { bins, features, options } = search.rules;
  const { minDataInLeaf } = options;
  const first = place << bins.slotBits;
  const end = first + bins.cuts[features[place]].length;
  const missing = first + bins.missing;
  const counted = counts.length > 0;
  let gradient = side * sums[2 * missing];
  let hessian = side * sums[2 * missing + 1];
  let rows = counted ? side * counts[missing] : 0;
  for (let slot = first; slot < end; slot++) {
    const slotHessian = sums[2 * slot + 1];
    if (slotHessian === 0 && isEmpty(search.histogram, slot)) continue;
    gradient += sums[2 * slot];
    hessian += slotHessian;
    if (counted) rows += counts[slot];
    if (hessian < leastHessian) continue;
    const rightHessian = node.hessian - hessian;
    if (rightHessian < leastHessian) break;
    if (counted && (rows < minDataInLeaf || node.rows - rows < minDataInLeaf)) continue;
    const left = softThreshold(gradient, alpha);
    const right = softThreshold(node.gradient - gradient, alpha);
    const leftWeight = hessian + lambda;
    const rightWeight = rightHessian + lambda;
    const numerator = left * left * rightWeight + right * right * leftWeight;
    const denominator = leftWeight * rightWeight;
    if (numerator <= best.score * denominator) continue;
    const score = numerator / denominator;
    if (score <= best.score) continue; // equal but for rounding: the earlier candidate stays
    best.score = score;
    best.place = place;
    best.bin = slot - first;
    best.side = side;
  }
}

/** The split in full; the sums of its left side are added up again, which is cheaper than keeping every candidate's. */
function describe(search: Search, best: Best): Split {
  const { bins, features } = search.rules;
  const first = best.place << bins.slotBits;
  const missing = first + bins.missing;
  const slots = Array.from({ length: best.bin + 1 }, (_, bin) => first + bin);
  if (best.side === 1) slots.push(missing);
  const total = (at: number) => slots.reduce((sum, slot) => sum + search.histogram.sums[2 * slot + at], 0);
  const left = { gradient: total(0), hessian: total(1) };
  const heavierLeft = 2 * left.hessian > search.node.hessian;
  const defaultLeft = isEmpty(search.histogram, missing) ? heavierLeft : best.side === 1;
  const gain = (best.score - search.parentScore) / search.rules.scale;
  return { gain, feature: features[best.place], bin: best.bin, defaultLeft, left };
}

/** Whether a slot adds nothing to a side. */
function isEmpty({ sums, counts }: Histogram, slot: number): boolean {
  return sums[2 * slot + 1] === 0 && sums[2 * slot] === 0 && (counts.length === 0 || counts[slot] === 0);
}

function softThreshold(gradient: number, alpha: number): number {
  if (gradient > alpha) return gradient - alpha;
  return gradient < -alpha ? gradient + alpha : 0;
}
