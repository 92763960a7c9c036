import { readFile } from 'node:fs/promises';
import { type BoostingOptions, boostingOptions } from '../../ensemble/options.js';
import { EsciSelectError } from '../../errors.js';
import type { RunFolder } from '../../run/run-folder.js';

/** What `rank` needs to know of how the run was trained. */
export interface RunSettings {
  readonly seed: number;
  readonly boosting: BoostingOptions;
}

export const SETTINGS_FILE = 'ensemble/settings.json';

/** Reads the settings `train` saved. */
export async function readSettings(run: RunFolder): Promise<RunSettings> {
  const path = run.file(SETTINGS_FILE);
  try {
    const settings = JSON.parse(await readFile(path, 'utf8')) as RunSettings;
    return { seed: settings.seed, boosting: boostingOptions(settings.boosting) };
  } catch (cause) {
    throw new EsciSelectError('usage', 'run has no fitted ensemble', {
      path: run.path,
      hint: 'run esci-select train with the same --run first',
      cause,
    });
  }
}
