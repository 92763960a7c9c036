import { Move, Node, Scratch } from './job';
import { unpack } from './packed';
import { SearchJob, VectorJob } from './vector-job';

/** The batch in hand: its derivatives, f64 pairs [row][class], and the bytes of its codes. */
let batchSums: usize = 0;
let batchBytes: usize = 0;

/**
 * Sums of all classes' derivatives over a node's positions for the columns of a search and every code. A batch of rows is
 * gathered as for one class (histogram.ts); a row then adds to one slot a column, where its classes lie side by side, so
 * that one code serves them all. O(positions columns classes).
 */
export function buildVectorHistogram(search: SearchJob, scratch: Scratch, node: Node, target: usize): void {
  const job = changetype<VectorJob>(<usize>search.job);
  const from = search.from;
  const to = search.to;
  memory.fill(target + <usize>from * job.columnBytes, 0, <usize>(to - from) * job.columnBytes);
  const counts = target + job.sumBytes;
  if (job.counted) memory.fill(counts + <usize>from * job.countStep, 0, <usize>(to - from) * job.countStep);
  for (let at = node.start; at < node.end; at += scratch.batchRows) {
    const rows = min(scratch.batchRows, node.end - at);
    const order = <usize>scratch.order + (<usize>at << 2);
    gatherCodes(search, scratch, order, rows);
    gatherSums(job, scratch, order, rows);
    batchSums = scratch.batchSums;
    batchBytes = <usize>rows * job.batchStride;
    addColumns(search, scratch, target);
    if (job.counted) for (let place = from; place < to; place++) countColumn(job, scratch, place, rows, counts);
  }
}

/** Codes of sixteen columns to their places in a gathered row. */
// @ts-ignore: decorator
@inline
function move(move: Move, from: usize, to: usize): void {
  const mask = v128.load(changetype<usize>(move), offsetof<Move>('mask'));
  let codes = i8x16.swizzle(v128.load(from + move.from), mask);
  const target = to + move.to;
  if (move.joins) codes = v128.or(codes, v128.load(target));
  v128.store(target, codes);
}

/** Adds a row's gradient and hessian to a slot. */
// @ts-ignore: decorator
@inline
function add(slot: usize, pair: v128): void {
  v128.store(slot, f64x2.add(v128.load(slot), pair));
}

/** The rows' codes side by side, sixteen columns at a time, of those columns that the search needs. */
function gatherCodes(search: SearchJob, scratch: Scratch, order: usize, rows: u32): void {
  const job = changetype<VectorJob>(<usize>search.job);
  const stride = <usize>job.stride;
  const batchStride = <usize>job.batchStride;
  const moves = <usize>job.moves;
  const lastMove = moves + <usize>job.moveCount * offsetof<Move>();
  const firstByte = <usize>(search.from & ~15);
  const lastByte = <usize>((search.to + 15) & ~15);
  let codes = <usize>scratch.batch;
  for (const end = order + (<usize>rows << 2); order < end; order += 4) {
    const from = <usize>job.rowCodes + <usize>load<u32>(order) * stride;
    if (moves == lastMove) {
      for (let at = firstByte; at < lastByte; at += 16) v128.store(codes + at, v128.load(from + at));
    } else {
      for (let at = moves; at < lastMove; at += offsetof<Move>()) {
        const next = changetype<Move>(at);
        if (<usize>next.to >= firstByte && <usize>next.to < lastByte) move(next, from, codes);
      }
    }
    codes += batchStride;
  }
}

/** The rows' derivatives of all classes, f64 pairs [row][class]. */
function gatherSums(job: VectorJob, scratch: Scratch, order: usize, rows: u32): void {
  const step = <usize>job.derivativeStep;
  const last = <usize>job.derivatives + <usize>job.classes * step;
  let sums = <usize>scratch.batchSums;
  for (const end = order + (<usize>rows << 2); order < end; order += 4) {
    const position = <usize>load<u32>(order) << 3;
    for (let at = <usize>job.derivatives; at < last; at += step, sums += 16) {
      v128.store(sums, unpack(load<i64>(at + position)));
    }
  }
}

/** Adds the batch to the slots of a search's columns: of two columns and four classes at a time, then what is left. */
function addColumns(search: SearchJob, scratch: Scratch, target: usize): void {
  const job = changetype<VectorJob>(<usize>search.job);
  const fours = <usize>job.slotBytes & ~63;
  for (let place = search.from; place < search.to; place += 2) {
    const codes = <usize>scratch.batch + place;
    const slots = target + <usize>place * job.columnBytes;
    const isPair = place + 1 < search.to;
    if (isPair) {
      for (let at: usize = 0; at < fours; at += 64) addFour(job, codes, slots, at);
      addRest(job, codes + 1, slots + job.columnBytes, fours);
    }
    addRest(job, codes, slots, isPair ? fours : 0);
  }
}

/** Adds the classes from byte `at` of the slots on to one column, two at a time. */
function addRest(job: VectorJob, codes: usize, slots: usize, at: usize): void {
  const bytes = <usize>job.slotBytes;
  for (; at + 16 < bytes; at += 32) addTwo(job, codes, slots + at, batchSums + at);
  if (at < bytes) addOne(job, codes, slots + at, batchSums + at);
}

/** Four classes of two columns. */
function addFour(job: VectorJob, codes: usize, slots: usize, at: usize): void {
  const stride = <usize>job.batchStride;
  const bytes = <usize>job.slotBytes;
  const first = slots + at;
  const second = first + job.columnBytes;
  let sums = batchSums + at;
  for (const end = codes + batchBytes; codes < end; codes += stride, sums += bytes) {
    const s0 = v128.load(sums);
    const s1 = v128.load(sums, 16);
    const s2 = v128.load(sums, 32);
    const s3 = v128.load(sums, 48);
    const slot = first + <usize>load<u8>(codes) * bytes;
    add(slot, s0);
    add(slot + 16, s1);
    add(slot + 32, s2);
    add(slot + 48, s3);
    const other = second + <usize>load<u8>(codes, 1) * bytes;
    add(other, s0);
    add(other + 16, s1);
    add(other + 32, s2);
    add(other + 48, s3);
  }
}

function addTwo(job: VectorJob, codes: usize, slots: usize, sums: usize): void {
  const stride = <usize>job.batchStride;
  const bytes = <usize>job.slotBytes;
  for (const end = codes + batchBytes; codes < end; codes += stride, sums += bytes) {
    const slot = slots + <usize>load<u8>(codes) * bytes;
    add(slot, v128.load(sums));
    add(slot + 16, v128.load(sums, 16));
  }
}

function addOne(job: VectorJob, codes: usize, slots: usize, sums: usize): void {
  const stride = <usize>job.batchStride;
  const bytes = <usize>job.slotBytes;
  for (const end = codes + batchBytes; codes < end; codes += stride, sums += bytes) {
    add(slots + <usize>load<u8>(codes) * bytes, v128.load(sums));
  }
}

function countColumn(job: VectorJob, scratch: Scratch, place: u32, rows: u32, counts: usize): void {
  const codes = <usize>scratch.batch + place;
  const slots = counts + <usize>place * job.countStep;
  const stride = <usize>job.batchStride;
  for (let at = codes, end = codes + <usize>rows * stride; at < end; at += stride) {
    const slot = slots + (<usize>load<u8>(at) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }
}

/** parent - child in the columns of a search, in the parent's place: the sibling's histogram, exactly. O(slots classes). */
export function subtractVectorHistogram(search: SearchJob, parent: usize, child: usize): void {
  const job = changetype<VectorJob>(<usize>search.job);
  const to = <usize>search.to * job.columnBytes;
  for (let at = <usize>search.from * job.columnBytes; at < to; at += 16) {
    v128.store(parent + at, f64x2.sub(v128.load(parent + at), v128.load(child + at)));
  }
  if (!job.counted) return;
  const last = <usize>job.sumBytes + <usize>search.to * job.countStep;
  for (let at = <usize>job.sumBytes + <usize>search.from * job.countStep; at < last; at += 16) {
    v128.store(parent + at, i32x4.sub(v128.load(parent + at), v128.load(child + at)));
  }
}
