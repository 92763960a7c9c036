import { dirname } from 'node:path';
import { writeFileAtomic } from '../../io/atomic.js';
import type { ChosenModel } from '../../models/choose.js';
import type { CrossFitResult } from '../../models/cross-fit/result.js';
import type { ReadAll } from '../../models/encoder/read-all.js';
import type { Cost, ModelCard } from '../../predictions/matrix.js';
import { hashOfValues, writeModelPredictions } from '../../predictions/store/store.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { StageOutputs } from '../../run/stage-outputs.js';
import { addCost } from '../files/costs.js';
import { curvesOf, findingsOf, MEASURED_COSTS, modelPath, predictionsPath, STAGES } from '../files/layout.js';
import { readCostTable, recordCosts } from '../files/run-costs.js';
import { recordTimings } from '../files/timings.js';
import type { TrainingBackend } from '../train-options.js';
import type { DataStage } from './data.js';
import { languageFindings, pretrainedCard } from './language.js';

/** What is to be saved of a trained model. */
export interface SavedFit {
  readonly result: CrossFitResult;
  readonly chosen: ChosenModel;
  readonly backend: TrainingBackend;
  readonly read: ReadonlyMap<string, ReadAll>;
}

/** Writes a model's predictions, weights and curves. */
export async function saveModel(
  out: StageOutputs,
  data: DataStage,
  { result, chosen, backend, read }: SavedFit,
): Promise<void> {
  const { pretrained } = chosen;
  const { examples } = data;
  const { classes } = examples.labelSpace;
  const missing = missingRows(result.probabilities, classes.length);
  const costs: Record<string, Cost> = Object.create(null);
  costs.parameters = { value: result.parameters, unit: 'count' };
  costs.bytes = { value: result.bytes, unit: 'B' };
  const card: ModelCard = {
    name: result.name,
    family: result.family,
    source: 'trained',
    kind: 'probabilities',
    costs,
    sha256: hashOfValues(result.probabilities),
    covered: examples.rows - (missing?.reduce((sum, one) => sum + one, 0) ?? 0),
    notes: [chosen.model.description],
    module: typeof chosen.origin === 'object' && pretrained === undefined ? chosen.origin.sha256 : undefined,
    backend: backend === 'wasm' || pretrained !== undefined ? undefined : backend,
    pretrained: pretrained === undefined ? undefined : pretrainedCard(pretrained),
  };
  const predictions = out.file(predictionsPath(result.name));
  const answers = { card, values: result.probabilities, missing };
  await writeModelPredictions(dirname(predictions), answers, classes);
  if (pretrained !== undefined) {
    const findings = languageFindings(pretrained, read.get(result.name)!, answers, examples);
    await findingsOf(STAGES.model(result.name)).write(out, findings);
  }
  await curvesOf(result.name).write(out, result.curves);
  for (const [name, bytes] of result.files) {
    await writeFileAtomic(out.file(modelPath(result.name, name)), bytes);
  }
}

/** [row]: 1 where a model has left a row out; null where none. */
function missingRows(values: Float32Array, classes: number): Uint8Array | null {
  const missing = Uint8Array.from({ length: values.length / classes }, (_, row) =>
    Number.isNaN(values[row * classes]) ? 1 : 0,
  );
  return missing.includes(1) ? missing : null;
}

/** Adds what was measured to a file of its own, outside the models' keys. */
export async function recordMeasured(
  run: RunFolder,
  { name: model, latency, fitSeconds }: CrossFitResult,
): Promise<void> {
  const table = await readCostTable(run, MEASURED_COSTS);
  const costs = { latency_ms: latency.bulk, latency_ms_p50: latency.p50, latency_ms_p95: latency.p95 };
  for (const [name, value] of Object.entries(costs)) addCost(table, model, name, { value, unit: 'ms/row' });
  if (latency.cold !== undefined) addCost(table, model, 'cold_start_ms', { value: latency.cold, unit: 'ms' });
  await recordCosts(run, STAGES.measuredCosts, MEASURED_COSTS, table);
  if (fitSeconds === null) return;
  const { seconds, rows } = fitSeconds;
  await recordTimings(run, { fits: new Map([[model, { seconds, size: rows }]]) });
}
