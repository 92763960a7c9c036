import type { Decision } from '../selection/decision.js';
import type { Frontier } from '../selection/frontier.js';
import { cost, count, listed, SCORE_TITLES, score } from './format.js';
import { escapeMarkdown, markdownTextTable } from './markdown-table.js';
import type { TextTable } from './tables.js';

/** Points of a frontier that a table shows at most; report.json and frontiers.csv have all. */
const MOST_POINTS = 12;

/** `models`, `latency_ms (ms/row)`: what a frontier is of, with its unit. */
export function frontierCost({ cost: name, unit }: Frontier): string {
  return name === unit || unit === '' ? name : `${name} (${unit})`;
}

/** A frontier's points in order of cost, with the knee, the best and the cheapest set that is as good named. */
export function frontierTable(frontier: Frontier): TextTable {
  const { metric, points, knee, enough } = frontier;
  const title = frontierCost(frontier);
  const places = shownPoints(frontier);
  const of = places.length < points.length ? ` (${places.length} of ${count(points.length)} such sets)` : '';
  return {
    caption: `Sets that score more than every cheaper one that was tried, by ${title}${of}; small ensembles, cross-validated`,
    head: ['set', title, SCORE_TITLES[metric], 'named'],
    rows: places.map((at) => {
      const { models, cost: spent, score: value, low, high } = points[at];
      const last = at === points.length - 1;
      const named = [
        ...(at === knee ? ['knee'] : []),
        ...(last ? ['best'] : at === enough ? ['as good as the best'] : []),
      ];
      return [
        listed(models),
        cost(spent),
        [score(value), `[${score(low)}, ${score(high)}]`],
        named.join(', '),
      ];
    }),
  };
}

/** All points of a short frontier; of a long one the first, the last, the named ones and the largest steps up. */
export function shownPoints({ metric, points, knee, enough }: Frontier): number[] {
  const step = (at: number) =>
    at === 0 ? 0 : (points[at].score - points[at - 1].score) * (metric === 'logLoss' ? -1 : 1);
  const named = new Set([0, points.length - 1, knee, enough ?? knee]);
  const others = [...points.keys()].filter((at) => !named.has(at)).sort((a, b) => step(b) - step(a) || a - b);
  return [...named, ...others.slice(0, Math.max(0, MOST_POINTS - named.size))].sort((a, b) => a - b);
}

/** What the points are and how far they can be believed, for every renderer. */
export const FRONTIER_NOTE =
  'Sets are compared by small ensembles on the rows that they were chosen on, so all their scores are a little too good: compare them with each other only. ' +
  'The knee is the point farthest above the line from the first set to the last; from the set named as good as the best on, the rows cannot tell a set from the best.';

/** What a frontier says about how much to spend. */
export function frontierSentence({
  metric,
  cost: name,
  unit,
  points,
  knee,
  enough = knee,
  sets,
}: Frontier): string {
  const priced = (at: number) => {
    const spent = points[at].cost;
    if (name === 'models') return `${count(spent)} ${spent === 1 ? 'model' : 'models'}`;
    const counted = unit === 'count' || name === 'bytes';
    return counted ? `${cost(spent)} ${name}` : `${name} ${cost(spent)}${unit === '' ? '' : ` ${unit}`}`;
  };
  const named = (at: number) =>
    `${priced(at)} (${listed(points[at].models)}, ${SCORE_TITLES[metric]} ${score(points[at].score)})`;
  const last = points.length - 1;
  const of = sets === undefined ? '' : ` of ${count(sets)} sets scored`;
  if (last === 0) return `Of ${name}, more buys nothing: the best${of} is also the cheapest, ${named(0)}.`;
  const until =
    enough === last
      ? `Every cheaper set falls short of the best${of}, ${named(last)}, by more than noise`
      : `From ${named(enough)} on, the rows cannot tell a set from the best${of}, ${named(last)}`;
  const at = knee === enough ? 'That is also the knee' : `The knee is at ${named(knee)}`;
  return knee === last ? `${until}.` : `${until}. ${at}: beyond it, more buys less.`;
}

/** The frontiers as a section of the Markdown report; none for decisions without. */
export function frontierSection({ frontiers = [] }: Decision): string[] {
  if (frontiers.length === 0) return [];
  const parts = frontiers.map(
    (frontier) =>
      `${escapeMarkdown(frontierSentence(frontier))}\n\n${markdownTextTable(frontierTable(frontier))}`,
  );
  return [`## What more would buy\n\n${escapeMarkdown(FRONTIER_NOTE)}\n\n${parts.join('\n\n')}`];
}

/** Frontiers that the budget asks about: the number of models, and every cost that it limits. */
export function frontiersOfBudget({ frontiers = [], budget }: Decision): readonly Frontier[] {
  const limited = budget.costs.map(({ name }) => name.replace(/_per_(row|pair)$/, ''));
  return frontiers.filter(({ cost: name }) => name === 'models' || limited.includes(name));
}
