import { EsciSelectError, quote } from '../../errors.js';
import { type Answered, answeredPredictor } from '../../evaluation/answered.js';
import { evaluate, evaluationSet } from '../../evaluation/evaluate.js';
import { readCosts } from '../../predictions/costs.js';
import { type ImportOptions, importPredictions } from '../../predictions/import.js';
import type { ImportedModel } from '../../predictions/import-options.js';
import type { ModelCard, PredictionMatrix } from '../../predictions/matrix.js';
import { assembleMatrix, takeModels } from '../../predictions/store/store.js';
import { RunFolder } from '../../run/run-folder.js';
import { type Budget, parseCombine } from '../../selection/budget.js';
import { costName, costOf, isShared, setCost } from '../../selection/costs.js';
import type { Decision } from '../../selection/decision.js';
import { parseBudgets } from '../../selection/locale-budgets.js';
import { similarities } from '../../selection/redundancy.js';
import { refitOrder } from '../../selection/refits.js';
import type { SelectionRequest } from '../../selection/select.js';
import { parseStrategy } from '../../selection/strategies/registry.js';
import { type CostChange, judgeTrial, type Newcomer, type Trial } from '../../selection/trial.js';
import { modelPredictor } from '../choosing/scoring.js';
import { modelEvidence } from '../choosing/select-evidence.js';
import { type Selections, selectAll, taskMaker } from '../choosing/selecting.js';
import type { PipelineContext } from '../events.js';
import type { Contributions } from '../files/contributions.js';
import { type CostTable, withCosts } from '../files/costs.js';
import { CONTRIBUTIONS, DECISION, STAGES } from '../files/layout.js';
import { type LoadedRun, loadRun, protocolSummary } from '../files/load-run.js';
import { contributionsOfStacks } from '../stacking/contributions.js';
import { stackRun } from '../stacking/run-stacks.js';
import { ensembleKey } from '../stages/ensemble.js';

/** What `trial` can be told. */
export interface TrialOptions {
  readonly run: string;
  /** files or folders of the newcomers' predictions */
  readonly predictions: readonly string[];
  readonly importing: ImportOptions;
  /** files model,<cost>,... of the newcomers' costs */
  readonly costs: readonly string[];
  /** other budgets than the decision's, as `rank` takes them */
  readonly budgets?: readonly string[];
  readonly combine?: readonly string[];
  /** the loss of the metric that is accepted where the new set is cheaper */
  readonly margin?: number;
  readonly replicates: number;
}

/**
 * Tries newcomers beside a run's models: whom they displace under the budget of its latest decision, what that gains on
 * the evaluation rows, and what it costs. Nothing is written into the run. Both kept sets are chosen by the same rules,
 * fold by fold where all is cross-validated, and their ensembles compared on the same rows.
 *
 * @throws EsciSelectError('usage') when the run has no decision to go by, ('data') for predictions that are not what they
 * should be, ('infeasible') when nothing fits the budget
 *
 * @example
 * import { trial } from 'esci-select';
 *
 * const newcomer = { predictions: ['newcomer'], importing: {}, costs: [], replicates: 200 };
 * const { newcomers } = await trial({ run: 'my-run', ...newcomer }, { threads: 1 });
 * newcomers.map(({ model, kept }) => [model, kept]); // => [ [ 'third', false ] ]
 */
export async function trial(options: TrialOptions, context: PipelineContext): Promise<Trial> {
  const run = await RunFolder.open(options.run);
  const loaded = await loadRun(run);
  const request = requestOf(await decisionOf(run, loaded), loaded, options);
  const newcomers = await importNewcomers(options, loaded);
  const names = newcomers.map(({ card }) => card.name);
  const pool: LoadedRun = { ...loaded, matrix: extended(loaded.matrix, newcomers) };
  tell(context, `fitting the ensemble of ${pool.matrix.cards.length} models, ${names.join(', ')} among them`);
  const contributions = await contributionsOf(pool, context);
  tell(context, `choosing without and with ${names.join(', ')}`);
  const earlier = await CONTRIBUTIONS.read(run);
  const old = await selectAll({ loaded, contributions: earlier, request }, context);
  const fresh = await selectAll({ loaded: pool, contributions, request }, context);
  tell(context, `refitting on ${old.deployed.kept.join(', ')}, and on ${fresh.deployed.kept.join(', ')}`);
  const before = await answersOf(loaded, old, context);
  const after = await answersOf(pool, fresh, context);
  return conclude({ loaded, pool, request, options, contributions, old, fresh, before, after, names });
}

/** The run's decision, whose rules the trial goes by; checked to be about the models that are in the run now. */
async function decisionOf(run: RunFolder, loaded: LoadedRun): Promise<Decision> {
  const ranked = DECISION.isIn(run);
  if (ranked && (await run.isCurrent(STAGES.ensemble, ensembleKey(loaded)))) return DECISION.read(run);
  throw new EsciSelectError(
    'usage',
    ranked
      ? 'run has changed since it was ranked'
      : 'run has no decision that newcomers could be tried against',
    { path: run.path, hint: 'run esci-select rank --budget N with the same --run first' },
  );
}

function requestOf(decision: Decision, loaded: LoadedRun, options: TrialOptions): SelectionRequest {
  const { budget, constraints, strategy } = decision;
  return {
    budget: options.budgets === undefined ? budget : budgetOf(options.budgets, options.combine),
    strategy: parseStrategy(strategy),
    ...constraints,
    seed: loaded.settings.seed,
  };
}

/** The budget given, which is for all rows: newcomers are tried against the set that serves them. */
function budgetOf(budgets: readonly string[], combine: readonly string[] = []): Budget {
  const { all, locales } = parseBudgets(budgets, parseCombine(combine));
  if (locales.length === 0) return all;
  throw new EsciSelectError(
    'usage',
    `--budget names locale ${quote(locales[0].locale)}, which trial does not take`,
    {
      hint: 'give a budget for all rows, such as --budget 3; budgets of locales are for rank',
    },
  );
}

async function importNewcomers(options: TrialOptions, { examples }: LoadedRun): Promise<ImportedModel[]> {
  const { models } = await importPredictions(options.predictions, examples, options.importing);
  const declared: CostTable = new Map();
  for (const path of options.costs) {
    const read = await readCosts(path, options.importing.maxUnpacked);
    for (const [model, costs] of read) declared.set(model, new Map(Object.entries(costs)));
  }
  return models.map((model) => ({ ...model, card: withCosts(model.card, declared) }));
}

/** The run's predictions with the newcomers' added; a newcomer stands in for a model of its name. */
function extended(matrix: PredictionMatrix, newcomers: readonly ImportedModel[]): PredictionMatrix {
  const replaced = new Set(newcomers.map(({ card }) => card.name));
  const stay = matrix.cards.filter(({ name }) => !replaced.has(name));
  const own = stay.map((card): ImportedModel => {
    const { values, missing } = takeModels(matrix, [card.name]);
    return { card, values, missing };
  });
  return assembleMatrix([...own, ...newcomers], matrix.classes);
}

async function contributionsOf(loaded: LoadedRun, context: PipelineContext): Promise<Contributions> {
  const { cards, classes } = loaded.matrix;
  const stacks = await stackRun(loaded, { attribute: true, stage: 'trial' }, context);
  return contributionsOfStacks(
    cards.map(({ name }) => name),
    classes.length,
    stacks,
  );
}

/** What the ensemble of the models kept says of the evaluation rows. */
function answersOf(
  loaded: LoadedRun,
  { deployed, folds }: Selections,
  context: PipelineContext,
): Promise<Answered> {
  const keep = { deployed: deployed.kept, folds: folds.map(({ kept }) => kept) };
  return stackRun(loaded, { attribute: false, keep, stage: 'trial' }, context);
}

interface TrialParts {
  readonly loaded: LoadedRun;
  readonly pool: LoadedRun;
  readonly request: SelectionRequest;
  readonly options: TrialOptions;
  readonly contributions: Contributions;
  readonly old: Selections;
  readonly fresh: Selections;
  readonly before: Answered;
  readonly after: Answered;
  readonly names: readonly string[];
}

function conclude(parts: TrialParts): Trial {
  const { loaded, pool, request, options, old, fresh } = parts;
  const { examples, protocol } = loaded;
  const rows = protocol.evaluationRows;
  const set = evaluationSet(loaded.matrix.classes.length, examples.label, examples.group, rows);
  const alone = parts.names.map((name) =>
    modelPredictor(
      pool.matrix,
      pool.matrix.cards.findIndex((card) => card.name === name),
      rows,
    ),
  );
  const { evaluations, differences } = evaluate(
    set,
    [
      answeredPredictor('kept before', parts.before),
      answeredPredictor('kept with the newcomers', parts.after),
      ...alone,
    ],
    { replicates: options.replicates, seed: request.seed, pairs: [[0, 1]] },
  );
  const evidence = {
    metric: request.metric,
    margin: options.margin ?? null,
    newcomers: newcomersOf(parts, evaluations.slice(2)),
    difference: differences[0],
    costs: costChanges(parts),
  };
  return {
    schema: 'esci-select/trial/1',
    protocol: protocolSummary(loaded),
    budget: request.budget,
    strategy: request.strategy,
    before: old.deployed.kept,
    after: fresh.deployed.kept,
    displaced: old.deployed.kept.filter((name) => !fresh.deployed.kept.includes(name)),
    ...evidence,
    ...judgeTrial(evidence),
    replicates: options.replicates,
  };
}

function newcomersOf(parts: TrialParts, alone: readonly Newcomer['alone'][]): Newcomer[] {
  const { loaded, pool, request, contributions, fresh, names } = parts;
  const known = modelEvidence(taskMaker(pool, request)(pool.protocol.trainRows, contributions.models, false));
  const order = refitOrder(known.ranks);
  const pairs = similarities(pool.matrix, loaded.examples.label, loaded.protocol.trainRows);
  return names.map((model, at) => {
    const place = pool.matrix.cards.findIndex(({ name }) => name === model);
    const { z, passed } = known.screens[place];
    const { shap } = contributions.models.find((line) => line.model === model)!;
    const alike = pairs.find(
      ({ a, b }) => (a === model && !names.includes(b)) || (b === model && !names.includes(a)),
    );
    return {
      model,
      family: pool.matrix.cards[place].family,
      replaces: loaded.matrix.cards.some(({ name }) => name === model),
      kept: fresh.deployed.kept.includes(model),
      rank: order.indexOf(place) + 1,
      screen: { z, passed },
      shap,
      alone: alone[at],
      mostAlike:
        alike === undefined || alike.probabilities === null
          ? null
          : { model: alike.a === model ? alike.b : alike.a, correlation: alike.probabilities },
    };
  });
}

/** The number of models, and every cost that some model of either kept set has. */
function costChanges({ loaded, pool, request, old, fresh }: TrialParts): CostChange[] {
  const sides = [
    [loaded.matrix.cards, old.deployed.kept],
    [pool.matrix.cards, fresh.deployed.kept],
  ] as const;
  const kept = sides.map(([cards, names]) => cards.filter(({ name }) => names.includes(name)));
  const names = kept.flat().flatMap((card) => Object.keys(card.costs).map(costName));
  const [before, after] = kept;
  return [
    { name: 'models', unit: 'models', before: before.length, after: after.length },
    ...[...new Set(names)]
      .filter((name) => !isShared(name))
      .sort()
      .map((name) => ({
        name,
        unit:
          kept
            .flat()
            .map((card) => costOf(card, name)?.unit)
            .find((unit) => unit !== undefined) ?? '',
        before: costOfSet(before, name, request),
        after: costOfSet(after, name, request),
      })),
  ];
}

function costOfSet(cards: readonly ModelCard[], name: string, { budget }: SelectionRequest): number | null {
  if (cards.some((card) => costOf(card, name) === undefined)) return null;
  const combine = new Map(Object.entries(budget.combine ?? {})).get(name);
  return setCost(cards, name, combine)([...cards.keys()]);
}

function tell(context: PipelineContext, message: string): void {
  context.onEvent?.({ kind: 'stage', stage: 'trial', message });
}
