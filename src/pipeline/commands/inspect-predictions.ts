import type { Finding } from '../../data/examples/examples.js';
import { loadExamples } from '../../data/load.js';
import type { FileReading, JoinReading } from '../../predictions/file-reading.js';
import { importPredictions } from '../../predictions/import.js';
import { fingerprint } from '../files/fingerprint.js';
import { sameRows } from '../stages/data.js';
import type { TrainOptions } from '../train-options.js';

export type { FileReading, JoinReading };

/** How prediction files would be imported; nothing is stored. */
export interface PredictionInspection {
  readonly files: readonly FileReading[];
  readonly models: readonly { readonly name: string; readonly covered: number }[];
  readonly findings: readonly Finding[];
}

/** The importer's reading of prediction files against examples. Throws what the import would throw. */
export async function inspectPredictions({
  data,
  load,
  predictions,
  importing,
}: Pick<TrainOptions, 'data' | 'load' | 'predictions' | 'importing'>): Promise<PredictionInspection> {
  const { examples } = await loadExamples(data, { ...load, text: false });
  const dataFiles = sameRows(await fingerprint(data), examples, load);
  const { rejects: _rejects, ...options } = importing;
  const { files, models, findings } = await importPredictions(predictions, examples, {
    ...options,
    dataFiles,
  });
  return { files, models: models.map(({ card: { name, covered } }) => ({ name, covered })), findings };
}
