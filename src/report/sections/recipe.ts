import type { ScoreName } from '../../evaluation/metrics.js';
import type { Decision } from '../../selection/decision.js';
import { listed, scoreWithInterval } from '../format.js';
import { verdict } from '../sentences.js';

const HEADLINES: readonly ScoreName[] = ['macroF1', 'accuracy', 'weightedF1'];

/** The choice against a recipe's within the same budget, in sentences; none without a recipe. */
export function recipeSentences({ baseline, kept }: Decision): string[] {
  if (baseline === undefined) return [];
  const { recipe, evaluation, difference } = baseline;
  const same = baseline.kept.length === kept.length && baseline.kept.every((name) => kept.includes(name));
  const verdicts = HEADLINES.map((name) => verdict(difference, name));
  return [
    `The recipe ${recipe} would keep ${same ? 'the same models' : listed(baseline.kept)} and reach macro F1 ${scoreWithInterval(evaluation, 'macroF1')} with its own ensemble. ` +
      `This choice against it: ${verdicts.join('; ')}.`,
  ];
}
