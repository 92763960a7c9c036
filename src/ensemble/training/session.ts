import { binFeatures } from './binning.js';
import { Booster, type BoosterPart, type BoostingData } from './booster.js';
import { TrainingMemory } from './memory.js';
import { columnsByName, partOf } from './sample.js';
import { fillTable } from './table.js';
import { mostThreads } from './tree-layout.js';

/** Below so many rows, waking threads costs more than they save. */
const LEAST_ROWS_FOR_THREADS = 20_000;

/** Threads that share the work on a tree of vector leaves at most; tree-layout.ts says how many share trees of one class. */
const MOST_THREADS = 16;

/** Ensembles to be boosted over one table: their parts list positions, places in `data.rows`. */
export interface SessionInput {
  readonly data: Omit<BoostingData, 'validationRows' | 'start'>;
  readonly parts: readonly BoosterPart[];
}

/**
 * Runs `use` with one booster per part, over a training memory of their own, which is closed afterwards: boosters are of
 * no use outside. At most as many threads work as the table keeps busy, one where it has few rows. Throws 'data' where the
 * table does not fit 4 GiB.
 */
export function withBoosters<Result>(
  { data, parts }: SessionInput,
  use: (boosters: readonly Booster[]) => Result,
): Result {
  const { features, rows, options, classes } = data;
  const binned = data.binned ?? binFeatures(features, rows, options.maxBins);
  const sizes = {
    positions: rows.length,
    columnsUsed: partOf(features.columns, options.featureFraction),
    classes,
  };
  const most =
    options.multiStrategy === 'multi_output_tree' ? MOST_THREADS : mostThreads({ ...sizes, options });
  const threads = rows.length < LEAST_ROWS_FOR_THREADS ? 1 : Math.min(most, data.threads ?? 1);
  const memory = new TrainingMemory({
    ...sizes,
    columns: features.columns,
    slotBits: binned.bins.slotBits,
    boosters: parts.length,
    threads,
    options,
  });
  try {
    const columnAt = columnsByName(features.names);
    fillTable(memory, binned, data.labels, { rows, columnAt });
    const labels = new Int16Array(rows.length);
    for (let at = 0; at < rows.length; at++) labels[at] = data.labels[rows[at]];
    const table = { features, binned, columnAt, labels, classes, options };
    return use(parts.map((part, at) => new Booster(table, part, memory, memory.layout.boosters[at])));
  } finally {
    memory.close();
  }
}
