import type { ScoreName } from '../../evaluation/metrics.js';
import type { ScreenResult } from '../../evaluation/screen.js';
import { headline } from '../../report/headline.js';
import {
  DECISION_SCHEMA,
  type Decision,
  FULL,
  type ModelScreen,
  PRUNED,
  type RankingLine,
} from '../../selection/decision.js';
import { contributionEvidence, type ResampledContributions } from '../../selection/evidence.js';
import { modelReasons } from '../../selection/model-reasons.js';
import { refitOrder } from '../../selection/refits.js';
import type { SelectionRequest } from '../../selection/select.js';
import { type Settling, settlingOf } from '../../selection/settle.js';
import { whyKept } from '../../selection/why.js';
import type { Additivity, Contributions } from '../files/contributions.js';
import { costRecords } from '../files/costs.js';
import { type LoadedRun, protocolSummary } from '../files/load-run.js';
import type { Scored } from './scoring.js';
import type { KeptEvidence, ModelEvidence } from './select-task.js';
import type { Selections } from './selecting.js';

export interface RankingInput {
  readonly loaded: LoadedRun;
  readonly contributions: Contributions;
  readonly resampled: ResampledContributions;
  /** of the choice for all rows */
  readonly evidence: KeptEvidence & { readonly models: ModelEvidence | null };
}

/** What a decision says of its run: classes, protocol, scores, and how exactly contributions add up. */
export function describeRun(
  loaded: LoadedRun,
  contributions: Contributions,
  scored: Scored,
  kept: readonly string[],
) {
  const { matrix } = loaded;
  const models: Record<string, Scored['full']> = Object.create(null);
  matrix.cards.forEach((card, at) => {
    models[card.name] = scored.models[at];
  });
  return {
    schema: DECISION_SCHEMA as typeof DECISION_SCHEMA,
    classes: matrix.classes,
    protocol: protocolSummary(loaded),
    kept,
    metrics: { floor: scored.floor, models, full: scored.full, pruned: scored.pruned },
    differences: scored.differences,
    best: scored.best,
    bestSingles: scored.bestSingles,
    ruled: scored.ruled,
    locales: scored.locales,
    additivity: contributions.additivity satisfies Additivity,
    explainedRows: contributions.rows,
  };
}

/** A line per model in order of rank over refits: contributions with their intervals, costs, and whether it is kept. */
export function rankingLines(
  { contributions, resampled, loaded, evidence }: RankingInput,
  kept: readonly string[],
): RankingLine[] {
  const { cards } = loaded.matrix;
  const byModel = new Map(contributions.models.map((contribution) => [contribution.model, contribution]));
  const sure = contributionEvidence(resampled);
  const models = evidence.models!;
  return refitOrder(models.ranks).map((at, place) => {
    const { name: model, family, source, costs } = cards[at];
    const { shap, groupShap, shapByClass, signedByClass } = byModel.get(model)!;
    const own = sure[resampled.models.indexOf(model)];
    return {
      model,
      family,
      source,
      rank: place + 1,
      shap,
      groupShap,
      shapByClass,
      signedByClass,
      ...costRecords(costs),
      kept: kept.includes(model),
      screen: screenOf(models.screens[at]),
      evidence: {
        shap: own.shap,
        rank: models.ranks[at].rank,
        contribution: contributionOf(models, at),
        keptShare: evidence.keptShare.get(model) ?? 0,
        keptDraws: evidence.keptDraws,
      },
    };
  });
}

function screenOf({ z, passed, rows, floor }: ScreenResult): ModelScreen {
  return { z, passed, floor: rows === 0 ? null : floor };
}

function contributionOf({ ranks, refits }: ModelEvidence, model: number) {
  const { contribution, low, high, meanRank } = ranks[model];
  return { mean: contribution, low, high, meanRank, refits };
}

/** What is said of a choice beside its trace: the best set, why it is or is not kept, and what the screen found. */
export function choiceLines(
  { deployed, evidence }: Pick<Selections, 'deployed' | 'evidence'>,
  request: SelectionRequest,
  ranking: readonly RankingLine[],
): Pick<Decision, 'orderedBy' | 'screening' | 'recommended' | 'bestSet' | 'unlimited' | 'keep' | 'why'> {
  const passing = ranking.filter(({ screen }) => screen?.passed).map(({ model }) => model);
  const inOrder = (models: readonly string[]) =>
    ranking.map(({ model }) => model).filter((model) => models.includes(model));
  const keep = request.keep ?? 'smallest';
  const { kept, ceiling } = deployed;
  const best = ceiling === undefined ? undefined : { ...ceiling, best: inOrder(ceiling.best) };
  const selection = { kept: inOrder(kept), ...(best === undefined ? {} : { ceiling: best }) };
  const { rows, queries } = evidence!.models!;
  const { unlimited } = evidence!;
  return {
    orderedBy: 'mean rank over refits',
    screening: { rows, queries, passing },
    recommended: passing.length > 0,
    ...(best === undefined ? {} : { bestSet: { models: best.best, advantage: best.advantage }, keep }),
    ...(unlimited === null ? {} : { unlimited: inOrder(unlimited) }),
    why: whyKept({ selection, keep, passing, metric: request.metric }),
  };
}

/** How many queries would tell apart the best single model, as one would have chosen it, the full ensemble and the pruned. */
export function settlings(
  { differences, bestSingles }: Pick<Scored, 'differences' | 'bestSingles'>,
  metric: ScoreName,
  queries: number,
): Settling[] {
  const single = bestSingles.find(({ score }) => score === metric) ?? bestSingles[0];
  const pruning = differences.filter(({ from, to }) => from === FULL && to === PRUNED);
  return [...single.differences, ...pruning].map((difference) => settlingOf(difference, metric, queries));
}

/** The decision with what it says of itself: why every model is in or out, and all of it in words, which come first. */
export function explained({ schema, ...rest }: Decision): Decision {
  const reasons = modelReasons(rest);
  const ranking = rest.ranking.map((line, at) => ({ ...line, why: reasons[at] }));
  return { schema, headline: headline({ schema, ...rest }), ...rest, ranking };
}
