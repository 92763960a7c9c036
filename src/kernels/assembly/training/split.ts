import { GrowJob, Node } from './job';

/** The search for one node's split: the best so far. */
let bestScore: f64 = 0;
let bestPlace: u32 = 0;
let bestBin: u32 = 0;
let bestSide: u32 = 0;
let found: bool = false;

/**
 * Writes into the node its split of largest gain, soft(GL)^2/(HL+lambda) + soft(GR)^2/(HR+lambda) -
 * soft(G)^2/(H+lambda) (Chen and Guestrin 2016, arXiv 1603.02754, equation 7 without the halves), if one is allowed.
 * Missing values are tried on both sides; where the node has none, the default is the heavier side. Ties: first column
 * in the order given, then missing right, then the lowest threshold. O(slots).
 */
export function findBestSplit(job: GrowJob, node: Node, histogram: usize): void {
  const soft = softThreshold(node.gradient, job.alpha);
  const parentScore = (soft * soft) / (node.hessian + job.lambda);
  bestScore = parentScore + job.leastGain;
  found = false;
  for (let place: u32 = 0; place < job.featureCount; place++) {
    scanColumn(job, node, histogram, place, 0);
    if (!isEmpty(job, histogram, place, job.missing)) scanColumn(job, node, histogram, place, 1);
  }
  node.splits = <u32>found;
  if (found) describe(job, node, histogram, parentScore);
}

/** Tries every threshold of a column, missing values on one side. A candidate that cannot win costs no division. */
function scanColumn(job: GrowJob, node: Node, histogram: usize, place: u32, side: u32): void {
  const sums = histogram + <usize>place * job.columnBytes;
  const counts = histogram + job.sumBytes + ((<usize>place * job.columnBytes) >> 2);
  const feature = load<u32>(<usize>job.features + (<usize>place << 2));
  const bins = load<u32>(<usize>job.binCounts + (<usize>feature << 2));
  const counted = <bool>job.counted;
  const least = job.leastHessian;
  const lambda = job.lambda;
  const alpha = job.alpha;
  const allGradient = node.gradient;
  const allHessian = node.hessian;
  const allRows = node.end - node.start;
  let gradient: f64 = 0;
  let hessian: f64 = 0;
  let rows: u32 = 0;
  if (side) {
    gradient = load<f64>(sums + (<usize>job.missing << 4));
    hessian = load<f64>(sums + (<usize>job.missing << 4), 8);
    if (counted) rows = load<u32>(counts + (<usize>job.missing << 2));
  }
  for (let bin: u32 = 0; bin < bins; bin++) {
    const slot = sums + (<usize>bin << 4);
    const slotHessian = load<f64>(slot, 8);
    if (slotHessian == 0 && isEmpty(job, histogram, place, bin)) continue;
    gradient += load<f64>(slot);
    hessian += slotHessian;
    if (counted) rows += load<u32>(counts + (<usize>bin << 2));
    if (hessian < least) continue;
    const rightHessian = allHessian - hessian;
    if (rightHessian < least) break;
    if (counted && (rows < job.minDataInLeaf || allRows - rows < job.minDataInLeaf)) continue;
    const left = softThreshold(gradient, alpha);
    const right = softThreshold(allGradient - gradient, alpha);
    const leftWeight = hessian + lambda;
    const rightWeight = rightHessian + lambda;
    const numerator = left * left * rightWeight + right * right * leftWeight;
    const denominator = leftWeight * rightWeight;
    if (numerator <= bestScore * denominator) continue;
    const score = numerator / denominator;
    if (score <= bestScore) continue; // equal but for rounding: the earlier candidate stays
    bestScore = score;
    bestPlace = place;
    bestBin = bin;
    bestSide = side;
    found = true;
  }
}

/** The split in full; the sums of its left side are added up again, which is cheaper than keeping every candidate's. */
function describe(job: GrowJob, node: Node, histogram: usize, parentScore: f64): void {
  const sums = histogram + <usize>bestPlace * job.columnBytes;
  let gradient: f64 = 0;
  let hessian: f64 = 0;
  for (let bin: u32 = 0; bin <= bestBin; bin++) {
    gradient += load<f64>(sums + (<usize>bin << 4));
    hessian += load<f64>(sums + (<usize>bin << 4), 8);
  }
  if (bestSide) {
    gradient += load<f64>(sums + (<usize>job.missing << 4));
    hessian += load<f64>(sums + (<usize>job.missing << 4), 8);
  }
  const noneMissing = isEmpty(job, histogram, bestPlace, job.missing);
  node.defaultLeft = noneMissing ? <u32>(2 * hessian > node.hessian) : bestSide;
  node.leftGradient = gradient;
  node.leftHessian = hessian;
  node.gain = (bestScore - parentScore) / job.scale;
  node.feature = load<u32>(<usize>job.features + (<usize>bestPlace << 2));
  node.bin = bestBin;
}

/** Whether a slot adds nothing to a side. */
function isEmpty(job: GrowJob, histogram: usize, place: u32, code: u32): bool {
  const column = <usize>place * job.columnBytes;
  const slot = histogram + column + (<usize>code << 4);
  if (load<f64>(slot, 8) != 0 || load<f64>(slot) != 0) return false;
  return !job.counted || load<u32>(histogram + job.sumBytes + (column >> 2) + (<usize>code << 2)) == 0;
}

/** -soft(G) / (H + lambda), the value that minimises the loss' second-order model; 0 if too little weight is there. */
export function leafWeight(job: GrowJob, gradient: f64, hessian: f64): f64 {
  if (hessian <= 0 || hessian < job.minChildWeight) return 0;
  return -softThreshold(gradient, job.alphaOfLoss) / (hessian + job.lambdaOfLoss);
}

// @ts-ignore: decorator
@inline
function softThreshold(gradient: f64, alpha: f64): f64 {
  if (gradient > alpha) return gradient - alpha;
  return gradient < -alpha ? gradient + alpha : 0;
}
