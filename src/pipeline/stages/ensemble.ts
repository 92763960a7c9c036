import type { Examples } from '../../data/examples/examples.js';
import { toXgboostJson } from '../../ensemble/xgboost/json.js';
import { EsciSelectError } from '../../errors.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { writeFileAtomic } from '../../io/atomic.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { contributionsOfStacks, writeContributions } from '../files/contributions.js';
import { versionedKey } from '../files/keys.js';
import { writeProbabilities } from '../files/probabilities.js';
import { writeQuerySums } from '../files/query-sums.js';
import { type RunSettings, SETTINGS_FILE } from '../files/settings.js';
import { modelFeatures } from '../stacking/features.js';
import { fitStacks, type Stacks } from '../stacking/stacks.js';

export const ENSEMBLE_FILE = 'ensemble/model.json';
export const FULL_PROBABILITIES = 'ensemble/probabilities.arrow';
export const CONTRIBUTIONS_FILE = 'attribution/contributions.json';
export const QUERY_SUMS_FILE = 'attribution/per-query.arrow';
export const CURVE_FILE = 'ensemble/curve.json';

/** Everything the full ensemble depends on. */
export interface EnsembleInput {
  readonly examples: Examples;
  readonly protocol: Protocol;
  readonly matrix: PredictionMatrix;
  readonly settings: RunSettings;
  /** key of the protocol stage */
  readonly protocolKey: string;
}

/** The key of an ensemble of all models; costs are no part of it. */
export function ensembleKey({ matrix, settings, protocolKey }: EnsembleInput): string {
  const models = matrix.cards.map(({ name, sha256 }) => [name, sha256]);
  return versionedKey('ensemble, sums per query', protocolKey, models, settings.seed, settings.boosting);
}

/**
 * Fits the ensemble of all models and takes the contributions of each; kept when predictions, folds and settings are
 * unchanged.
 *
 * @throws EsciSelectError('usage') when the run has no model
 */
export async function ensembleStage(
  run: RunFolder,
  input: EnsembleInput,
  force: boolean,
  context: PipelineContext,
): Promise<string> {
  if (input.matrix.cards.length === 0) {
    throw new EsciSelectError('usage', 'no model to combine: nothing was trained or imported', {
      hint: 'use --models all, or give predictions with --predictions',
    });
  }
  const key = ensembleKey(input);
  const message = `fitting the ensemble of ${input.matrix.cards.length} models and taking their contributions`;
  if (force || !(await run.isCurrent('ensemble', key)))
    context.onEvent?.({ kind: 'stage', stage: 'ensemble', message });
  const outcome = await run.stage('ensemble', key, () => fitAndSave(run, input, context), { force });
  if (outcome === 'kept')
    context.onEvent?.({ kind: 'kept', stage: 'ensemble', message: 'the ensemble is unchanged' });
  return key;
}

async function fitAndSave(run: RunFolder, input: EnsembleInput, context: PipelineContext): Promise<string[]> {
  const { examples, protocol, matrix, settings } = input;
  const classes = matrix.classes.length;
  const all = modelFeatures(matrix);
  const stacks = await fitStacks(
    {
      all,
      labels: examples.label,
      classes,
      protocol,
      options: settings.boosting,
      attribute: true,
      queryOf: examples.group,
      stage: 'ensemble',
    },
    context,
  );
  await writeFileAtomic(
    run.file(ENSEMBLE_FILE),
    toXgboostJson(stacks.deployed.ensemble, { classes: JSON.stringify(matrix.classes) }),
  );
  await writeFileAtomic(run.file(CURVE_FILE), `${JSON.stringify(curveOf(stacks), null, 2)}\n`);
  await writeFileAtomic(run.file(SETTINGS_FILE), `${JSON.stringify(settings, null, 2)}\n`);
  await writeProbabilities(run.file(FULL_PROBABILITIES), stacks.probabilities, classes);
  await writeContributions(run.file(CONTRIBUTIONS_FILE), contributionsOfStacks(all.models, classes, stacks));
  await writeQuerySums(run.file(QUERY_SUMS_FILE), stacks.deployed.querySums!);
  return [
    ...[ENSEMBLE_FILE, CURVE_FILE, SETTINGS_FILE, FULL_PROBABILITIES],
    ...[CONTRIBUTIONS_FILE, QUERY_SUMS_FILE],
  ];
}

function curveOf({ deployed }: Stacks) {
  return { rounds: deployed.rounds, validationLogLoss: [...deployed.curve] };
}
