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
  const { layout, bytes, words, integers } = memory;
  const columns = columnAt.length;
  for (let place = 0; place < columns; place++) {
    words[(layout.binCounts >>> 2) + place] = bins.cuts[columnAt[place]].length;
  }
  const firstLabel = layout.labels >>> 2;
  for (let position = 0; position < rows.length; position++) {
    const from = rows[position] * columns;
    const to = layout.rowCodes + position * layout.stride;
    for (let place = 0; place < columns; place++) bytes[to + place] = codes[from + columnAt[place]];
    integers[firstLabel + position] = labels[rows[position]];
  }
  integers.fill(0, firstLabel + rows.length, firstLabel + layout.paddedPositions);
  transposeCodes(memory, columns);
}

/** Writes [place][position] from [position][place], on all threads. */
function transposeCodes(memory: TrainingMemory, columns: number): void {
  const { rowCodes, stride, columnCodes, columnStride, transposeJobs, paddedPositions } = memory.layout;
  const squares = Math.ceil(paddedPositions / SQUARE);
  const start = (part: number) => SQUARE * Math.floor((part * squares) / transposeJobs.length);
  transposeJobs.forEach((job, part) => {
    const fields = { rowCodes, stride, columnCodes, columnStride, columns };
    writeRecord(memory, TRANSPOSE_JOB, job, { ...fields, from: start(part), to: start(part + 1) });
  });
  memory.run('transposeCodes', transposeJobs);
}

/** Positions that the kernel takes at once. */
const SQUARE = 16;
