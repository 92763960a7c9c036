import type { Decision } from '../selection/decision.js';
import type { Frontier } from '../selection/frontier.js';
import { cost, count, listed, SCORE_TITLES, score } from './format.js';
import { escapeMarkdown, markdownTable } from './markdown-table.js';
import type { TextTable } from './tables.js';

/** Points of a frontier that a table shows at most; report.json has all. */
const MOST_POINTS = 12;

/** A frontier's points in order of cost, with the knee and the cheapest set that is as good as the last named. */
export function frontierTable(frontier: Frontier): TextTable {
  const { metric, cost: name, unit, points, knee, enough } = frontier;
  const title = name === 'models' ? 'models' : `${name} (${unit || 'no unit'})`;
  const place = (at: number) =>
    [at === knee ? 'knee' : '', at === enough ? 'as good as the last' : ''].filter((word) => word !== '');
  return {
    caption: `What more ${name} buys: the best sets found, small cross-validated ensembles`,
    head: ['set', title, SCORE_TITLES[metric], 'interval', ''],
    rows: shown(frontier).map((at) => {
      const { models, cost: spent, score: value, low, high } = points[at];
      return [
        listed(models),
        cost(spent),
        score(value),
        `[${score(low)}, ${score(high)}]`,
        place(at).join(', '),
      ];
    }),
  };
}

/** All points of a short frontier; of a long one the first, the last, the named ones and the largest steps up. */
function shown({ metric, points, knee, enough }: Frontier): number[] {
  const step = (at: number) =>
    at === 0 ? 0 : (points[at].score - points[at - 1].score) * (metric === 'logLoss' ? -1 : 1);
  const named = new Set([0, points.length - 1, knee, enough ?? knee]);
  const others = [...points.keys()].filter((at) => !named.has(at)).sort((a, b) => step(b) - step(a) || a - b);
  return [...named, ...others.slice(0, Math.max(0, MOST_POINTS - named.size))].sort((a, b) => a - b);
}

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
    return `${name} ${cost(spent)}${unit === '' ? '' : ` ${unit}`}`;
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
  const beyond = name === 'models' ? 'further models buy less' : `further ${name} buys less`;
  return knee === last ? `${until}.` : `${until}. ${at}: ${beyond}.`;
}

/** The frontiers as a section of the Markdown report; none for decisions without. */
export function frontierSection({ frontiers = [] }: Decision): string[] {
  if (frontiers.length === 0) return [];
  const note =
    'Sets are compared by small ensembles on the rows that they were chosen on, so all their scores are a little too good: compare them with each other only. ' +
    'The knee is the point farthest above the line from the first set to the last.';
  const parts = frontiers.map((frontier) => {
    const { head, rows } = frontierTable(frontier);
    const table = markdownTable(
      head,
      rows.map((row) => row.map(String)),
    );
    return `${escapeMarkdown(frontierSentence(frontier))}\n\n${table}`;
  });
  return [`## What more would buy\n\n${escapeMarkdown(note)}\n\n${parts.join('\n\n')}`];
}

/** Frontiers that the budget asks about: the number of models, and every cost that it limits. */
export function frontiersOfBudget({ frontiers = [], budget }: Decision): readonly Frontier[] {
  const limited = budget.costs.map(({ name }) => name.replace(/_per_(row|pair)$/, ''));
  return frontiers.filter(({ cost: name }) => name === 'models' || limited.includes(name));
}
