import type { Scores } from '../evaluation/metrics.js';
import type { Decision, RankingLine } from '../selection/decision.js';
import { count, listed } from './format.js';

/** What is said of a model that the screen does not tell from chance. */
export const NO_BETTER = 'no better than chance';

/** What a model's own permuted answers would get; null where that is not known, or of what is no single model. */
export function chanceFloor({ ranking }: Decision, name: string): Scores | null {
  return ranking.find(({ model }) => model === name)?.screen?.floor ?? null;
}

/** Whether the decision has a chance floor of any model. */
export function hasChanceFloors({ ranking }: Decision): boolean {
  return ranking.some(({ screen }) => screen?.floor != null);
}

/** Which models do better than chance and how that was tested, in sentences; none of earlier versions. */
export function chanceSentences({ ranking, screening }: Pick<Decision, 'ranking' | 'screening'>): string[] {
  if (screening === undefined) return [];
  const passed = (line: RankingLine) => line.screen?.passed === true;
  const failing = ranking.filter((line) => !passed(line)).map(({ model }) => model);
  const rows = `${count(screening.rows)} rows of ${count(screening.queries)} queries`;
  const found =
    failing.length === 0
      ? 'Every model does better than chance'
      : `${count(ranking.length - failing.length)} of ${count(ranking.length)} models do better than chance; ${listed(failing)} ${failing.length === 1 ? 'is' : 'are'} ${NO_BETTER}`;
  const meaning =
    'z is in standard deviations above the same answers with labels permuted within locale, rows of a query taken together';
  return [`${found} (tested on ${rows}; ${meaning}).`];
}
