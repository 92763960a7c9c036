import { SCORE_NAMES } from '../evaluation/metrics.js';
import type { ComparedReports, ScoreChange } from './comparison.js';
import { listed, SCORE_TITLES, score, signed } from './format.js';
import { escapeMarkdown, markdownTable } from './markdown-table.js';
import type { Cell, TextTable } from './tables.js';

/** Title of the part of a report that compares it with an earlier one. */
export const BASELINE_TITLE = 'Against the baseline';

/** What to know before reading the differences, a sentence each. */
export function baselineSentences({
  kept,
  onlyInBase,
  onlyInNext,
  intervals,
  cautions,
}: ComparedReports): string[] {
  return [
    `Kept in the baseline: ${listed(kept.base)}. Kept now: ${listed(kept.next)}.`,
    ...(onlyInBase.length === 0 ? [] : [`No longer there: ${listed(onlyInBase)}.`]),
    ...(onlyInNext.length === 0 ? [] : [`New: ${listed(onlyInNext)}.`]),
    intervals,
    ...cautions.map((caution) => `Caution: ${caution}.`),
  ];
}

/** Each predictor's scores before and now, with the difference, its interval and what it means. */
export function baselineTable({ changes }: ComparedReports): TextTable {
  const predictors = [...new Set(changes.map(({ predictor }) => predictor))];
  return {
    caption: 'Scores in the baseline and now, with the 95% interval of the difference',
    head: ['predictor', ...SCORE_NAMES.map((name) => SCORE_TITLES[name])],
    rows: predictors.map((predictor) => [
      predictor,
      ...changes.filter((change) => change.predictor === predictor).map(changeCell),
    ]),
  };
}

function changeCell({ base, next, difference, interval, verdict }: ScoreChange): Cell {
  const scores = `${score(base)} → ${score(next)}`;
  if (difference === null) return scores;
  if (verdict === 'unchanged') return [scores, 'unchanged'];
  const range = interval === null ? '' : ` [${signed(interval[0])}, ${signed(interval[1])}]`;
  return [scores, `${signed(difference)}${range} ${verdict}`];
}

/** Every gate, whether it held, and the numbers behind it; null without gates. */
export function gateTable({ gates }: ComparedReports): TextTable | null {
  if (gates.length === 0) return null;
  return {
    caption: 'Gates: the new report fails where one of these conditions holds',
    head: ['fails where', 'result', 'numbers'],
    rows: gates.map(({ gate, failed, message }) => [gate, failed ? 'FAILED' : 'passed', message]),
  };
}

/** The comparison as a section of the Markdown report: no section without a baseline. */
export function baselineSection(baseline: ComparedReports | undefined): string[] {
  if (baseline === undefined) return [];
  const tables = [gateTable(baseline), baselineTable(baseline)].flatMap((table) =>
    table === null ? [] : [table],
  );
  const text = (cell: Cell) => (typeof cell === 'string' ? cell : `${cell[0]} (${cell[1]})`);
  return [
    [
      `## ${BASELINE_TITLE}`,
      escapeMarkdown(baselineSentences(baseline).join(' ')),
      ...tables.map(({ head, rows }) =>
        markdownTable(
          head,
          rows.map((row) => row.map(text)),
        ),
      ),
    ].join('\n\n'),
  ];
}
