import type { Decision } from '../../selection/decision.js';
import type { Frontier } from '../../selection/frontier.js';
import { amount, briefly, costLabel, count, listed, SCORE_TITLES, score } from '../format.js';
import { escapeMarkdown, markdownTextTable } from '../markdown-table.js';
import { costCell, type TextTable } from '../tables.js';

/** Points of a frontier that a table shows at most; report.json and frontiers.csv have all. */
export const MOST_POINTS = 12;

/** `models`, `latency_ms (ms/row)`: what a frontier is of, with its unit. */
export function frontierCost({ cost: name, unit }: Frontier): string {
  return costLabel(name, unit);
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
        costCell(spent, frontier.unit),
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

/** What frontiers say about how much to spend, a sentence or two each; what goes for several costs is said once. */
export function frontierSentences(frontiers: readonly Frontier[]): string[] {
  const whole = frontiers.filter(({ points }) => points.length > 0);
  const groups = new Map<string, Frontier[]>();
  for (const frontier of whole) {
    const { points, sets, knee, enough = knee } = frontier;
    const last = points.length - 1;
    const alike = last > 0 && enough === last;
    const key = alike ? [sets, ...points[last].models].join('\n') : frontier.cost;
    groups.set(key, [...(groups.get(key) ?? []), frontier]);
  }
  return [...groups.values()].map((group) => {
    return group.length === 1 ? frontierSentence(group[0]) : sharedSentence(group);
  });
}

/** Of frontiers on which only the best set of all will do, the same for each cost. */
function sharedSentence(group: readonly Frontier[]): string {
  const [{ metric, points, sets }] = group;
  const best = points[points.length - 1];
  const of = sets === undefined ? '' : ` of ${count(sets)} sets scored`;
  const knees = group.filter((frontier) => frontier.knee < frontier.points.length - 1);
  const bends = knees.map((frontier) => namedPoint(frontier, frontier.knee));
  const bend =
    bends.length === 0
      ? ''
      : ` ${bends.length === 1 ? 'The knee is' : 'Knees are'} at ${listed(bends)}: beyond, more buys less.`;
  return `By ${listed(group.map(({ cost: name }) => name))} alike, every cheaper set falls short of the best${of}, ${briefly(best.models)} (${SCORE_TITLES[metric]} ${score(best.score)}), by more than noise.${bend}`;
}

/** `latency_ms 2.3 ms (a and b, macro F1 0.337)`. */
function namedPoint({ cost: name, unit, points, metric }: Frontier, at: number): string {
  const { cost: spent, models, score: value } = points[at];
  const priced =
    name === 'models'
      ? `${count(spent)} ${spent === 1 ? 'model' : 'models'}`
      : unit === 'count'
        ? `${amount(spent, unit)} ${name}`
        : `${name} ${amount(spent, unit)}`;
  return `${priced} (${briefly(models)}, ${SCORE_TITLES[metric]} ${score(value)})`;
}

/** What a frontier says about how much to spend. */
function frontierSentence(frontier: Frontier): string {
  const { cost: name, points, knee, enough = knee, sets } = frontier;
  const named = (at: number) => namedPoint(frontier, at);
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
  const sentences = frontierSentences(frontiers).map((sentence) => `- ${escapeMarkdown(sentence)}`);
  const tables = frontiers.map((frontier) => markdownTextTable(frontierTable(frontier)));
  const parts = [escapeMarkdown(FRONTIER_NOTE), sentences.join('\n'), ...tables];
  return [`## What more would buy\n\n${parts.join('\n\n')}`];
}

/** Frontiers that the budget asks about: the number of models, and every cost that it limits. */
export function frontiersOfBudget({ frontiers = [], budget }: Decision): readonly Frontier[] {
  const limited = budget.costs.map(({ name }) => name.replace(/_per_(row|pair)$/, ''));
  return frontiers.filter(({ cost: name }) => name === 'models' || limited.includes(name));
}
