import { VERSION } from '../../assets.js';
import { stageKey } from '../../run/run-folder.js';

/**
 * The key of a stage: what its outputs depend on, and the program's version, because another version may compute
 * something else from the same inputs.
 */
export function versionedKey(...parts: unknown[]): string {
  return stageKey(VERSION, ...parts);
}
