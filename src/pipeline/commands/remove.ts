import { EsciSelectError, quote, suggest } from '../../errors.js';
import { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { EXAMPLES, findingsOf, STAGES } from '../files/layout.js';
import { loadRun } from '../files/load-run.js';
import { readPredictions } from '../files/predictions.js';
import { ensembleStage } from '../stages/ensemble.js';

/** What `remove` can be told. */
export interface RemoveOptions {
  readonly run: string;
  /** of the models to take out */
  readonly models: readonly string[];
}

/**
 * Takes models out of a run and fits its ensemble again without them. Their predictions stay in the folder: `import` of the
 * same files, or `train` with the same models, brings them back. The report notes what was removed.
 *
 * @returns names of the models left, in order
 * @throws EsciSelectError('usage') on a name that the run does not have, or where no model would be left
 */
export async function removeModels(options: RemoveOptions, context: PipelineContext): Promise<string[]> {
  await RunFolder.open(options.run);
  const run = await RunFolder.create(options.run, { command: 'remove' });
  try {
    const examples = await EXAMPLES.read(run, { text: false });
    const names = (await readPredictions(run, examples)).cards.map(({ name }) => name);
    const unknown = options.models.find((model) => !names.includes(model));
    if (unknown !== undefined) {
      throw new EsciSelectError('usage', `run has no model ${quote(unknown)}`, {
        path: options.run,
        hint: suggest(unknown, names, 'models'),
      });
    }
    const left = names.filter((name) => !options.models.includes(name));
    if (left.length === 0) {
      throw new EsciSelectError('usage', 'no model would be left in the run', {
        path: options.run,
        hint: `keep at least one of ${names.map(quote).join(', ')}`,
      });
    }
    for (const model of new Set(options.models)) await markRemoved(run, model);
    await ensembleStage(run, await loadRun(run), false, context);
    return left;
  } finally {
    await run.close();
  }
}

async function markRemoved(run: RunFolder, model: string): Promise<void> {
  const stage = STAGES.removed(model);
  await run.stage(stage, 'removed', async (out) => {
    const message = `model ${quote(model)} was taken out of the run by remove`;
    await findingsOf(stage).write(out, [{ severity: 'note', code: 'model-removed', message }]);
  });
}
