import { EsciSelectError, quote, suggest } from '../errors.js';
import { SCORE_NAMES, type ScoreName } from '../evaluation/metrics.js';

/** The score that strategies improve when none is asked for: all classes count alike, so rare ones are not given up. */
const DEFAULT_METRIC: ScoreName = 'macroF1';

/** A score's name as typed; the default where nothing was. Throws 'usage' with the nearest legal one. */
export function parseMetric(typed: string = DEFAULT_METRIC): ScoreName {
  const found = SCORE_NAMES.find((name) => name === typed);
  if (found !== undefined) return found;
  throw new EsciSelectError('usage', `metric ${quote(typed)} is unknown`, {
    hint: suggest(typed, SCORE_NAMES, 'metrics'),
  });
}
