import { type Data, DataType } from 'apache-arrow';
import { EsciSelectError } from '../../errors.js';
import { Growable } from '../../io/growable.js';

/** Collects lists of floats, one a row, as columns of doubles; categories are given as their codes. */
export class FeatureList {
  readonly #columns: Growable<Float64Array>[];
  #rows = 0;

  constructor(columns: number) {
    this.#columns = Array.from({ length: columns }, () => Growable.of((length) => new Float64Array(length)));
  }

  /** Takes the rows of a batch; null lists and values are missing. Throws 'data' for a list of another length. O(values). */
  add(data: Data, rows: number): void {
    const width = this.#columns.length;
    const [child] = data.children;
    const targets = this.#columns.map((column) => column.extend(rows));
    const values = child.values as Float32Array | Float64Array;
    for (let row = 0; row < rows; row++) {
      const isThere = data.nullCount === 0 || data.getValid(row);
      if (!isThere) {
        for (const target of targets) target[row] = Number.NaN;
        continue;
      }
      const [from, to] = rangeOf(data, row, width);
      if (to - from !== width) throw this.#wrongLength(row, to - from);
      for (let column = 0; column < width; column++) {
        const at = from + column;
        targets[column][row] = child.nullCount === 0 || child.getValid(at) ? values[at] : Number.NaN;
      }
    }
    this.#rows += rows;
  }

  #wrongLength(row: number, length: number): EsciSelectError {
    return new EsciSelectError(
      'data',
      `list of features of row ${this.#rows + row + 1} has ${length} values, the model ${this.#columns.length} columns`,
      { path: 'stdin', hint: "give the model's columns in its order, or features as columns by name" },
    );
  }

  /** [column][row]; `missing` is the number that stands for missing values. */
  finish(missing: number | undefined): Float64Array[] {
    const columns = this.#columns.map((column) => column.finish());
    if (missing === undefined) return columns;
    return columns.map((values) => values.map((value) => (value === missing ? Number.NaN : value)));
  }
}

/** The places of a row's values; offsets of a list count from the child's first value. */
function rangeOf(data: Data, row: number, width: number): [number, number] {
  if (DataType.isFixedSizeList(data.type)) {
    const { listSize } = data.type;
    return [(data.offset + row) * listSize, (data.offset + row) * listSize + listSize];
  }
  const offsets = data.valueOffsets as Int32Array | undefined;
  return offsets === undefined ? [0, width] : [offsets[row], offsets[row + 1]];
}
