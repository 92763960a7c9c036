import { type Decision, FULL, PRUNED } from '../../selection/decision.js';
import type { Settling } from '../../selection/settle.js';
import { count, listed, SCORE_TITLES, signed } from '../format.js';

/** Why these models are kept, what the best set is and how to deploy it, in sentences; none of earlier versions. */
export function choiceSentences({ why, bestSet, kept, recommended }: Decision): string[] {
  if (recommended === false) return []; // the headline says it
  const reason = why == null ? [] : [why];
  if (bestSet === undefined || isSameSet(bestSet.models, kept)) return reason;
  return [
    ...reason,
    `The best set within the budget is ${listed(bestSet.models)}; rank --keep best keeps and deploys it.`,
  ];
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

/** How many more judged queries would tell apart what is compared, a sentence each; what is apart already has none. */
export function settleSentences({ settle = [] }: Decision): string[] {
  return settle.filter(({ furtherQueries }) => furtherQueries !== 0).map(settleSentence);
}

function settleSentence({ from, to, metric, difference, queries, furtherQueries }: Settling): string {
  const title = SCORE_TITLES[metric];
  if (furtherQueries === null) {
    return `No number of judged queries would tell the ${title} of ${spoken(to)} from that of ${spoken(from)}: they look the same.`;
  }
  return (
    `About ${count(rounded(furtherQueries))} more judged queries would tell the ${title} of ${spoken(to)} from that of ${spoken(from)} ` +
    `(80% power, if the difference is what it looks like on these ${count(queries)}: ${signed(difference)}).`
  );
}

/** `the best single model by macro F1`, of what the decision calls `best single model by macroF1`; models have their names. */
function spoken(predictor: string): string {
  const [, by, name] = /^(best single model by )(\w+)$/.exec(predictor) ?? [];
  if (name !== undefined && Object.hasOwn(SCORE_TITLES, name)) {
    return `the ${by}${SCORE_TITLES[name as keyof typeof SCORE_TITLES]}`;
  }
  return predictor === FULL || predictor === PRUNED ? `the ${predictor}` : predictor;
}

/** Two digits: the number is an order of magnitude. */
function rounded(value: number): number {
  let unit = 1;
  while (value / unit >= 100) unit *= 10;
  return Math.round(value / unit) * unit;
}
