import { quantile } from '../../math/quantiles.js';
import type { Decision } from '../../selection/decision.js';
import { count, score, signed } from '../format.js';
import type { ContributionSample } from '../insights.js';
import type { TextTable } from '../tables.js';
import { calibrated, clusterOrder, similarityTable } from './evidence.js';

const QUARTILES = [0, 0.25, 0.5, 0.75, 1];

/** What the dots of the beeswarm say, model by model. */
export function dotTable({ models, rows }: ContributionSample): TextTable {
  return {
    caption: `Contribution to the true class over ${count(rows)} rows, in log-odds`,
    head: ['model', 'least', 'lower quarter', 'median', 'upper quarter', 'most', 'share above zero'],
    rows: models.map(({ model, contributions }) => [
      model,
      ...QUARTILES.map((p) => signed(quantile(contributions, p))),
      score(contributions.filter((value) => value > 0).length / contributions.length),
    ]),
  };
}

/** The correlation of the probabilities of every two models, clusters side by side. */
export function likenessTable(decision: Decision): TextTable {
  const names = clusterOrder(decision);
  const value = similarityTable(decision);
  return {
    caption: 'Correlation of the probabilities of every two models',
    head: ['model', ...names.map((_, at) => String(at + 1))],
    rows: names.map((down, at) => [
      `${at + 1} ${down}`,
      ...names.map((across) => score(value(down, across)).replace(/0$/, '')),
    ]),
  };
}

/** How often answers of each confidence are right, for both ensembles and the best single model. */
export function reliabilityTable(decision: Decision): TextTable {
  return {
    caption: 'Rows by the confidence of their answer, in 15 bins of equal width',
    head: ['predictor', 'bin', 'rows', 'mean confidence', 'share right', 'right less confidence'],
    rows: calibrated(decision).flatMap(([name, { reliability }]) =>
      (reliability ?? []).map(({ bin, rows, confidence, accuracy }) => [
        name,
        String(bin + 1),
        count(rows),
        score(confidence),
        score(accuracy),
        signed(accuracy - confidence),
      ]),
    ),
  };
}
