import type { Answered } from '../../evaluation/answered.js';
import type { DecideName } from '../../evaluation/decision-rule.js';
import type { EnsembleSummary } from '../../selection/decision.js';
import type { PipelineContext } from '../events.js';
import { CHOICE, CURVE, PROBABILITIES, STAGES } from '../files/layout.js';
import type { LoadedRun } from '../files/load-run.js';
import { stackRun } from '../stacking/run-stacks.js';
import type { Stacks } from '../stacking/stacks.js';
import { ensembleSummary } from '../stacking/summary.js';
import type { Selections } from './selecting.js';

/** An ensemble as a decision judges it. */
export interface JudgedEnsemble {
  /** of the evaluation rows */
  readonly said: Answered;
  readonly summary: EnsembleSummary;
  readonly rounds: number;
}

/** The ensemble of all models as `train` fitted it, or, where another rule is asked for, fitted anew under that rule. */
export async function fullEnsemble(
  loaded: LoadedRun,
  decide: DecideName,
  context: PipelineContext,
): Promise<JudgedEnsemble> {
  const { run, matrix, settings } = loaded;
  if (decide === settings.decide) {
    const { rounds } = await CURVE.read(run);
    return { said: await PROBABILITIES.read(run), summary: await CHOICE.read(run), rounds };
  }
  const stacks = await stackRun(loaded, { attribute: false, decide, stage: STAGES.decision }, context);
  return judged(
    stacks,
    matrix.cards.map(({ name }) => name),
  );
}

/** The ensembles of the models kept, of all rows and of each outer fold's. */
export function refitKept(
  loaded: LoadedRun,
  { deployed, folds }: Pick<Selections, 'deployed' | 'folds'>,
  decide: DecideName,
  context: PipelineContext,
): Promise<Stacks> {
  const keep = { deployed: deployed.kept, folds: folds.map(({ kept }) => kept) };
  return stackRun(loaded, { attribute: false, keep, decide, stage: 'rank' }, context);
}

/** Ensembles of some of a run's models as a decision judges them. */
export function keptEnsemble({ matrix }: LoadedRun, kept: readonly string[], stacks: Stacks): JudgedEnsemble {
  // an ensemble's models are in the order of the matrix
  return judged(
    stacks,
    matrix.cards.map(({ name }) => name).filter((name) => kept.includes(name)),
  );
}

function judged(stacks: Stacks, models: readonly string[]): JudgedEnsemble {
  return {
    said: stacks,
    summary: ensembleSummary(stacks.deployed, models),
    rounds: stacks.deployed.rounds,
  };
}
