import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError } from '../../errors.js';
import type { Protocol } from '../../evaluation/protocol.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { StageOutputs } from '../../run/stage-outputs.js';
import type { PipelineContext } from '../events.js';
import { versionedKey } from '../files/keys.js';
import {
  CHOICE,
  CONTRIBUTIONS,
  CURVE,
  ENSEMBLE,
  type EnsembleCurve,
  PROBABILITIES,
  QUERY_SUMS,
  SETTINGS,
  STAGES,
} from '../files/layout.js';
import type { RunSettings } from '../files/settings.js';
import { contributionsOfStacks } from '../stacking/contributions.js';
import { stackRun } from '../stacking/run-stacks.js';
import type { Stacks } from '../stacking/stacks.js';
import { ensembleSummary } from '../stacking/summary.js';

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
  return versionedKey('ensemble, decision rule', protocolKey, models, { ...settings });
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
  refuseNoModels(input.matrix.cards.length);
  const key = ensembleKey(input);
  const models = input.matrix.cards.length;
  const of = models === 1 ? 'one model' : `${models} models`;
  const message = `fitting the ensemble of ${of} and taking their contributions`;
  if (force || !(await run.isCurrent(STAGES.ensemble, key)))
    context.onEvent?.({ kind: 'stage', stage: 'ensemble', message });
  const outcome = await run.stage(STAGES.ensemble, key, (out) => fitAndSave(out, input, context), {
    force,
  });
  if (outcome === 'kept')
    context.onEvent?.({ kind: 'kept', stage: 'ensemble', message: 'the ensemble is unchanged' });
  return key;
}

/** An ensemble has a model. */
export function refuseNoModels(models: number): void {
  if (models > 0) return;
  throw new EsciSelectError('usage', 'no model to combine: nothing was trained or imported', {
    hint: 'use --models all, or give predictions with --predictions',
  });
}

async function fitAndSave(out: StageOutputs, input: EnsembleInput, context: PipelineContext): Promise<void> {
  const { examples, matrix, settings } = input;
  const classes = matrix.classes.length;
  const models = matrix.cards.map(({ name }) => name);
  const request = { attribute: true, queryOf: examples.group, stage: STAGES.ensemble };
  const stacks = await stackRun(input, request, context);
  const { ensemble, chosen } = stacks.deployed;
  await ENSEMBLE.write(out, { ensemble, classes: matrix.classes, rule: chosen.rule });
  await CHOICE.write(out, ensembleSummary(stacks.deployed, models));
  await CURVE.write(out, curveOf(stacks));
  await SETTINGS.write(out, settings);
  await PROBABILITIES.write(out, { probabilities: stacks.probabilities, answers: stacks.answers, classes });
  await CONTRIBUTIONS.write(out, contributionsOfStacks(models, classes, stacks));
  await QUERY_SUMS.write(out, stacks.deployed.querySums!);
}

function curveOf({ deployed }: Stacks): EnsembleCurve {
  return { rounds: deployed.rounds, validationLogLoss: [...deployed.curve] };
}
