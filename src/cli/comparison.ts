import pc from 'picocolors';
import { SCORE_NAMES } from '../pipeline/vocabulary.js';
import type { ComparedReports, ScoreChange } from '../report/comparison.js';
import { listed, SCORE_TITLES, score, signed } from '../report/format.js';
import { gateLines } from './gate-flags.js';
import { textTable } from './table.js';
import { plain } from './text.js';

/** A comparison for people: a table of changes, what is kept, cautions, and a line per gate. */
export function renderComparison(compared: ComparedReports): string {
  const { kept, onlyInBase, onlyInNext, intervals, cautions } = compared;
  return [
    changeTable(compared),
    '',
    plain(`Kept before: ${listed(kept.base)}. Kept now: ${listed(kept.next)}.`),
    ...(onlyInBase.length === 0 ? [] : [plain(`No longer there: ${listed(onlyInBase)}.`)]),
    ...(onlyInNext.length === 0 ? [] : [plain(`New: ${listed(onlyInNext)}.`)]),
    plain(intervals),
    ...cautions.map((caution) => `${pc.yellow('caution:')} ${plain(caution)}`),
    ...gateLines(compared),
  ].join('\n');
}

function changeTable({ changes }: ComparedReports): string {
  const predictors = [...new Set(changes.map(({ predictor }) => predictor))];
  return textTable(
    ['', ...SCORE_NAMES.map((name) => SCORE_TITLES[name])],
    predictors.map((predictor) => [
      predictor,
      ...changes.filter((change) => change.predictor === predictor).map(cell),
    ]),
    { numbersFrom: 1 },
  );
}

/** `0.568 → 0.541 (−0.027, worse)`. */
function cell({ base, next, difference, verdict }: ScoreChange): string {
  const change =
    difference === null
      ? ''
      : verdict === 'unchanged'
        ? ' (unchanged)'
        : ` (${signed(difference)}, ${verdict})`;
  return `${score(base)} → ${score(next)}${change}`;
}
