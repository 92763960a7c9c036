import { GrowJob, RootJob, Scratch } from './job';
import { flushPacked } from './packed';

/** Bytes between the packed sums of columns at the root: 256 slots of four classes, and a cache line. */
export const ROOT_COLUMN: usize = 256 * 32 + 64;
/** Columns that one call takes at most. */
export const MOST_ROOT_COLUMNS: u32 = 64;

/** Bytes of a slot of a call's classes, as a shift: four side by side, or two. */
let slotShift: usize = 0;
/** Columns of the call that any of its trees may test: a list of u32. */
let listed: u32 = 0;
/** Bytes of a gathered row, and of the batch. */
let stride: usize = 0;
let batchBytes: usize = 0;

/**
 * The histograms of up to four classes' roots, in some columns. All roots hold the same rows, so that a code is read once
 * for all classes, whose packed sums lie side by side in a slot; each tree takes those of the columns that it may test.
 * O(rows columns classes).
 */
export function buildRootHistograms(root: RootJob, scratch: Scratch): void {
  const job = changetype<GrowJob>(<usize>root.job);
  slotShift = root.classes > 2 ? 5 : 4;
  stride = <usize>((root.to + 15) & ~15) - <usize>(root.from & ~15);
  listColumns(root, scratch);
  if (job.counted) memory.fill(scratch.rootCounts, 0, <usize>listed << 10);
  let from: u32 = 0;
  do {
    const to = min(job.bagCount, from + job.mostPacked);
    memory.fill(scratch.rootPacked, 0, <usize>listed * ROOT_COLUMN);
    for (let at = from; at < to; at += scratch.rootRows) {
      const rows = min(scratch.rootRows, to - at);
      batchBytes = <usize>rows * stride;
      gatherCodes(root, scratch, at, rows);
      gatherSums(root, scratch, at, rows);
      if (slotShift == 5) addQuads(root, scratch);
      else addPairs(root, scratch);
      if (job.counted) countRows(root, scratch);
    }
    flush(root, scratch, from == 0);
    from = to;
  } while (from < job.bagCount);
  if (job.counted) copyCounts(root, scratch);
}

// @ts-ignore: decorator
@inline
function jobOf(root: RootJob, k: u32): GrowJob {
  return changetype<GrowJob>(<usize>root.job + <usize>k * root.jobStep);
}

// @ts-ignore: decorator
@inline
function columnAt(scratch: Scratch, at: u32): u32 {
  return load<u32>(<usize>scratch.rootColumns + (<usize>at << 2));
}

function listColumns(root: RootJob, scratch: Scratch): void {
  listed = 0;
  for (let column = root.from; column < root.to; column++) {
    let isWanted = false;
    for (let k: u32 = 0; k < root.classes && !isWanted; k++) isWanted = placeOf(jobOf(root, k), column) >= 0;
    if (!isWanted) continue;
    store<u32>(<usize>scratch.rootColumns + (<usize>listed << 2), column);
    listed++;
  }
}

/** Place of a column among those that a tree may test, which ascend; -1 where it may not. */
function placeOf(job: GrowJob, column: u32): i32 {
  let low: u32 = 0;
  let high = job.featureCount;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u32>(<usize>job.features + (<usize>middle << 2)) < column) low = middle + 1;
    else high = middle;
  }
  const isThere = low < job.featureCount && load<u32>(<usize>job.features + (<usize>low << 2)) == column;
  return isThere ? <i32>low : -1;
}

/** The rows' codes of the call's columns side by side. */
function gatherCodes(root: RootJob, scratch: Scratch, at: u32, rows: u32): void {
  const job = changetype<GrowJob>(<usize>root.job);
  const source = <usize>job.rowCodes + <usize>(root.from & ~15);
  const step = stride;
  let codes = <usize>scratch.rootCodes;
  let order = <usize>job.positions + (<usize>at << 2);
  for (const end = order + (<usize>rows << 2); order < end; order += 4) {
    const from = source + <usize>load<u32>(order) * job.stride;
    for (let byte: usize = 0; byte < step; byte += 16) v128.store(codes + byte, v128.load(from + byte));
    codes += step;
  }
}

/** The rows' packed derivatives of the call's classes side by side; a class that lacks has 0. */
function gatherSums(root: RootJob, scratch: Scratch, at: u32, rows: u32): void {
  const job = changetype<GrowJob>(<usize>root.job);
  const width = <usize>1 << slotShift;
  for (let k: u32 = 0; <usize>k << 3 < width; k++) {
    const derivatives = <usize>job.derivatives + <usize>k * root.derivativeStep;
    let sums = <usize>scratch.rootSums + (<usize>k << 3);
    let order = <usize>job.positions + (<usize>at << 2);
    const isThere = k < root.classes;
    for (const end = order + (<usize>rows << 2); order < end; order += 4, sums += width) {
      store<i64>(sums, isThere ? load<i64>(derivatives + (<usize>load<u32>(order) << 3)) : 0);
    }
  }
}

// @ts-ignore: decorator
@inline
function add(slot: usize, pairs: v128): void {
  v128.store(slot, i64x2.add(v128.load(slot), pairs));
}

/** Four classes, of two columns at a time. */
function addQuads(root: RootJob, scratch: Scratch): void {
  const batch = <usize>scratch.rootCodes - <usize>(root.from & ~15);
  const step = stride;
  for (let at: u32 = 0; at < listed; at += 2) {
    const slots = <usize>scratch.rootPacked + <usize>at * ROOT_COLUMN;
    const others = slots + ROOT_COLUMN;
    let codes = batch + <usize>columnAt(scratch, at);
    let sums = <usize>scratch.rootSums;
    const end = codes + batchBytes;
    if (at + 1 == listed) {
      for (; codes < end; codes += step, sums += 32) {
        const slot = slots + (<usize>load<u8>(codes) << 5);
        add(slot, v128.load(sums));
        add(slot + 16, v128.load(sums, 16));
      }
      return;
    }
    const next = <usize>columnAt(scratch, at + 1) - <usize>columnAt(scratch, at);
    for (; codes < end; codes += step, sums += 32) {
      const first = v128.load(sums);
      const second = v128.load(sums, 16);
      const slot = slots + (<usize>load<u8>(codes) << 5);
      add(slot, first);
      add(slot + 16, second);
      const other = others + (<usize>load<u8>(codes + next) << 5);
      add(other, first);
      add(other + 16, second);
    }
  }
}

/** Two classes, of two columns at a time. */
function addPairs(root: RootJob, scratch: Scratch): void {
  const batch = <usize>scratch.rootCodes - <usize>(root.from & ~15);
  const step = stride;
  for (let at: u32 = 0; at < listed; at += 2) {
    const slots = <usize>scratch.rootPacked + <usize>at * ROOT_COLUMN;
    const others = slots + ROOT_COLUMN;
    let codes = batch + <usize>columnAt(scratch, at);
    let sums = <usize>scratch.rootSums;
    const end = codes + batchBytes;
    if (at + 1 == listed) {
      for (; codes < end; codes += step, sums += 16) add(slots + (<usize>load<u8>(codes) << 4), v128.load(sums));
      return;
    }
    const next = <usize>columnAt(scratch, at + 1) - <usize>columnAt(scratch, at);
    for (; codes < end; codes += step, sums += 16) {
      const pairs = v128.load(sums);
      add(slots + (<usize>load<u8>(codes) << 4), pairs);
      add(others + (<usize>load<u8>(codes + next) << 4), pairs);
    }
  }
}

function countRows(root: RootJob, scratch: Scratch): void {
  const step = stride;
  for (let at: u32 = 0; at < listed; at++) {
    const slots = <usize>scratch.rootCounts + (<usize>at << 10);
    let codes = <usize>scratch.rootCodes + <usize>columnAt(scratch, at) - <usize>(root.from & ~15);
    for (const end = codes + batchBytes; codes < end; codes += step) {
      const slot = slots + (<usize>load<u8>(codes) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
  }
}

/** Gives each tree the sums of the columns that it may test. */
function flush(root: RootJob, scratch: Scratch, isFirst: bool): void {
  for (let at: u32 = 0; at < listed; at++) {
    const packed = <usize>scratch.rootPacked + <usize>at * ROOT_COLUMN;
    for (let k: u32 = 0; k < root.classes; k++) {
      const job = jobOf(root, k);
      const place = placeOf(job, columnAt(scratch, at));
      if (place < 0) continue;
      const target = <usize>job.rootHistogram + <usize>place * job.columnBytes;
      flushPacked(packed + (<usize>k << 3), <usize>1 << slotShift, job.missing, target, isFirst);
    }
  }
}

function copyCounts(root: RootJob, scratch: Scratch): void {
  for (let at: u32 = 0; at < listed; at++) {
    for (let k: u32 = 0; k < root.classes; k++) {
      const job = jobOf(root, k);
      const place = placeOf(job, columnAt(scratch, at));
      if (place < 0) continue;
      const target = <usize>job.rootHistogram + job.sumBytes + ((<usize>place * job.columnBytes) >> 2);
      memory.copy(target, <usize>scratch.rootCounts + (<usize>at << 10), (<usize>job.missing + 1) << 2);
    }
  }
}
