import type { DecideName } from '../../evaluation/decision-rule.js';
import type { Redundancy } from '../../selection/redundancy.js';
import type { LoadedRun } from '../files/load-run.js';
import { chooseSingleRules, type SingleRules } from './best-singles.js';
import { findRedundancy } from './redundancy.js';

/** What is said of a run's models whatever is chosen, as far as it takes little memory: an ensemble is fitted meanwhile. */
export interface ModelsAlone {
  readonly rules: SingleRules;
  readonly redundancy: Redundancy;
}

/**
 * Finds it when first asked, and remembers: so that it may be found while other threads work. O(models (models + taus)
 * rows classes).
 */
export function modelsAlone(loaded: LoadedRun, decide: DecideName): () => Promise<ModelsAlone> {
  let found: Promise<ModelsAlone> | undefined;
  const find = async () => ({
    rules: chooseSingleRules({ ...loaded, decide, seed: loaded.settings.seed }),
    redundancy: await findRedundancy(loaded),
  });
  return () => {
    found ??= find();
    return found;
  };
}
