import type { Examples, InputFile } from '../../data/examples/examples.js';
import { loadExamples } from '../../data/load.js';
import { choosesModels } from '../../models/choose.js';
import type { DataFile } from '../../predictions/import-options.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { versionedKey } from '../files/keys.js';
import { BEHAVIOURS_PATH, EXAMPLES, findingsOf, STAGES } from '../files/layout.js';
import { tellFindings } from '../files/run-findings.js';
import { SAMPLE_DATA, type TrainOptions } from '../train-options.js';

/** The examples of a run and what identifies them. */
export interface DataStage {
  readonly examples: Examples;
  readonly inputs: readonly InputFile[];
  /** the one file whose rows are the examples' rows, in order, so that predictions in it need no key; else empty */
  readonly files: readonly DataFile[];
  /** the stage's key: equal keys mean equal examples */
  readonly key: string;
}

/** Loads and validates the examples and saves them in the run, or reads them back when nothing has changed. */
export async function dataStage(
  run: RunFolder,
  inputs: readonly InputFile[],
  options: TrainOptions,
  context: PipelineContext,
): Promise<DataStage> {
  const paths = dataPaths(options);
  const text = choosesModels(options.models);
  const key = dataKey(inputs, options);
  let examples: Examples | null = null;
  context.onEvent?.({
    kind: 'stage',
    stage: 'data',
    message:
      options.data.length === 0
        ? 'reading the simulated sample of this package, because no --data is given'
        : `reading ${inputs.length} ${inputs.length === 1 ? 'file' : 'files'}`,
  });
  const outcome = await run.stage(
    STAGES.data,
    key,
    async (out) => {
      const loaded = await loadExamples(paths, { ...options.load, text, threads: context.threads });
      examples = loaded.examples;
      if (examples.behaviours) out.file(BEHAVIOURS_PATH); // written with the examples
      await EXAMPLES.write(out, examples);
      await findingsOf(STAGES.data).write(out, loaded.findings);
    },
    { force: options.force },
  );
  if (outcome === 'kept')
    context.onEvent?.({ kind: 'kept', stage: 'data', message: 'examples are unchanged' });
  await tellFindings(run, STAGES.data, context);
  const loaded = examples ?? (await EXAMPLES.read(run, { text }));
  return { examples: loaded, inputs, files: sameRows(inputs, loaded, options.load), key };
}

/** The key of the examples of these files under these options. */
export function dataKey(inputs: readonly InputFile[], options: TrainOptions): string {
  return versionedKey('data', inputs, loadKey(options), choosesModels(options.models));
}

/** The file that predictions may share with the examples, row by row: only a single one, of which no row was left out. */
export function sameRows(
  inputs: readonly InputFile[],
  { rows }: Examples,
  { version, locales, skipInvalid }: TrainOptions['load'],
): DataFile[] {
  const whole = version === undefined && locales === undefined && skipInvalid === undefined;
  return inputs.length === 1 && whole ? [{ sha256: inputs[0].sha256, firstRow: 0, rows }] : [];
}

/** The paths the examples come from. */
export function dataPaths(options: TrainOptions): readonly string[] {
  return options.data.length > 0 ? options.data : [SAMPLE_DATA];
}

/** The loading options that change what is loaded. */
export function loadKey({ load }: Pick<TrainOptions, 'load'>): unknown {
  const {
    memoryLimit: _memory,
    maxUnpacked: _unpacked,
    threads: _threads,
    skipInvalid,
    labelMap,
    ...rest
  } = load;
  return { ...rest, skipInvalid: skipInvalid !== undefined, labelMap: labelMap ? [...labelMap] : null };
}
