import { writeRecord } from '../../kernels/records.js';
import type { BinnedFeatures } from './binning.js';
import type { TrainingMemory } from './memory.js';
import { TRANSPOSE_JOB } from './records.js';

/**
 * Copies the rows' codes into the training memory, [position][place] and [place][position], with the numbers of bins
 * and the labels. A position is a place in `rows`; `columnAt` is the table's column at each place. O(rows columns).
 */
export function fillTable(
  memory: TrainingMemory,
  { bins, codes }: BinnedFeatures,
  labels: Int16Array,
  { rows, columnAt }: { readonly rows: Int32Array; readonly columnAt: Int32Array },
): void {
  const { layout, words, integers } = memory;
  const columns = columnAt.length;
  for (let place = 0; place < columns; place++) {
    words[(layout.binCounts >>> 2) + place] = bins.cuts[columnAt[place]].length;
  }
  const firstLabel = layout.labels >>> 2;
  for (let position = 0; position < rows.length; position++) {
    integers[firstLabel + position] = labels[rows[position]];
  }
  integers.fill(0, firstLabel + rows.length, firstLabel + layout.paddedPositions);
  copyRows(memory, codes, columns, rows);
  words.set(columnAt, layout.features[0] >>> 2);
  placeCodes(memory, columns);
}

/** Copies the rows' codes as they are to where those by column will be. */
function copyRows(
  { layout, bytes }: TrainingMemory,
  codes: Uint8Array,
  columns: number,
  rows: Int32Array,
): void {
  const { columnCodes } = layout;
  if (rows.every((row, position) => row === position)) {
    bytes.set(codes.subarray(0, rows.length * columns), columnCodes);
    return;
  }
  for (let position = 0; position < rows.length; position++) {
    const from = rows[position] * columns;
    const to = columnCodes + position * columns;
    for (let column = 0; column < columns; column++) bytes[to + column] = codes[from + column];
  }
}

/** Writes [position][place], and [place][position] from it, on all threads. */
function placeCodes(memory: TrainingMemory, columns: number): void {
  const { layout } = memory;
  const { rowCodes, stride, columnCodes, columnStride, transposeJobs, paddedPositions } = layout;
  const squares = Math.ceil(paddedPositions / SQUARE);
  const start = (part: number) => SQUARE * Math.floor((part * squares) / transposeJobs.length);
  transposeJobs.forEach((job, part) => {
    const fields = { rowCodes, stride, columnCodes, columnStride, columns, columnAt: layout.features[0] };
    writeRecord(memory, TRANSPOSE_JOB, job, { ...fields, from: start(part), to: start(part + 1) });
  });
  memory.run('gatherCodes', transposeJobs);
  memory.run('transposeCodes', transposeJobs);
}

/** Positions that the kernel takes at once. */
const SQUARE = 16;
