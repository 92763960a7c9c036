import { type BestSingle, type Decision, FULL, PRUNED } from '../../selection/decision.js';
import { listed, SCORE_TITLES, score } from '../format.js';
import { verdict } from '../sentences.js';
import type { Cell, TextTable } from '../tables.js';

/** The best single models chosen on training folds, and both ensembles against them; null in earlier versions. */
export function bestSingleTable({ bestSingles = [] }: Decision): TextTable | null {
  if (bestSingles.length === 0) return null;
  return {
    caption: 'Best single models, chosen on training folds and answering by the same rule',
    head: ['by', 'model', 'tau', 'reaches', `${FULL} less it`, `${PRUNED} less it`],
    rows: bestSingles.map((single) => [
      SCORE_TITLES[single.score],
      modelCell(single.models),
      String(single.tau),
      reached(single),
      lead(single, FULL),
      lead(single, PRUNED),
    ]),
  };
}

/** How far an ensemble is above the single model, with the interval and what it says. */
function lead({ score: name, differences }: BestSingle, ensemble: string): Cell {
  const difference = differences.find(({ to }) => to === ensemble);
  if (difference === undefined) return '–';
  const [value, ...detail] = verdict(difference, name)
    .slice(SCORE_TITLES[name].length + 1)
    .split(' ');
  return [value, detail.join(' ')];
}

/** What the single model reaches, with the interval. */
function reached({ evaluation, score: name }: BestSingle): Cell {
  const [low, high] = evaluation.intervals[name];
  return [score(evaluation[name]), `[${score(low)}, ${score(high)}]`];
}

function modelCell([deployed, ...others]: readonly string[]): Cell {
  return others.length === 0 ? deployed : [deployed, `(in some folds ${listed(others)})`];
}

/** How the best single models were chosen, and which would be best in hindsight; none in earlier versions. */
export function bestSingleSentences({ bestSingles = [], best, metrics, decide }: Decision): string[] {
  if (bestSingles.length === 0) return [];
  const hindsight = bestSingles.map(
    ({ score: name }) =>
      `${best[name]} by ${SCORE_TITLES[name]} (${score(metrics.models[best[name]][name])})`,
  );
  const rule = decide === undefined ? '' : `, and answers by the rule ${decide} with a tau of its own`;
  return [
    `Each is the best on the training rows, fold by fold${rule}: what one would have run instead of an ensemble.`,
    `In hindsight, chosen on the very rows of the evaluation, the best single models are ${listed(hindsight)}; nobody could have known that, and luck is in it.`,
  ];
}
