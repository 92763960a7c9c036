import type { Decision } from '../../selection/decision.js';
import { count, SCORE_TITLES, score } from '../format.js';

/** How the search for the best set went and how far it can be trusted, in sentences; none without a search. */
export function searchSentences({ search, constraints }: Decision): string[] {
  if (search === undefined) return [];
  const title = SCORE_TITLES[constraints.metric];
  const { method, sets, screening, gap } = search;
  const tried =
    method === 'all sets'
      ? `All ${count(sets)} sets that fit were tried`
      : `Too many sets fit to try each: a beam search tried ${count(sets)}`;
  const whole =
    gap === null
      ? ''
      : ` The ensemble of all candidates has ${score(gap)} more ${title} than the set chosen, which bounds what any set could add, unless leaving models out helps.`;
  if (screening === null) return [`${tried}, all in full.${whole}`];
  const { rows, allRows, finalists, error, place, margin } = screening;
  return [
    `${tried}, on ${count(rows)} of ${count(allRows)} rows; the first ${finalists} were tried again on all. ` +
      `Between the two, their ${title} differs by ${score(error)} (standard deviation, after the mean difference), and the set chosen had place ${place} on the sample. ` +
      `${marginSentence(margin, error, title)}${whole}`,
  ];
}

function marginSentence(margin: number, error: number, title: string): string {
  const times = error === 0 ? '' : `, ${(Math.abs(margin) / error).toFixed(1)} times that`;
  if (margin <= 0)
    return `A set left out may well be better: the sample puts the next one ${score(-margin)} above.`;
  return `A set left out would have to be ${score(margin)} ${title} better than the sample says${times}.`;
}
