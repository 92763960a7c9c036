import type { BinnedFeatures } from './binning.js';
import type { TrainingMemory } from './memory.js';

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
  columnAt.forEach((column, place) => {
    words[(layout.binCounts >>> 2) + place] = bins.cuts[column].length;
    const start = layout.columnCodes + place * layout.columnStride;
    for (let position = 0; position < rows.length; position++) {
      bytes[start + position] = codes[rows[position] * columns + column];
    }
  });
  for (let position = 0; position < rows.length; position++) {
    const from = rows[position] * columns;
    const to = layout.rowCodes + position * layout.stride;
    for (let place = 0; place < columns; place++) bytes[to + place] = codes[from + columnAt[place]];
    integers[(layout.labels >>> 2) + position] = labels[rows[position]];
  }
  integers.fill(0, (layout.labels >>> 2) + rows.length, (layout.labels >>> 2) + layout.paddedPositions);
}
