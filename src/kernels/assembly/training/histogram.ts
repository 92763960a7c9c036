import { GrowJob, Scratch } from './job';
import { clearPacked, flushPacked, PACKED_COLUMN } from './packed';

/**
 * Sums of the derivatives over order[start..end) for every column that may be tested and every code: packed sums of as
 * many rows as they hold, then the next. Rows come in batches small enough for the nearest cache: their codes and
 * derivatives are first gathered, which overlaps the waits for far memory, then several columns at a time are added up,
 * so that their sums stay near too. O((end - start) columns).
 */
export function buildHistogram(job: GrowJob, scratch: Scratch, start: u32, end: u32, target: usize): void {
  const columns = job.featureCount;
  if (job.counted) memory.fill(target + job.sumBytes, 0, job.sumBytes >> 2);
  let from = start;
  do {
    const to = min(end, from + job.mostPacked);
    clearPacked(scratch.packed, columns, job.missing);
    for (let at = from; at < to; at += scratch.batchRows) {
      const rows = min(scratch.batchRows, to - at);
      gather(job, scratch, <usize>job.order + (<usize>at << 2), rows);
      addColumns(job, scratch, rows);
      if (job.counted) countColumns(job, scratch, rows, target + job.sumBytes);
    }
    for (let place: u32 = 0; place < columns; place++) {
      const packed = <usize>scratch.packed + <usize>place * PACKED_COLUMN;
      flushPacked(packed, 8, job.missing, target + <usize>place * job.columnBytes, from == start);
    }
    from = to;
  } while (from < end);
}

/** Copies the rows' codes and their derivatives side by side. */
function gather(job: GrowJob, scratch: Scratch, order: usize, rows: u32): void {
  const stride = <usize>job.stride;
  const bytes = <usize>job.batchStride;
  const source = <usize>job.rowCodes;
  const derivatives = <usize>job.derivatives;
  let codes = <usize>scratch.batch;
  let sums = <usize>scratch.batchSums;
  const end = order + (<usize>rows << 2);
  if (bytes == 32) {
    for (; order < end; order += 4) {
      const position = <usize>load<u32>(order);
      const from = source + position * stride;
      v128.store(codes, v128.load(from));
      v128.store(codes, v128.load(from, 16), 16);
      store<i64>(sums, load<i64>(derivatives + (position << 3)));
      codes += 32;
      sums += 8;
    }
    return;
  }
  for (; order < end; order += 4) {
    const position = <usize>load<u32>(order);
    const from = source + position * stride;
    for (let at: usize = 0; at < bytes; at += 16) v128.store(codes + at, v128.load(from + at));
    store<i64>(sums, load<i64>(derivatives + (position << 3)));
    codes += bytes;
    sums += 8;
  }
}

/** Adds the batch to the packed sums of all columns that may be tested. */
function addColumns(job: GrowJob, scratch: Scratch, rows: u32): void {
  const columns = job.featureCount;
  const features = <usize>job.features;
  // ascending, so that the last tells whether they are the first columns without a gap
  const isWhole = load<u32>(features + ((<usize>columns - 1) << 2)) == columns - 1;
  let place: u32 = 0;
  if (isWhole) for (; place + 7 < columns; place += 8) addEight(job, scratch, place, rows);
  for (; place + 3 < columns; place += 4) addFour(job, scratch, place, rows);
  for (; place < columns; place++) addOne(job, scratch, place, rows);
}

/** The hot loop of training: eight columns side by side, whose codes and slots lie at constant offsets. */
function addEight(job: GrowJob, scratch: Scratch, place: u32, rows: u32): void {
  const packed = <usize>scratch.packed + <usize>place * PACKED_COLUMN;
  const stride = <usize>job.batchStride;
  let sums = <usize>scratch.batchSums;
  let codes = <usize>scratch.batch + place;
  for (const end = codes + <usize>rows * stride; codes < end; codes += stride) {
    const pair = load<i64>(sums);
    sums += 8;
    let slot = packed + (<usize>load<u8>(codes) << 3);
    store<i64>(slot, load<i64>(slot) + pair);
    slot = packed + (<usize>load<u8>(codes, 1) << 3);
    store<i64>(slot, load<i64>(slot, PACKED_COLUMN) + pair, PACKED_COLUMN);
    slot = packed + (<usize>load<u8>(codes, 2) << 3);
    store<i64>(slot, load<i64>(slot, 2 * PACKED_COLUMN) + pair, 2 * PACKED_COLUMN);
    slot = packed + (<usize>load<u8>(codes, 3) << 3);
    store<i64>(slot, load<i64>(slot, 3 * PACKED_COLUMN) + pair, 3 * PACKED_COLUMN);
    slot = packed + (<usize>load<u8>(codes, 4) << 3);
    store<i64>(slot, load<i64>(slot, 4 * PACKED_COLUMN) + pair, 4 * PACKED_COLUMN);
    slot = packed + (<usize>load<u8>(codes, 5) << 3);
    store<i64>(slot, load<i64>(slot, 5 * PACKED_COLUMN) + pair, 5 * PACKED_COLUMN);
    slot = packed + (<usize>load<u8>(codes, 6) << 3);
    store<i64>(slot, load<i64>(slot, 6 * PACKED_COLUMN) + pair, 6 * PACKED_COLUMN);
    slot = packed + (<usize>load<u8>(codes, 7) << 3);
    store<i64>(slot, load<i64>(slot, 7 * PACKED_COLUMN) + pair, 7 * PACKED_COLUMN);
  }
}

/** The same of four columns that lie anywhere. */
function addFour(job: GrowJob, scratch: Scratch, place: u32, rows: u32): void {
  const packed = <usize>scratch.packed + <usize>place * PACKED_COLUMN;
  const features = <usize>job.features + (<usize>place << 2);
  const stride = <usize>job.batchStride;
  let sums = <usize>scratch.batchSums;
  let codes = <usize>scratch.batch + load<u32>(features);
  const second = <usize>load<u32>(features, 4) - load<u32>(features);
  const third = <usize>load<u32>(features, 8) - load<u32>(features);
  const fourth = <usize>load<u32>(features, 12) - load<u32>(features);
  for (const end = codes + <usize>rows * stride; codes < end; codes += stride) {
    const pair = load<i64>(sums);
    sums += 8;
    let slot = packed + (<usize>load<u8>(codes) << 3);
    store<i64>(slot, load<i64>(slot) + pair);
    slot = packed + (<usize>load<u8>(codes + second) << 3);
    store<i64>(slot, load<i64>(slot, PACKED_COLUMN) + pair, PACKED_COLUMN);
    slot = packed + (<usize>load<u8>(codes + third) << 3);
    store<i64>(slot, load<i64>(slot, 2 * PACKED_COLUMN) + pair, 2 * PACKED_COLUMN);
    slot = packed + (<usize>load<u8>(codes + fourth) << 3);
    store<i64>(slot, load<i64>(slot, 3 * PACKED_COLUMN) + pair, 3 * PACKED_COLUMN);
  }
}

function addOne(job: GrowJob, scratch: Scratch, place: u32, rows: u32): void {
  const packed = <usize>scratch.packed + <usize>place * PACKED_COLUMN;
  const stride = <usize>job.batchStride;
  let sums = <usize>scratch.batchSums;
  let codes = <usize>scratch.batch + load<u32>(<usize>job.features + (<usize>place << 2));
  for (const end = codes + <usize>rows * stride; codes < end; codes += stride) {
    let slot = packed + (<usize>load<u8>(codes) << 3);
    store<i64>(slot, load<i64>(slot) + load<i64>(sums));
    sums += 8;
  }
}

/** Counts the batch's rows by code, of all columns that may be tested. */
function countColumns(job: GrowJob, scratch: Scratch, rows: u32, counts: usize): void {
  const stride = <usize>job.batchStride;
  for (let place: u32 = 0; place < job.featureCount; place++) {
    const slots = counts + ((<usize>place * job.columnBytes) >> 2);
    let codes = <usize>scratch.batch + load<u32>(<usize>job.features + (<usize>place << 2));
    for (const end = codes + <usize>rows * stride; codes < end; codes += stride) {
      const slot = slots + (<usize>load<u8>(codes) << 2);
      store<u32>(slot, load<u32>(slot) + 1);
    }
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

/** Adds the histogram of some of a node's rows to that of others of them, exactly. O(slots). */
export function addHistogram(job: GrowJob, target: usize, part: usize): void {
  const end = <usize>job.sumBytes;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(target + at, f64x2.add(v128.load(target + at), v128.load(part + at)));
  }
  if (!job.counted) return;
  for (let at = end, last = end + (end >> 2); at < last; at += 16) {
    v128.store(target + at, i32x4.add(v128.load(target + at), v128.load(part + at)));
  }
}
