import type { ContributionSample } from '../../report/insights.js';
import type { Decision } from '../../selection/decision.js';
import type { RowTable } from './row-table.js';

/** Rows of the sample at most, and dots of all models together: a chart that loads and prints quickly. */
const MOST_ROWS = 500;
const MOST_DOTS = 6000;
const DIGITS = 4;

/** The contributions to the true class of the first rows of a table, as many as a chart of dots bears. */
export function sampleContributions(
  table: RowTable,
  sampled: readonly number[],
  { ranking }: Decision,
  of: number,
): ContributionSample {
  const most = Math.max(50, Math.min(MOST_ROWS, Math.floor(MOST_DOTS / ranking.length)));
  const chosen = sampled.slice(0, most).sort((a, b) => table.rows[a] - table.rows[b]);
  const places = new Map(table.matrix.cards.map(({ name }, at) => [name, at]));
  return {
    rows: chosen.length,
    of,
    models: ranking.map(({ model }) => {
      const place = places.get(model)!;
      return {
        model,
        contributions: chosen.map((at) => rounded(table.contribution(at, place, table.label(at)))),
        probabilities: chosen.map((at) => {
          const own = table.probability(at, place, table.label(at));
          return Number.isNaN(own) ? null : rounded(own);
        }),
      };
    }),
  };
}

/** Four significant digits: more than a chart shows. */
function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
