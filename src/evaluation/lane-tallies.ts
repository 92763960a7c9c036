import { LANES, laneSums, type QueryValues } from './draws.js';
import type { GroupStatistics } from './statistics.js';

/** A predictor's results ordered by cell of the confusion matrix, so that a cell is one sum over its queries. */
export interface CellIndex {
  readonly classes: number;
  /** [true * classes + predicted]; null where no row is in the cell */
  readonly cells: readonly (QueryValues | null)[];
  readonly losses: QueryValues;
}

/** What a predictor's answers add up to in each lane of a block of draws. */
export interface LaneTallies {
  /** [lane * classes^2 + true * classes + predicted] */
  readonly confusion: Float64Array;
  /** [lane] summed cross-entropy, nats */
  readonly losses: Float64Array;
}

/** Sorts a predictor's entries by cell. O(entries). */
export function indexCells({ classes, starts, cells, counts, losses }: GroupStatistics): CellIndex {
  const sizes = new Int32Array(classes * classes);
  for (const cell of cells) sizes[cell]++;
  const index = Array.from(sizes, (size) =>
    size === 0 ? null : { queries: new Int32Array(size), values: new Float64Array(size) },
  );
  const next = new Int32Array(sizes.length);
  for (let query = 0; query + 1 < starts.length; query++) {
    for (let at = starts[query]; at < starts[query + 1]; at++) {
      const place = index[cells[at]]!;
      const to = next[cells[at]]++;
      place.queries[to] = query;
      place.values[to] = counts[at];
    }
  }
  return { classes, cells: index, losses: { queries: null, values: losses } };
}

/** Tallies of all lanes of a block of draws. Counts are whole numbers, so their sums are exact. O(LANES x entries). */
export function laneTallies({ classes, cells, losses }: CellIndex, weights: Float64Array): LaneTallies {
  const width = classes * classes;
  const confusion = new Float64Array(LANES * width);
  const sums = new Float64Array(LANES);
  for (let cell = 0; cell < width; cell++) {
    const entries = cells[cell];
    if (entries === null) continue;
    laneSums(entries, weights, sums);
    for (let lane = 0; lane < LANES; lane++) confusion[lane * width + cell] = sums[lane];
  }
  laneSums(losses, weights, sums);
  return { confusion, losses: sums };
}
