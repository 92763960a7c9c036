import type { Finding, InputFile } from './examples/examples.js';
import type { LoadOptions } from './examples/load-options.js';
import { type DataSummary, summarise } from './examples/summary.js';
import { gatherExamples } from './gather.js';

/** What is in the data and what is wrong with it. */
export interface Inspection {
  readonly summary: DataSummary;
  /** problems of severity 'error' would make `loadExamples` throw */
  readonly findings: readonly Finding[];
  readonly inputs: readonly InputFile[];
}

/**
 * Looks at data as `loadExamples` reads it, but lists every kind of problem in the rows with its first places instead of
 * throwing at the first. Rows with errors are counted in the summary, unlabelled where their label is unknown. Throws only
 * where nothing can be said: unreadable files, malformed tables, missing columns, classes that must be declared.
 *
 * @example
 * import { inspectData } from 'esci-select';
 *
 * const { summary, findings } = await inspectData(['judgements.csv']);
 * summary.rows; // => 300
 * findings.filter(({ severity }) => severity === 'error'); // => []
 */
export async function inspectData(paths: readonly string[], options: LoadOptions = {}): Promise<Inspection> {
  const { examples, findings, inputs, repeatedJudgements } = await gatherExamples(paths, options, false);
  return { summary: summarise(examples, repeatedJudgements), findings, inputs };
}
