import type { DecideName } from '../../evaluation/decision-rule.js';
import type { Redundancy } from '../../selection/redundancy.js';
import type { LoadedRun } from '../files/load-run.js';
import { ruleSingles, type Singles } from './best-singles.js';
import { findRedundancy } from './redundancy.js';

/** What is said of a run's models whatever is chosen. */
export interface ModelsAlone {
  readonly singles: Singles;
  readonly redundancy: Redundancy;
}

/**
 * Finds it when first asked, and remembers: so that it may be found while other threads work. O(models (models + taus)
 * rows classes).
 */
export function modelsAlone(loaded: LoadedRun, decide: DecideName): () => Promise<ModelsAlone> {
  let found: Promise<ModelsAlone> | undefined;
  const find = async () => ({
    singles: ruleSingles({ ...loaded, decide, seed: loaded.settings.seed }),
    redundancy: await findRedundancy(loaded),
  });
  return () => {
    found ??= find();
    return found;
  };
}
