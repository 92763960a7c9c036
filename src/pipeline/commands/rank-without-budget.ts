import type { ScoreName } from '../../evaluation/metrics.js';
import { RunFolder } from '../../run/run-folder.js';
import { parseBudget, parseCombine } from '../../selection/budget.js';
import type { Decision, RankingLine } from '../../selection/decision.js';
import { resampleContributions } from '../../selection/evidence.js';
import type { Frontier, FrontierPoint } from '../../selection/frontier.js';
import { parseKeep } from '../../selection/keep.js';
import { parseMetric } from '../../selection/metric.js';
import { modelReasons } from '../../selection/model-reasons.js';
import type { SelectionRequest } from '../../selection/select.js';
import { parseStrategy } from '../../selection/strategies/registry.js';
import { choiceLines, rankingLines } from '../choosing/decision-lines.js';
import { findRedundancy } from '../choosing/redundancy.js';
import { bestOnFrontier } from '../choosing/select-frontier.js';
import { selectDeployed } from '../choosing/selecting.js';
import type { PipelineContext } from '../events.js';
import { CONTRIBUTIONS, QUERY_SUMS } from '../files/layout.js';
import { loadRun } from '../files/load-run.js';
import { ensembleStage } from '../stages/ensemble.js';

/** What a ranking without a budget can be told. */
export interface RankWithoutBudgetOptions {
  readonly run: string;
  /** costs of a set that are not summed: `latency_ms=max` */
  readonly combine?: readonly string[];
  readonly strategy?: string;
  readonly metric?: string;
  /** `smallest` or `best`, as `rank` takes it */
  readonly keep?: string;
  readonly require?: readonly string[];
  readonly forbid?: readonly string[];
  /** bootstrap replicates for every interval */
  readonly replicates: number;
}

/** A budget to begin with: the least that buys a set which the rows cannot tell from the best one scored. */
export interface BudgetSuggestion extends Pick<FrontierPoint, 'models' | 'score' | 'low' | 'high'> {
  /** as --budget takes it: `2`, `latency_ms=17` */
  readonly budget: string;
  /** the cost, or `models`, its unit, and how much of it */
  readonly cost: string;
  readonly unit: string;
  readonly limit: number;
}

/** What `rank` says without a budget: nothing is decided, nothing refitted, nothing written. */
export interface Ranking
  extends Pick<Decision, 'classes' | 'orderedBy' | 'screening' | 'redundancy' | 'constraints'> {
  readonly schema: 'esci-select/ranking/1';
  readonly metric: ScoreName;
  readonly strategy: string;
  /** `kept` and `why` are of `unlimited` */
  readonly ranking: readonly RankingLine[];
  /** what the frontiers call the best of all sets, in order of rank; empty where no model does better than chance */
  readonly unlimited: readonly string[];
  readonly frontiers: readonly Frontier[];
  /** one a frontier, the first is that of a cost where one is known */
  readonly suggestions: readonly BudgetSuggestion[];
  readonly replicates: number;
}

/**
 * Ranks the run's models and shows what each budget would buy, to choose one by. Where predictions have been added since
 * `train`, the full ensemble is fitted again first; besides that the run stays as it is.
 *
 * @throws EsciSelectError('usage') for an untrained run, an unknown model, metric or strategy
 *
 * @example
 * import { rankWithoutBudget } from 'esci-select';
 *
 * // a run of `train`
 * const { suggestions } = await rankWithoutBudget({ run: 'my-run', replicates: 200 }, { threads: 1 });
 * suggestions.map(({ budget }) => budget); // => [ '2' ]
 */
export async function rankWithoutBudget(
  options: RankWithoutBudgetOptions,
  context: PipelineContext,
): Promise<Ranking> {
  const asked = {
    budget: parseBudget([], parseCombine(options.combine ?? [])),
    strategy: parseStrategy(options.strategy),
    metric: parseMetric(options.metric),
    keep: parseKeep(options.keep),
    require: [...new Set(options.require ?? [])].sort(),
    forbid: [...new Set(options.forbid ?? [])].sort(),
    floors: [],
  };
  await RunFolder.open(options.run);
  const run = await RunFolder.create(options.run, { command: 'rank' });
  try {
    const loaded = await loadRun(run);
    const request: SelectionRequest = { ...asked, seed: loaded.settings.seed };
    await ensembleStage(run, loaded, false, context);
    const contributions = await CONTRIBUTIONS.read(run);
    const { replicates } = options;
    const resampled = resampleContributions(await QUERY_SUMS.read(run), { replicates, seed: request.seed });
    const { deployed, evidence } = await selectDeployed({ loaded, contributions, request }, context, {
      resampled,
      replicates,
      measures: false,
    });
    const lines = rankingLines({ loaded, contributions, resampled, evidence }, deployed.kept);
    const { orderedBy, screening, recommended } = choiceLines({ deployed, evidence }, request, lines);
    const { frontiers } = evidence;
    const redundancy = await findRedundancy(loaded);
    const { metric, require, forbid } = request;
    const constraints = { metric, require, forbid, floors: [] };
    const best = recommended ? bestOnFrontier(request, ordered(frontiers)) : [];
    const unlimited = lines.map(({ model }) => model).filter((model) => best.includes(model));
    const reasons = modelReasons({
      budget: request.budget,
      constraints,
      redundancy,
      kept: unlimited,
      ranking: lines,
    });
    return {
      schema: 'esci-select/ranking/1',
      classes: loaded.matrix.classes,
      metric: request.metric,
      constraints,
      strategy: request.strategy,
      orderedBy,
      screening,
      ranking: lines.map((line, at) => ({ ...line, kept: unlimited.includes(line.model), why: reasons[at] })),
      unlimited,
      frontiers,
      suggestions: suggestionsOf(frontiers),
      redundancy,
      replicates,
    };
  } finally {
    await run.close();
  }
}

/** Frontiers as people ask for them: costs before the number of models, time before sizes. */
function ordered(frontiers: readonly Frontier[]): Frontier[] {
  return [...frontiers].sort((a, b) => orderOf(a) - orderOf(b));
}

/** Of every frontier, in their order, the cheapest set that is as good as its best. */
function suggestionsOf(frontiers: readonly Frontier[]): BudgetSuggestion[] {
  return ordered(frontiers).map(({ cost, unit, points, enough, knee }) => {
    const { models, score, low, high, cost: spent } = points[enough ?? knee];
    const limit = roundedUp(spent);
    const budget = cost === 'models' ? String(limit) : `${cost}=${limit}`;
    return { budget, cost, unit, limit, models, score, low, high };
  });
}

function orderOf({ cost, unit }: Frontier): number {
  if (/^(ms|us|s)(\/|$)/.test(unit)) return 0;
  return cost === 'models' ? 1 : 2;
}

/** The least number of three digits that is not below a cost, so that the set fits. */
function roundedUp(value: number): number {
  const rounded = Number(value.toPrecision(3));
  if (rounded >= value) return rounded;
  const [digits, exponent] = rounded.toExponential(2).split('e');
  return Number(`${(Math.round(Number(digits) * 100) + 1) / 100}e${exponent}`);
}
