import { Node, Scratch } from './job';
import { Candidate, SearchJob, VectorJob } from './vector-job';

/**
 * Scores are compared by 41 of their 53 bits: those of like splits of different classes are sums of the same terms in
 * another order, and rounding is not to decide between them.
 */
const COMPARED: u64 = ~0xfff;
const HALF: u64 = 0x800;

/** What the candidates of a node have in common. */
let alphas: v128 = f64x2.splat(0);
let lambdas: v128 = f64x2.splat(0);
let leasts: v128 = f64x2.splat(0);
let leastScore: f64 = 0;
/** Sums of a candidate's left side and of the node: f64 pairs, of so many bytes. */
let left: usize = 0;
let all: usize = 0;
let bytes: usize = 0;
/** The column in hand: its slots and its row counts. */
let slots: usize = 0;
let counts: usize = 0;

/**
 * Writes into `best` a node's best split among the columns of a search. The score of a side is the sum over the classes
 * of soft(G)^2 / (H + lambda), classes of too little hessian for a value left out; a split is allowed where the classes'
 * hessians sum up to `leastTotal` on both sides. Otherwise as findBestSplit (split.ts). O(slots classes).
 */
export function findVectorSplit(
  search: SearchJob,
  scratch: Scratch,
  node: Node,
  histogram: usize,
  best: Candidate,
): void {
  const job = changetype<VectorJob>(<usize>search.job);
  alphas = f64x2.splat(job.alpha);
  lambdas = f64x2.splat(job.lambda);
  leasts = f64x2.splat(job.leastHessian);
  leastScore = nodeScore(job, node) + job.leastGain;
  left = scratch.exponentials;
  all = sumsOf(job, node, job.sums);
  bytes = job.slotBytes;
  best.score = 0;
  for (let place = search.from; place < search.to; place++) {
    openColumn(job, histogram, place);
    scanColumn(job, node, place, 0, best);
    if (!isEmpty(job, job.missing)) scanColumn(job, node, place, 1, best);
  }
}

/** Where a node's sums of all classes lie, of those at `table`. */
export function sumsOf(job: VectorJob, node: Node, table: u32): usize {
  const number = (changetype<usize>(node) - <usize>job.nodes) / offsetof<Node>();
  return <usize>table + number * <usize>job.slotBytes;
}

function openColumn(job: VectorJob, histogram: usize, place: u32): void {
  slots = histogram + <usize>place * job.columnBytes;
  counts = histogram + job.sumBytes + <usize>place * job.countStep;
}

/** Score of the node left whole. */
function nodeScore(job: VectorJob, node: Node): f64 {
  const sums = sumsOf(job, node, job.sums);
  let score: f64 = 0;
  for (let at: usize = 0; at < <usize>job.slotBytes; at += 16) {
    score += classScore(job, load<f64>(sums + at), load<f64>(sums + at, 8));
  }
  return score;
}

/** soft(G)^2 / (H + lambda), or 0 where the class has too little hessian for a value. */
function classScore(job: VectorJob, gradient: f64, hessian: f64): f64 {
  if (hessian < job.leastHessian) return 0;
  const soft = max(abs(gradient) - job.alpha, 0);
  return (soft * soft) / (hessian + job.lambda);
}

/** Tries every threshold of the column, missing values on one side. */
function scanColumn(job: VectorJob, node: Node, place: u32, side: u32, best: Candidate): void {
  const feature = load<u32>(<usize>job.features + (<usize>place << 2));
  const bins = load<u32>(<usize>job.binCounts + (<usize>feature << 2));
  const counted = <bool>job.counted;
  const allRows = node.end - node.start;
  let rows: u32 = 0;
  let hessian: f64 = 0;
  memory.fill(left, 0, bytes);
  if (side) {
    hessian = addSlot(job.missing);
    if (counted) rows = countOf(job.missing);
  }
  for (let bin: u32 = 0; bin < bins; bin++) {
    const more = addSlot(bin);
    if (more == 0 && isEmpty(job, bin)) continue;
    hessian += more;
    if (counted) rows += countOf(bin);
    if (hessian < job.leastTotal) continue;
    if (node.hessian - hessian < job.leastTotal) break;
    if (counted && (rows < job.minDataInLeaf || allRows - rows < job.minDataInLeaf)) continue;
    const score = splitScore();
    if (score <= leastScore) continue;
    const compared = reinterpret<f64>((reinterpret<u64>(score) + HALF) & COMPARED);
    if (compared <= best.score) continue;
    best.score = compared;
    best.place = place;
    best.bin = bin;
    best.side = side;
  }
}

function countOf(code: u32): u32 {
  return load<u32>(counts + (<usize>code << 2));
}

/** Adds a slot's sums of all classes to those of the left side, and returns its hessians' sum. */
// @ts-ignore: decorator
@inline
function addSlot(code: u32): f64 {
  const end = left + bytes;
  let slot = slots + <usize>code * bytes;
  let sum = f64x2.splat(0);
  for (let to = left; to < end; to += 16, slot += 16) {
    const pair = v128.load(slot);
    sum = f64x2.add(sum, pair);
    v128.store(to, f64x2.add(v128.load(to), pair));
  }
  return f64x2.extract_lane(sum, 1);
}

/** The scores of both sides, which the two lanes hold, summed in the order of the classes. */
// @ts-ignore: decorator
@inline
function splitScore(): f64 {
  const alpha = alphas;
  const lambda = lambdas;
  const least = leasts;
  const end = left + bytes;
  const toAll = all - left;
  let scores = f64x2.splat(0);
  for (let at = left; at < end; at += 16) {
    const onLeft = v128.load(at);
    const onRight = f64x2.sub(v128.load(at + toAll), onLeft);
    const gradients = v128.shuffle<i64>(onLeft, onRight, 0, 2);
    const hessians = v128.shuffle<i64>(onLeft, onRight, 1, 3);
    const soft = f64x2.pmax(f64x2.sub(f64x2.abs(gradients), alpha), f64x2.splat(0));
    const score = f64x2.div(f64x2.mul(soft, soft), f64x2.add(hessians, lambda));
    scores = f64x2.add(scores, v128.and(score, f64x2.ge(hessians, least)));
  }
  return f64x2.extract_lane(scores, 0) + f64x2.extract_lane(scores, 1);
}

/** Whether a slot adds nothing to a side. */
function isEmpty(job: VectorJob, code: u32): bool {
  const slot = slots + <usize>code * bytes;
  let bits = v128.load(slot);
  for (let at: usize = 16; at < bytes; at += 16) bits = v128.or(bits, v128.load(slot + at));
  if (v128.any_true(bits)) return false; // sums of whole numbers are never -0
  return !job.counted || countOf(code) == 0;
}

/** Writes a candidate into its node: the split in full, with the sums of its left side and each class's gain. */
export function settle(job: VectorJob, node: Node, histogram: usize, best: Candidate): void {
  node.splits = <u32>(best.score > 0);
  if (!node.splits) return;
  left = sumsOf(job, node, job.leftSums);
  all = sumsOf(job, node, job.sums);
  bytes = job.slotBytes;
  openColumn(job, histogram, best.place);
  memory.fill(left, 0, bytes);
  node.leftHessian = best.side ? addSlot(job.missing) : 0;
  for (let bin: u32 = 0; bin <= best.bin; bin++) node.leftHessian += addSlot(bin);
  node.defaultLeft = isEmpty(job, job.missing) ? <u32>(2 * node.leftHessian > node.hessian) : best.side;
  node.feature = load<u32>(<usize>job.features + (<usize>best.place << 2));
  node.bin = best.bin;
  writeGains(job, node);
}

/** Each class's part of a split's gain, and their sum. A part is below 0 where the children lose the class's value. */
function writeGains(job: VectorJob, node: Node): void {
  const outcomes = sumsOf(job, node, job.outcomes);
  node.gain = 0;
  for (let at: usize = 0; at < bytes; at += 16) {
    const gradient = load<f64>(all + at);
    const hessian = load<f64>(all + at, 8);
    const leftGradient = load<f64>(left + at);
    const leftHessian = load<f64>(left + at, 8);
    const onLeft = classScore(job, leftGradient, leftHessian);
    const onRight = classScore(job, gradient - leftGradient, hessian - leftHessian);
    const gain = (onLeft + onRight - classScore(job, gradient, hessian)) / job.scale;
    store<f64>(outcomes + at, gain);
    node.gain += gain;
  }
}
