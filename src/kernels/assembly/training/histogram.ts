import { GrowJob, Move, Scratch } from './job';

/** Bytes of a slot's sums: gradient and hessian in float64. */
const SLOT: u32 = 16;

/**
 * Sums of the derivatives over order[start..end) for every column that may be tested and every code. Rows come in
 * batches small enough for the nearest cache: their codes and derivatives are first gathered, which overlaps the waits
 * for far memory, then eight columns at a time are added up, so that their sums stay near too. O((end - start) columns).
 */
export function buildHistogram(job: GrowJob, scratch: Scratch, start: u32, end: u32, target: usize): void {
  const columns = job.featureCount;
  const countBytes: u32 = job.counted ? job.sumBytes >> 2 : 0;
  memory.fill(target, 0, job.sumBytes + countBytes);
  for (let at = start; at < end; at += scratch.batchRows) {
    const rows = min(scratch.batchRows, end - at);
    gather(job, scratch, <usize>scratch.order + (<usize>at << 2), rows);
    let place: u32 = 0;
    for (; place + 7 < columns; place += 8) addEight(job, scratch, place, rows, target);
    for (; place < columns; place++) addOne(job, scratch, place, rows, target);
    if (job.counted) for (place = 0; place < columns; place++) countOne(job, scratch, place, rows, target + job.sumBytes);
  }
}

/** Copies the rows' codes, of the columns that may be tested, and their derivatives side by side. */
function gather(job: GrowJob, scratch: Scratch, order: usize, rows: u32): void {
  const stride = <usize>job.stride;
  const batchStride = <usize>job.batchStride;
  const source = <usize>job.rowCodes;
  const derivatives = <usize>job.derivatives;
  const moves = <usize>job.moves;
  const lastMove = moves + <usize>job.moveCount * offsetof<Move>();
  let codes = <usize>scratch.batch;
  let sums = <usize>scratch.batchSums;
  for (const end = order + (<usize>rows << 2); order < end; order += 4) {
    const position = <usize>load<u32>(order);
    const from = source + position * stride;
    if (moves == lastMove) {
      for (let at: usize = 0; at < stride; at += 16) v128.store(codes + at, v128.load(from + at));
    } else {
      for (let at = moves; at < lastMove; at += offsetof<Move>()) move(changetype<Move>(at), from, codes);
    }
    v128.store(sums, f64x2.convert_low_i32x4_s(v128.load64_zero(derivatives + (position << 3))));
    codes += batchStride;
    sums += 16;
  }
}

/** Codes of sixteen columns to their places in a gathered row. */
// @ts-ignore: decorator
@inline
export function move(move: Move, from: usize, to: usize): void {
  const mask = v128.load(changetype<usize>(move), offsetof<Move>('mask'));
  let codes = i8x16.swizzle(v128.load(from + move.from), mask);
  const target = to + move.to;
  if (move.joins) codes = v128.or(codes, v128.load(target));
  v128.store(target, codes);
}

/** The hot loop of training: each derivative, and the codes of eight columns, are loaded once. */
function addEight(job: GrowJob, scratch: Scratch, place: u32, rows: u32, target: usize): void {
  const step = <usize>job.columnBytes;
  const h0 = target + <usize>place * step;
  const h1 = h0 + step;
  const h2 = h1 + step;
  const h3 = h2 + step;
  const h4 = h3 + step;
  const h5 = h4 + step;
  const h6 = h5 + step;
  const h7 = h6 + step;
  const stride = <usize>job.batchStride;
  let sums = <usize>scratch.batchSums;
  let codes = <usize>scratch.batch + place;
  for (const end = codes + <usize>rows * stride; codes < end; codes += stride) {
    const pair = v128.load(sums);
    const code = load<u64>(codes);
    sums += 16;
    add(h0 + <usize>((code << 4) & 0xff0), pair);
    add(h1 + <usize>((code >> 4) & 0xff0), pair);
    add(h2 + <usize>((code >> 12) & 0xff0), pair);
    add(h3 + <usize>((code >> 20) & 0xff0), pair);
    add(h4 + <usize>((code >> 28) & 0xff0), pair);
    add(h5 + <usize>((code >> 36) & 0xff0), pair);
    add(h6 + <usize>((code >> 44) & 0xff0), pair);
    add(h7 + <usize>((code >> 52) & 0xff0), pair);
  }
}

function addOne(job: GrowJob, scratch: Scratch, place: u32, rows: u32, target: usize): void {
  const codes = <usize>scratch.batch + place;
  const histogram = target + <usize>place * job.columnBytes;
  const stride = <usize>job.batchStride;
  let sums = <usize>scratch.batchSums;
  for (let at: usize = 0, end = <usize>rows * stride; at < end; at += stride, sums += 16) {
    add(histogram + <usize>load<u8>(codes + at) * SLOT, v128.load(sums));
  }
}

/** Adds a row's gradient and hessian to a slot. */
// @ts-ignore: decorator
@inline
export function add(slot: usize, pair: v128): void {
  v128.store(slot, f64x2.add(v128.load(slot), pair));
}

function countOne(job: GrowJob, scratch: Scratch, place: u32, rows: u32, counts: usize): void {
  const codes = <usize>scratch.batch + place;
  const histogram = counts + ((<usize>place * job.columnBytes) >> 2);
  const stride = <usize>job.batchStride;
  for (let at: usize = 0, end = <usize>rows * stride; at < end; at += stride) {
    const slot = histogram + (<usize>load<u8>(codes + at) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
}

/** parent - child, in the parent's place: the sibling's histogram, exactly. O(slots). */
export function subtractHistogram(job: GrowJob, parent: usize, child: usize): void {
  const end = <usize>job.sumBytes;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(parent + at, f64x2.sub(v128.load(parent + at), v128.load(child + at)));
  }
  if (!job.counted) return;
  for (let at = end, last = end + (end >> 2); at < last; at += 16) {
    v128.store(parent + at, i32x4.sub(v128.load(parent + at), v128.load(child + at)));
  }
}
