import type { BoostingOptions } from '../ensemble/boosting-options.js';
import type { TrainOptions } from './train-options.js';

/** Options of `train` that go together. */
export interface Preset {
  /** what it sets, in flags, for people */
  readonly summary: string;
  readonly options: Partial<Pick<TrainOptions, 'folds' | 'maxTrainRows' | 'stack'>>;
  readonly boosting: Partial<BoostingOptions>;
}

/** Presets by the name that --preset takes. A flag that is given wins over what the preset says of it. */
export const PRESETS = {
  quick: {
    summary: '--folds 3 --max-train-rows 2000 --stack pool',
    options: { folds: 3, maxTrainRows: 2000, stack: 'pool' },
    boosting: {},
  },
  best: {
    summary: '--folds 10 --rounds 2000 --learning-rate 0.02',
    options: { folds: 10 },
    boosting: { rounds: 2000, learningRate: 0.02 },
  },
} satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];
