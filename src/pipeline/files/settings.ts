import { z } from 'zod';
import type { BoostingOptions } from '../../ensemble/boosting-options.js';
import { STACK_NAMES, type StackName } from '../../ensemble/stack/task.js';
import { DECIDE_NAMES, type DecideName } from '../../evaluation/decision-rule.js';

/** What `rank` needs to know of how the run was trained. */
export interface RunSettings {
  readonly seed: number;
  readonly boosting: BoostingOptions;
  /** what the ensemble may be, and how its margins become answers */
  readonly stack: StackName;
  readonly decide: DecideName;
}

/** As they are kept. Runs of before decision rules were boosted trees that answered with the likeliest class. */
export interface SavedSettings extends Omit<RunSettings, 'stack' | 'decide'> {
  readonly stack?: StackName;
  readonly decide?: DecideName;
}

/** What `ensemble/settings.json` must look like; the options are checked by `boostingOptions` when they are used. */
export const SETTINGS_SCHEMA = z.object({
  seed: z.number().int(),
  boosting: z.record(z.string(), z.unknown()),
  stack: z.enum(STACK_NAMES).optional(),
  decide: z.enum(DECIDE_NAMES).optional(),
});
