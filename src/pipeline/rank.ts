import { readFile } from 'node:fs/promises';
import { toXgboostJson } from '../ensemble/xgboost-json.js';
import { writeFileAtomic } from '../io/atomic.js';
import type { PredictionMatrix } from '../predictions/matrix.js';
import { RunFolder } from '../run/run-folder.js';
import { type Budget, parseBudget } from '../selection/budget.js';
import { chooseModels } from '../selection/choose.js';
import type { Decision, RankingLine } from '../selection/decision.js';
import { rankModels } from '../selection/rank.js';
import { type Contributions, readContributions } from './contributions.js';
import type { PipelineContext } from './events.js';
import { modelFeatures } from './features.js';
import { versionedKey } from './keys.js';
import { type LoadedRun, loadRun } from './load-run.js';
import { readProbabilities } from './probabilities-file.js';
import { type Scored, scoreAll } from './scoring.js';
import { fitStacks, type Stacks } from './stacks.js';
import { CONTRIBUTIONS_FILE, CURVE_FILE, ensembleStage, FULL_PROBABILITIES } from './stages/ensemble.js';

/** What `rank` can be told. */
export interface RankOptions {
  readonly run: string;
  /** `3`, `latency_ms=25`, ...; together */
  readonly budgets: readonly string[];
  /** bootstrap replicates for every interval */
  readonly replicates: number;
  readonly force: boolean;
}

/** The latest decision of a run, which `report` shows. */
export const DECISION_FILE = 'decision/decision.json';
export const PRUNED_FILE = 'decision/model.json';

/**
 * Ranks the run's models by their contributions, keeps what fits the budget, refits the ensemble on the models kept and
 * scores it beside every single model, the full ensemble and the constant answer. Where predictions have been added
 * since `train`, the full ensemble is fitted again first.
 *
 * @throws EsciSelectError('usage') for a bad budget or an untrained run, ('infeasible') when no model fits
 */
export async function rank(options: RankOptions, context: PipelineContext): Promise<Decision> {
  const budget = parseBudget(options.budgets);
  const run = await openForWriting(options.run);
  try {
    const loaded = await loadRun(run);
    const fullKey = await ensembleStage(run, loaded, false, context);
    const contributions = await readContributions(run.file(CONTRIBUTIONS_FILE));
    const keep = chooseAll(contributions, loaded.matrix, budget);
    const costs = loaded.matrix.cards.map((card) => [card.name, { ...card.costs }]);
    const key = versionedKey('decision', fullKey, { ...budget }, keep, costs, options.replicates);
    const outcome = await run.stage(
      'decision',
      key,
      () => decide(loaded, contributions, budget, keep, options, context),
      {
        force: options.force,
      },
    );
    if (outcome === 'kept')
      context.onEvent?.({ kind: 'kept', stage: 'rank', message: 'the decision is unchanged' });
    return await readDecision(run);
  } finally {
    await run.close();
  }
}

/** The lock, but only of a run that is there: `rank` never makes a folder. */
async function openForWriting(path: string): Promise<RunFolder> {
  await RunFolder.open(path);
  return RunFolder.create(path, { command: 'rank' });
}

/** The run's latest decision. */
export async function readDecision(run: RunFolder): Promise<Decision> {
  return JSON.parse(await readFile(run.file(DECISION_FILE), 'utf8')) as Decision;
}

interface Keep {
  readonly deployed: readonly string[];
  readonly folds: readonly (readonly string[])[];
}

/** The choice for the deployed ensemble and, when cross-validated, each outer fold's own, made without its rows. */
function chooseAll(contributions: Contributions, matrix: PredictionMatrix, budget: Budget): Keep {
  return {
    deployed: chooseModels(rankModels(contributions.models), matrix.cards, budget),
    folds: contributions.folds.map((fold) => chooseModels(rankModels(fold), matrix.cards, budget)),
  };
}

async function decide(
  loaded: LoadedRun,
  contributions: Contributions,
  budget: Budget,
  keep: Keep,
  options: RankOptions,
  context: PipelineContext,
): Promise<string[]> {
  const { run, matrix } = loaded;
  const classes = matrix.classes.length;
  context.onEvent?.({
    kind: 'stage',
    stage: 'rank',
    message: `refitting on ${keep.deployed.length} of ${matrix.cards.length} models: ${keep.deployed.join(', ')}`,
  });
  const pruned = await refit(loaded, keep, context);
  context.onEvent?.({
    kind: 'stage',
    stage: 'rank',
    message: `scoring with ${options.replicates} bootstrap replicates over queries`,
  });
  const scored = scoreAll({
    ...loaded,
    full: await readProbabilities(run.file(FULL_PROBABILITIES), classes),
    pruned: pruned.probabilities,
    replicates: options.replicates,
    seed: loaded.settings.seed,
  });
  const fullRounds = JSON.parse(await readFile(run.file(CURVE_FILE), 'utf8')).rounds as number;
  const decision: Decision = {
    ...describe(loaded, contributions, scored, keep.deployed),
    budget,
    rounds: { full: fullRounds, pruned: pruned.deployed.rounds },
    replicates: options.replicates,
  };
  await writeFileAtomic(run.file(DECISION_FILE), `${JSON.stringify(decision, null, 2)}\n`);
  await writeFileAtomic(
    run.file(PRUNED_FILE),
    toXgboostJson(pruned.deployed.ensemble, { classes: JSON.stringify(matrix.classes) }),
  );
  return [DECISION_FILE, PRUNED_FILE];
}

function refit(
  { examples, protocol, matrix, settings }: LoadedRun,
  keep: Keep,
  context: PipelineContext,
): Promise<Stacks> {
  return fitStacks(
    {
      all: modelFeatures(matrix),
      labels: examples.label,
      classes: matrix.classes.length,
      protocol,
      options: settings.boosting,
      attribute: false,
      keep,
      stage: 'rank',
    },
    context,
  );
}

function describe(loaded: LoadedRun, contributions: Contributions, scored: Scored, kept: readonly string[]) {
  const { examples, protocol, matrix } = loaded;
  const models: Record<string, Scored['full']> = Object.create(null);
  matrix.cards.forEach((card, at) => {
    models[card.name] = scored.models[at];
  });
  return {
    schema: 'esci-select/decision/1' as const,
    classes: matrix.classes,
    protocol: {
      mode: protocol.mode,
      reason: protocol.reason,
      folds: protocol.folds,
      trainRows: protocol.trainRows.length,
      evaluationRows: protocol.evaluationRows.length,
      evaluationQueries: new Set(Array.from(protocol.evaluationRows, (row) => examples.group[row])).size,
    },
    ranking: rankingLines(contributions, matrix, kept),
    kept,
    metrics: { floor: scored.floor, models, full: scored.full, pruned: scored.pruned },
    differences: scored.differences,
    best: scored.best,
    locales: scored.locales,
    additivity: contributions.additivity,
    explainedRows: contributions.rows,
  };
}

function rankingLines(
  contributions: Contributions,
  matrix: PredictionMatrix,
  kept: readonly string[],
): RankingLine[] {
  const cards = new Map(matrix.cards.map((card) => [card.name, card]));
  const byModel = new Map(contributions.models.map((contribution) => [contribution.model, contribution]));
  return rankModels(contributions.models).map(({ model, rank: place, shap, groupShap }) => {
    const { family, source, costs } = cards.get(model)!;
    const values: Record<string, number> = Object.create(null);
    const units: Record<string, string> = Object.create(null);
    for (const name of Object.keys(costs).sort()) {
      values[name] = costs[name].value;
      units[name] = costs[name].unit;
    }
    const { shapByClass, signedByClass } = byModel.get(model)!;
    return {
      model,
      family,
      source,
      rank: place,
      shap,
      groupShap,
      shapByClass,
      signedByClass,
      costs: values,
      costUnits: units,
      kept: kept.includes(model),
    };
  });
}
