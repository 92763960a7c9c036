import { type Protocol, planProtocol } from '../../evaluation/protocol.js';
import { sha256 } from '../../io/hash.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { versionedKey } from '../files/keys.js';
import { readProtocol, writeProtocol } from '../files/protocol.js';
import type { TrainOptions } from '../options.js';
import type { DataStage } from './data.js';

export const PROTOCOL_FILE = 'protocol.arrow';

/** Decides and saves who may see which label. Returns the stage's key beside the protocol. */
export async function protocolStage(
  run: RunFolder,
  data: DataStage,
  imported: Uint8Array | null,
  options: TrainOptions,
  context: PipelineContext,
): Promise<{ protocol: Protocol; key: string }> {
  const coverage = imported === null ? null : sha256(imported);
  const key = versionedKey('protocol', data.key, coverage, options.evaluation, options.folds, options.seed);
  await run.stage(
    'protocol',
    key,
    async () => {
      const { evaluation, folds, seed } = options;
      await writeProtocol(
        run.file(PROTOCOL_FILE),
        planProtocol(data.examples, { evaluation, folds, seed, imported }),
      );
      return [PROTOCOL_FILE];
    },
    { force: options.force },
  );
  const protocol = await readProtocol(run.file(PROTOCOL_FILE));
  context.onEvent?.({ kind: 'note', message: describe(protocol) });
  return { protocol, key };
}

function describe({ mode, reason, trainRows, evaluationRows, folds }: Protocol): string {
  const count = (rows: Int32Array) => rows.length.toLocaleString('en');
  return mode === 'holdout'
    ? `holdout: ${count(trainRows)} rows to fit on, ${count(evaluationRows)} to evaluate once (${reason})`
    : `nested cross-validation over ${count(trainRows)} rows in ${folds} folds of whole queries (${reason})`;
}
