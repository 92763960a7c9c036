import type { Answered } from '../../evaluation/answered.js';
import type { DecideName } from '../../evaluation/decision-rule.js';
import { RunFolder } from '../../run/run-folder.js';
import type { StageOutputs } from '../../run/stage-outputs.js';
import { parseCombine } from '../../selection/budget.js';
import type { Decision } from '../../selection/decision.js';
import { type ResampledContributions, resampleContributions } from '../../selection/evidence.js';
import { parseKeep } from '../../selection/keep.js';
import {
  type Budgets,
  checkLocales,
  localeRequests,
  parseBudgets,
  parseLocaleFloors,
} from '../../selection/locale-budgets.js';
import { parseMetric } from '../../selection/metric.js';
import type { QuerySums } from '../../selection/query-sums.js';
import type { SelectionRequest } from '../../selection/select.js';
import { parseStrategy } from '../../selection/strategies/registry.js';
import { recipeBaseline } from '../choosing/baseline.js';
import { ruleSingles } from '../choosing/best-singles.js';
import { decideLocales } from '../choosing/decide-locales.js';
import { choiceLines, describeRun, explained, rankingLines, settlings } from '../choosing/decision-lines.js';
import { writeJudgeList } from '../choosing/judge-list.js';
import { fullEnsemble, keptEnsemble, refitKept } from '../choosing/judged-ensembles.js';
import { askedMeasures } from '../choosing/measuring.js';
import { type ModelsAlone, modelsAlone } from '../choosing/models-alone.js';
import { pairedResults } from '../choosing/paired.js';
import { pruningWithin, scoreAll } from '../choosing/scoring.js';
import { type LocaleSelection, selectLocales } from '../choosing/select-locales.js';
import { auditAll, type Selections, selectAll } from '../choosing/selecting.js';
import { sliceModels } from '../choosing/slicing.js';
import type { PipelineContext } from '../events.js';
import type { Contributions } from '../files/contributions.js';
import { type DecisionRecord, keepDecision } from '../files/history.js';
import { versionedKey } from '../files/keys.js';
import {
  CONTRIBUTIONS,
  DECISION,
  PAIRED_RESULTS,
  PRUNED_ENSEMBLE,
  QUERY_SUMS,
  STAGES,
} from '../files/layout.js';
import { evaluationQueries, type LoadedRun, loadRun } from '../files/load-run.js';
import { outputFile } from '../files/output-file.js';
import { parseRecipe } from '../recipes.js';
import { ensembleStage } from '../stages/ensemble.js';

/** What `rank` can be told. */
export interface RankOptions {
  readonly run: string;
  /** `3`, `latency_ms=25`, ...; together; `jp:2` is for one locale, whose set is then chosen and judged by itself */
  readonly budgets: readonly string[];
  /** costs of a set that are not summed: `latency_ms=max` */
  readonly combine?: readonly string[];
  /** how to choose, by name; the default strategy where not given */
  readonly strategy?: string;
  /** the score that strategies go by: macroF1 where not given */
  readonly metric?: string;
  /** `smallest` keeps the smallest set that cannot be told from the best within the budget, `best` the best */
  readonly keep?: string;
  /** the rule by which margins become answers; that of `train` where not given */
  readonly decide?: DecideName;
  /** models kept, and never kept, whatever the strategy says */
  readonly require?: readonly string[];
  readonly forbid?: readonly string[];
  /** least scores on the cross-validated selection rows: `f1.complement=0.3`, and on a locale's: `jp:accuracy=0.6` */
  readonly floors?: readonly string[];
  /** whether to try every set that fits on the evaluation rows and say what the choice costs */
  readonly audit?: boolean;
  /** the loss of the metric by pruning that is accepted, at least 0; whether it is more is then decided */
  readonly margin?: number;
  /** whether contributions are taken by costly measures too, side by side */
  readonly measures?: boolean;
  /** a recipe to compare the choice with, by name */
  readonly recipe?: string;
  /** a CSV file to write the pairs to on which the candidate sets disagree most, for annotators */
  readonly toJudge?: string;
  /** bootstrap replicates for every interval */
  readonly replicates: number;
  readonly force: boolean;
  /** what is remembered of the decision beside it: tags, and a date and a commit that the caller knows */
  readonly record?: DecisionRecord;
}

/**
 * Ranks the run's models by their contributions, keeps what fits the budget, refits the ensemble on the models kept and
 * scores it beside every single model, the full ensemble and the constant answer. Where predictions have been added
 * since `train`, the full ensemble is fitted again first.
 *
 * @throws EsciSelectError('usage') for a bad budget, an unknown locale or an untrained run, ('infeasible') when no model
 * fits or a floor is missed, for all rows or for a locale
 *
 * @example
 * import { rank } from 'esci-select';
 *
 * // a run of `train`
 * const decision = await rank({ run: 'my-run', budgets: ['2'], replicates: 200, force: false }, { threads: 1 });
 * decision.kept; // => [ 'first', 'second' ]
 */
export async function rank(options: RankOptions, context: PipelineContext): Promise<Decision> {
  const { budgets, ...asked } = requestOf(options);
  const recipe = options.recipe === undefined ? null : parseRecipe(options.recipe);
  const run = await openForWriting(options);
  try {
    const loaded = await loadRun(run);
    const floors = parseLocaleFloors(options.floors ?? [], loaded.matrix.classes);
    checkLocales(budgets, floors, [...new Set(loaded.examples.locale)].filter((name) => name !== '').sort());
    const locales = localeRequests(budgets, floors);
    const request = { ...asked, floors: floors.all, seed: loaded.settings.seed };
    const rule = options.decide ?? loaded.settings.decide;
    const fullKey = await ensembleStage(run, loaded, false, context);
    const costs = loaded.matrix.cards.map((card) => [card.name, { ...card.costs }]);
    const key = versionedKey('decision, reasons and sets', fullKey, request, costs, options.replicates, {
      audit: options.audit === true,
      measures: options.measures === true,
      margin: options.margin ?? null,
      recipe,
      rule,
      ...(locales.length === 0 ? {} : { locales }),
    });
    if (!options.force && (await run.isCurrent(STAGES.decision, key))) {
      context.onEvent?.({ kind: 'kept', stage: 'rank', message: 'the decision is unchanged' });
      return await decided(loaded, options, context);
    }
    const contributions = await CONTRIBUTIONS.read(run);
    const sums = await QUERY_SUMS.read(run);
    const resampled = resampleContributions(sums, {
      replicates: options.replicates,
      seed: request.seed,
    });
    const measures = options.measures === true;
    const alone = modelsAlone(loaded, rule);
    const evidence = { resampled, replicates: options.replicates, measures, meanwhile: alone };
    const choosing = { loaded, contributions, request };
    const selections = await selectAll(choosing, context, evidence);
    const chosen = await selectLocales(choosing, locales, evidence, context);
    const decision = (out: StageOutputs) =>
      decide(
        { loaded, contributions, sums, resampled, request, rule, selections, chosen, alone, options },
        out,
        context,
      );
    await run.stage(STAGES.decision, key, decision, { force: options.force });
    return await decided(loaded, options, context);
  } finally {
    await run.close();
  }
}

/** The run's decision; with it the list of pairs to judge is written, where it is asked for. */
async function decided(
  loaded: LoadedRun,
  { toJudge, record, force }: RankOptions,
  context: PipelineContext,
): Promise<Decision> {
  const decision = await DECISION.read(loaded.run);
  await keepDecision(loaded.run, record, force);
  if (toJudge === undefined) return decision;
  const { pairs, second } = await writeJudgeList(toJudge, loaded, decision, context);
  const what = second ? 'judged pairs, for a second judgement (none is unjudged),' : 'unjudged pairs';
  context.onEvent?.({ kind: 'note', message: `${pairs.length} ${what} written to ${toJudge}` });
  return decision;
}

/** What was asked for, as far as it can be checked without the run. */
function requestOf(
  options: RankOptions,
): Omit<SelectionRequest, 'floors' | 'seed'> & { readonly budgets: Budgets } {
  const budgets = parseBudgets(options.budgets, parseCombine(options.combine ?? []));
  return {
    budget: budgets.all,
    budgets,
    strategy: parseStrategy(options.strategy),
    metric: parseMetric(options.metric),
    keep: parseKeep(options.keep),
    require: [...new Set(options.require ?? [])].sort(),
    forbid: [...new Set(options.forbid ?? [])].sort(),
  };
}

/** The lock, but only of a run that is there: `rank` makes no run. What cannot be written is found out before any work. */
async function openForWriting({ run: path, toJudge }: RankOptions): Promise<RunFolder> {
  await RunFolder.open(path);
  if (toJudge !== undefined) await outputFile(path, toJudge);
  return RunFolder.create(path, { command: 'rank' });
}

interface DecideInput {
  readonly loaded: LoadedRun;
  readonly contributions: Contributions;
  readonly sums: QuerySums;
  readonly resampled: ResampledContributions;
  readonly request: SelectionRequest;
  readonly rule: DecideName;
  readonly selections: Selections;
  /** of the locales with a budget of their own */
  readonly chosen: readonly LocaleSelection[];
  readonly alone: () => Promise<ModelsAlone>;
  readonly options: RankOptions;
}

async function decide(input: DecideInput, out: StageOutputs, context: PipelineContext): Promise<void> {
  const { loaded, contributions, request, rule, selections, options } = input;
  const { matrix } = loaded;
  const { trace, search } = selections.deployed;
  const evidence = selections.evidence!;
  const ranking = rankingLines({ ...input, evidence }, selections.deployed.kept);
  const kept = ranking.filter((line) => line.kept).map(({ model }) => model);
  context.onEvent?.({
    kind: 'stage',
    stage: 'rank',
    message: `refitting on ${kept.length} of ${matrix.cards.length} models: ${kept.join(', ')}`,
  });
  const pruned = await refitKept(loaded, selections, rule, context);
  context.onEvent?.({
    kind: 'stage',
    stage: 'rank',
    message: `scoring with ${options.replicates} bootstrap replicates over queries`,
  });
  const full = await fullEnsemble(loaded, rule, context);
  const { rules, redundancy } = await input.alone();
  const scored = scoreAll({
    ...loaded,
    full: full.said,
    pruned,
    singles: ruleSingles({ ...loaded, decide: rule, seed: loaded.settings.seed }, rules),
    replicates: options.replicates,
    seed: loaded.settings.seed,
  });
  const { strategy, metric, require, forbid, floors } = request;
  const locales = await decideLocales(
    {
      loaded,
      request,
      chosen: input.chosen,
      ranking: ranking.map(({ model }) => model),
      full: full.said,
      common: { selections, stacks: pruned },
      replicates: options.replicates,
      margin: options.margin,
      refit: (own) => refitKept(loaded, own, rule, context),
    },
    out,
    context,
  );
  const decision = explained({
    ...describeRun(loaded, contributions, scored, kept),
    ...choiceLines(selections, request, ranking),
    settle: settlings(scored, metric, evaluationQueries(loaded)),
    ranking,
    budget: request.budget,
    strategy,
    constraints: { metric, require, forbid, floors },
    trace,
    ...(search === undefined ? {} : { search }),
    slices: sliceModels(loaded, { kept, request, replicates: options.replicates, known: evidence.sets }),
    redundancy,
    nonInferiority: pruningWithin(options.margin, metric, scored),
    frontiers: evidence.frontiers,
    ...(await askedMeasures(loaded, input.sums, evidence.measures)),
    audit: options.audit ? await auditAll(input, context) : null,
    ...(locales.length === 0 ? {} : { localeBudgets: locales }),
    ...(await comparedWithRecipe(input, pruned, context)),
    decide: rule,
    ensembles: {
      full: full.summary,
      pruned: keptEnsemble(loaded, selections.deployed.kept, pruned).summary,
    },
    rounds: { full: full.rounds, pruned: pruned.deployed.rounds },
    replicates: options.replicates,
  });
  await DECISION.write(out, decision);
  const { ensemble, chosen } = pruned.deployed;
  await PRUNED_ENSEMBLE.write(out, { ensemble, classes: matrix.classes, rule: chosen.rule });
  await PAIRED_RESULTS.write(out, pairedResults(loaded, { full: full.said, pruned }));
}

async function comparedWithRecipe(
  { loaded, request, options }: DecideInput,
  pruned: Answered,
  context: PipelineContext,
): Promise<Pick<Decision, 'baseline'>> {
  if (options.recipe === undefined) return {};
  const input = {
    loaded,
    request,
    pruned,
    recipe: parseRecipe(options.recipe),
    replicates: options.replicates,
  };
  return { baseline: await recipeBaseline(input, context) };
}
