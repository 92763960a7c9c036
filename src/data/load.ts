import type { LoadedExamples, LoadOptions } from './examples/load-options.js';
import { gatherExamples } from './gather.js';

export type { LoadedExamples, LoadOptions } from './examples/load-options.js';

/**
 * Loads judged query-product pairs from files or folders: the official layout (examples, products, sources; the simulator's
 * behaviours), or any CSV, TSV, JSON Lines, Arrow or parquet tables with those columns or the KDD Cup's. Tables are told
 * apart by their columns; several examples files are read one after the other. No row is left out unless an option asks.
 *
 * Throws 'data' at the first error in the rows (unknown label, duplicate id, a query in train and test, ...) with its
 * place, 'io' for files that cannot be read, 'usage' for options that do not fit. Quirks and repairs are findings.
 * Linear in the rows; products are joined out of core.
 *
 * @example
 * import { loadExamples } from 'esci-select';
 *
 * const { examples } = await loadExamples(['judgements.csv']);
 * examples.rows; // => 300
 * examples.labelSpace.classes[examples.label[0]]; // => 'substitute'
 */
export async function loadExamples(
  paths: readonly string[],
  options: LoadOptions = {},
): Promise<LoadedExamples> {
  const { examples, findings, inputs } = await gatherExamples(paths, options, true);
  return { examples, findings, inputs };
}
