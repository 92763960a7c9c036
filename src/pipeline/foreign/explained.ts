import { type AttributedBatch, type Attributor, attributorOf } from '../../attribution/attributor.js';
import { type BatchPlan, planBatches } from '../../attribution/batch.js';
import { attributeBatchesParallel } from '../../attribution/batches-parallel.js';
import { groupPlayers } from '../../attribution/players.js';
import type { ForeignEnsemble, Iterations } from '../../ensemble/foreign/foreign-ensemble.js';
import { atPath, EsciSelectError } from '../../errors.js';
import { mean } from '../../math/sums.js';
import type { PlayerContribution } from '../../selection/ensemble-ranking.js';
import { interruption } from '../../threads/pool-options.js';
import type { PipelineContext } from '../events.js';
import { type ExpectedMargins, MarginCheck } from './expect.js';
import { type FeatureBatch, type FeatureFiles, featureBatches, openFeatures } from './feature-files.js';
import { openEnsemble } from './open.js';
import { outputNames } from './outputs.js';
import { columnsAsPlayers, type EnsemblePlayers, readPlayers } from './players-file.js';
import type { EnsembleSums } from './sums.js';

/** A model file, its table and who owns the table's columns. */
export interface EnsembleInput {
  /** XGBoost JSON or UBJSON, LightGBM text, CatBoost JSON or treelite JSON */
  readonly ensemble: string;
  /** a table, or several: `DIR/*.parquet` */
  readonly features: string;
  /** a file of players; without it every column is one */
  readonly players?: string;
  /** raw margins of the same rows by the user's own program */
  readonly expect?: string;
  /** asked for where the best round of the file is not its last */
  readonly iterations?: Iterations;
  /** columns of the table that are no features, by role */
  readonly columns?: ReadonlyMap<string, string>;
}

/** Everything that is read before rows are. */
export interface OpenedEnsemble {
  readonly foreign: ForeignEnsemble;
  readonly players: EnsemblePlayers;
  readonly files: FeatureFiles;
  /** what the attributor goes by, and threads do */
  readonly plan: BatchPlan;
  readonly attributor: Attributor;
  /** names of the outputs */
  readonly outputs: readonly string[];
}

/** Opens model, table and players. Throws 'model', 'io', 'data' and 'usage'. */
export async function openInput(input: EnsembleInput): Promise<OpenedEnsemble> {
  const foreign = await openEnsemble(input.ensemble, input.iterations);
  const others = [...(input.columns ?? new Map<string, string>()).values()];
  const files = await openFeatures(input.features, foreign, others);
  const players =
    input.players === undefined
      ? columnsAsPlayers(foreign.columns)
      : await readPlayers(input.players, foreign.columns, files.names);
  const outputs = outputNames(foreign, players.classes, input.players);
  const names = players.players.map(({ name }) => name);
  const owners = groupPlayers(names, players.ofColumn);
  const plan = atPath(input.ensemble, () => planBatches(foreign, owners));
  return { foreign, players, files, plan, attributor: attributorOf(plan), outputs };
}

/** Compares the model's margins with the user's own, before anything is explained; null where none are given. */
export async function checkExpected(
  opened: OpenedEnsemble,
  input: EnsembleInput,
  context: PipelineContext,
): Promise<ExpectedMargins | null> {
  if (input.expect === undefined) return null;
  const check = await MarginCheck.open(input.expect, opened.attributor.outputs);
  for await (const { sources } of batchesOf(opened, context)) check.compare(opened.attributor.score(sources));
  return check.finish();
}

/** The table's batches, until the signal aborts. */
async function* batchesOf(
  { files, foreign, players }: OpenedEnsemble,
  { signal }: PipelineContext,
  others: readonly string[] = [],
): AsyncGenerator<FeatureBatch> {
  for await (const batch of featureBatches(files, foreign, players, others)) {
    if (signal?.aborted) throw interruption(signal);
    yield batch;
  }
}

/** Explains all batches; `onBatch` gets each before it is let go. Throws 'data' where there are no rows. */
export async function* attributedBatches(
  opened: OpenedEnsemble,
  sums: EnsembleSums,
  context: PipelineContext,
  others: readonly string[] = [],
): AsyncGenerator<{ readonly batch: FeatureBatch; readonly attributed: AttributedBatch }> {
  const batches = batchesOf(opened, context, others);
  for await (const { batch, attributed } of attributeBatchesParallel(opened.plan, batches, context.threads)) {
    sums.add(attributed);
    const message = `${sums.rows} rows explained`;
    context.onEvent?.({ kind: 'progress', stage: 'explain', done: sums.rows, total: sums.rows, message });
    yield { batch, attributed };
  }
  if (sums.rows > 0) return;
  throw new EsciSelectError('data', 'table has no rows', { path: opened.files.paths[0] });
}

/** Players by their summed SHAP, largest first; ties by name. */
export function contributionsOf(
  { players, attributor }: OpenedEnsemble,
  sums: EnsembleSums,
): PlayerContribution[] {
  const { outputs } = attributor;
  const means = sums.means();
  const lines = players.players.map(({ name, context }, at): PlayerContribution => {
    const own = (values: Float64Array) => [...values.subarray(at * outputs, (at + 1) * outputs)];
    const shapByOutput = own(means.shapAbsolute);
    const groupShapByOutput = own(means.groupShapAbsolute);
    return {
      player: name,
      context,
      shap: mean(shapByOutput),
      groupShap: mean(groupShapByOutput),
      shapByOutput,
      groupShapByOutput,
      signedByOutput: own(means.shapSigned),
    };
  });
  return lines.sort((a, b) => b.shap - a.shap || (a.player < b.player ? -1 : 1));
}
