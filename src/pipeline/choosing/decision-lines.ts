import type { RankingLine } from '../../selection/decision.js';
import { contributionEvidence, type ResampledContributions } from '../../selection/evidence.js';
import { rankModels } from '../../selection/rank.js';
import type { Contributions } from '../files/contributions.js';
import { costRecords } from '../files/costs.js';
import { type LoadedRun, protocolSummary } from '../files/load-run.js';
import type { Scored } from './scoring.js';
import type { KeptEvidence } from './select-task.js';

export interface RankingInput {
  readonly loaded: LoadedRun;
  readonly contributions: Contributions;
  readonly resampled: ResampledContributions;
  /** of the choice for all rows */
  readonly evidence: KeptEvidence;
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
    schema: 'esci-select/decision/1' as const,
    classes: matrix.classes,
    protocol: protocolSummary(loaded),
    kept,
    metrics: { floor: scored.floor, models, full: scored.full, pruned: scored.pruned },
    differences: scored.differences,
    best: scored.best,
    locales: scored.locales,
    additivity: contributions.additivity,
    explainedRows: contributions.rows,
  };
}

/** A line per model in order of rank: contributions with their intervals, costs, and whether it is kept. */
export function rankingLines(
  { contributions, resampled, loaded, evidence: { keptShare, keptDraws } }: RankingInput,
  kept: readonly string[],
): RankingLine[] {
  const cards = new Map(loaded.matrix.cards.map((card) => [card.name, card]));
  const byModel = new Map(contributions.models.map((contribution) => [contribution.model, contribution]));
  const sure = contributionEvidence(resampled);
  return rankModels(contributions.models).map(({ model, rank: place, shap, groupShap }) => {
    const { family, source, costs } = cards.get(model)!;
    const { shapByClass, signedByClass } = byModel.get(model)!;
    const evidence = sure[resampled.models.indexOf(model)];
    return {
      model,
      family,
      source,
      rank: place,
      shap,
      groupShap,
      shapByClass,
      signedByClass,
      ...costRecords(costs),
      kept: kept.includes(model),
      evidence: { ...evidence, keptShare: keptShare.get(model) ?? 0, keptDraws },
    };
  });
}
