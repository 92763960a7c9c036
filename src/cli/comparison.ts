import pc from 'picocolors';
import { SCORE_NAMES } from '../pipeline/for-terminal.js';
import type { ComparedReports, ScoreChange } from '../report/comparison.js';
import { listed, SCORE_TITLES, score, signed } from '../report/format.js';
import { changedPredictors } from '../report/sections/baseline.js';
import { gateLines } from './gate-flags.js';
import { textTable } from './table.js';
import { plain } from './text.js';

/**
 * A comparison for people: a table of the predictors that changed (or of `all`), what is kept, cautions, and a line per gate.
 */
export function renderComparison(compared: ComparedReports, all = false): string {
  const { kept, onlyInBase, onlyInNext, intervals, cautions, changes } = compared;
  const predictors = [...new Set(changes.map(({ predictor }) => predictor))];
  const shown = all ? predictors : changedPredictors(compared);
  return [
    ...(shown.length === 0 ? [] : [changeTable(compared, shown), '']),
    ...unchangedLine(predictors.length - shown.length, predictors.length),
    plain(`Kept before: ${listed(kept.base)}. Kept now: ${listed(kept.next)}.`),
    ...(onlyInBase.length === 0 ? [] : [plain(`No longer there: ${listed(onlyInBase)}.`)]),
    ...(onlyInNext.length === 0 ? [] : [plain(`New: ${listed(onlyInNext)}.`)]),
    plain(intervals),
    ...cautions.map((caution) => `${pc.yellow('caution:')} ${plain(caution)}`),
    ...gateLines(compared.gates),
  ].join('\n');
}

function unchangedLine(unchanged: number, of: number): string[] {
  if (unchanged === 0) return [];
  const which =
    unchanged === of
      ? `all ${of} predictors are`
      : `${unchanged} of ${of} predictors ${unchanged === 1 ? 'is' : 'are'}`;
  return [`${which} unchanged; --all shows ${unchanged === 1 ? 'it' : 'them'}`];
}

function changeTable(compared: ComparedReports, predictors: readonly string[]): string {
  return textTable(
    ['', ...SCORE_NAMES.map((name) => SCORE_TITLES[name])],
    predictors.map((predictor) => [
      predictor,
      ...compared.changes
        .filter((change) => change.predictor === predictor)
        .map((change) => cell(change, compared)),
    ]),
    { numbersFrom: 1 },
  );
}

/** `0.568 → 0.541 (−0.027, worse)`; of a predictor that only one has, `0.541 (new)` or `0.568 (gone)`. */
function cell(
  { predictor, base, next, difference, verdict }: ScoreChange,
  { onlyInBase, onlyInNext }: ComparedReports,
): string {
  if (onlyInNext.includes(predictor)) return `${score(next)} (new)`;
  if (onlyInBase.includes(predictor)) return `${score(base)} (gone)`;
  const change =
    difference === null
      ? ''
      : verdict === 'unchanged'
        ? ' (unchanged)'
        : ` (${signed(difference)}, ${verdict})`;
  return `${score(base)} → ${score(next)}${change}`;
}
