import { z } from 'zod';
import type { BoostingOptions } from '../../ensemble/options.js';

/** What `rank` needs to know of how the run was trained. */
export interface RunSettings {
  readonly seed: number;
  readonly boosting: BoostingOptions;
}

/** What `ensemble/settings.json` must look like; the options are checked by `boostingOptions` when they are used. */
export const SETTINGS_SCHEMA = z.object({
  seed: z.number().int(),
  boosting: z.record(z.string(), z.unknown()),
});
