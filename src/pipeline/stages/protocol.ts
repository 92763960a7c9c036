import { type Protocol, planProtocol } from '../../evaluation/protocol.js';
import { sha256 } from '../../io/hash.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { versionedKey } from '../files/keys.js';
import { PROTOCOL, STAGES } from '../files/layout.js';
import type { TrainOptions } from '../train-options.js';
import type { DataStage } from './data.js';

/** Decides and saves who may see which label. Returns the stage's key beside the protocol. */
export async function protocolStage(
  run: RunFolder,
  {
    data,
    imported,
    options,
  }: { readonly data: DataStage; readonly imported: Uint8Array | null; readonly options: TrainOptions },
  context: PipelineContext,
): Promise<{ protocol: Protocol; key: string }> {
  const key = protocolKey(data, imported, options);
  await run.stage(
    STAGES.protocol,
    key,
    (out) => {
      const { evaluation, folds, seed } = options;
      return PROTOCOL.write(out, planProtocol(data.examples, { evaluation, folds, seed, imported }));
    },
    { force: options.force },
  );
  const protocol = await PROTOCOL.read(run);
  context.onEvent?.({ kind: 'note', message: describe(protocol) });
  return { protocol, key };
}

/** The key of the protocol; `imported` as planProtocol takes it. */
export function protocolKey(
  data: Pick<DataStage, 'key'>,
  imported: Uint8Array | null,
  { evaluation, folds, seed }: Pick<TrainOptions, 'evaluation' | 'folds' | 'seed'>,
): string {
  const coverage = imported === null ? null : sha256(imported);
  return versionedKey('protocol', data.key, coverage, evaluation, folds, seed);
}

export function describe({ mode, reason, trainRows, evaluationRows, folds }: Protocol): string {
  const count = (rows: Int32Array) => rows.length.toLocaleString('en');
  return mode === 'holdout'
    ? `holdout: ${count(trainRows)} rows to fit on, ${count(evaluationRows)} to evaluate once (${reason})`
    : `nested cross-validation over ${count(trainRows)} rows in ${folds} folds of whole queries (${reason})`;
}
