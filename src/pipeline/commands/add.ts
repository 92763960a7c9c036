import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError } from '../../errors.js';
import { canonicalJson, sha256 } from '../../io/hash.js';
import { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { fingerprint } from '../files/fingerprint.js';
import { EXAMPLES, STAGES } from '../files/layout.js';
import { loadRun } from '../files/load-run.js';
import { readPredictions } from '../files/predictions.js';
import { ensembleStage } from '../stages/ensemble.js';
import { declareCosts, importStage } from '../stages/import.js';
import type { TrainOptions } from '../train-options.js';

/** What `import` can be told. */
export type AddOptions = Pick<TrainOptions, 'run' | 'predictions' | 'importing' | 'costs' | 'force'>;

/** The run's models after an import. */
export interface AddSummary {
  readonly models: readonly {
    readonly name: string;
    readonly family: string;
    readonly source: string;
    readonly covered: number;
  }[];
}

/**
 * Adds or replaces predictions in a trained run, or costs alone, then fits the full ensemble again with them. A model of the same name
 * is replaced; a later `train` on the run keeps what was added here.
 *
 * @throws EsciSelectError('usage') when the run is not trained, ('data') when a file is not what it should be
 *
 * @example
 * import { addPredictions } from 'esci-select';
 *
 * const added = { predictions: ['newcomer'], importing: {}, costs: [], force: false };
 * const { models } = await addPredictions({ run: 'my-run', ...added }, { threads: 1 });
 * models.map(({ name }) => name); // => [ 'first', 'noise', 'second', 'third' ]
 */
export async function addPredictions(options: AddOptions, context: PipelineContext): Promise<AddSummary> {
  if (options.predictions.length === 0 && options.costs.length === 0) {
    throw new EsciSelectError('usage', 'import is given neither predictions nor costs', {
      hint: 'give files or folders of predictions, or --costs FILE alone',
    });
  }
  await RunFolder.open(options.run);
  const run = await RunFolder.create(options.run, { command: 'import' });
  try {
    const examples = await EXAMPLES.read(run, { text: false });
    if (options.predictions.length > 0) await addAll(run, examples, options, context);
    const names = options.costs.length === 0 ? [] : await modelNames(run, examples);
    await declareCosts(run, options.costs, names, { ...context, maxUnpacked: options.importing.maxUnpacked });
    const loaded = await loadRun(run);
    await ensembleStage(run, loaded, options.force, context);
    return {
      models: loaded.matrix.cards.map(({ name, family, source, covered }) => ({
        name,
        family,
        source,
        covered,
      })),
    };
  } finally {
    await run.close();
  }
}

async function addAll(
  run: RunFolder,
  examples: Examples,
  options: AddOptions,
  context: PipelineContext,
): Promise<void> {
  const files = await fingerprint(options.predictions, { nested: true });
  const stage = STAGES.added(sha256(canonicalJson(files)).slice(0, 12));
  const data = { examples, files: [], key: run.manifest.stages[STAGES.data].key };
  await importStage({ run, stage, data, request: options }, context);
}

async function modelNames(run: RunFolder, examples: Examples): Promise<string[]> {
  return (await readPredictions(run, examples)).cards.map(({ name }) => name);
}
