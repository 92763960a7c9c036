import { SCORE_NAMES } from '../../evaluation/metrics.js';
import type { ComparedReports, GateResult, ReportComparison, ScoreChange } from '../comparison.js';
import { listed, SCORE_TITLES, score, signed } from '../format.js';
import { escapeMarkdown, markdownTable } from '../markdown-table.js';
import type { Report } from '../report.js';
import type { Cell, TextTable } from '../tables.js';

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

/** Predictors of which a score changed, or that only one report has, in the comparison's order. */
export function changedPredictors({ changes }: Pick<ReportComparison, 'changes'>): string[] {
  const changed = changes.filter(
    ({ base, next, verdict }) => verdict !== 'unchanged' && (base ?? next) !== null,
  );
  return [...new Set(changed.map(({ predictor }) => predictor))];
}

/** Each predictor's scores before and now, with the difference, its interval and what it means; of those named, or all. */
export function baselineTable(compared: ReportComparison, only?: readonly string[]): TextTable {
  const { changes } = compared;
  const predictors = [...new Set(changes.map(({ predictor }) => predictor))];
  return {
    caption: 'Scores in the baseline and now, with the 95% interval of the difference',
    head: ['predictor', ...SCORE_NAMES.map((name) => SCORE_TITLES[name])],
    rows: predictors
      .filter((predictor) => only?.includes(predictor) ?? true)
      .map((predictor) => [
        predictor,
        ...changes
          .filter((change) => change.predictor === predictor)
          .map((change) => changeCell(change, compared)),
      ]),
  };
}

function changeCell(
  { predictor, base, next, difference, interval, verdict }: ScoreChange,
  { onlyInBase, onlyInNext }: ReportComparison,
): Cell {
  if (onlyInNext.includes(predictor)) return [score(next), 'new'];
  if (onlyInBase.includes(predictor)) return [score(base), 'gone'];
  const scores = `${score(base)} → ${score(next)}`;
  if (difference === null) return scores;
  if (verdict === 'unchanged') return [scores, 'unchanged'];
  const range = interval === null ? '' : ` [${signed(interval[0])}, ${signed(interval[1])}]`;
  return [scores, `${signed(difference)}${range} ${verdict}`];
}

/** Every gate of a report, judged by a baseline or by itself. */
export function gatesOf({ baseline, gates }: Pick<Report, 'baseline' | 'gates'>): readonly GateResult[] {
  return baseline?.gates ?? gates ?? [];
}

/** Every gate, whether it held, and the numbers behind it; null without gates. */
export function gateTable(gates: readonly GateResult[]): TextTable | null {
  if (gates.length === 0) return null;
  return {
    caption: 'Gates: the new report fails where one of these conditions holds',
    head: ['fails where', 'result', 'numbers'],
    rows: gates.map((result) => [result.gate, gateWord(result), result.message]),
  };
}

/** `FAILED`, `passed` or, of a gate that was not judged, `skipped`. */
export function gateWord({ failed, skipped }: GateResult): string {
  return failed ? 'FAILED' : skipped === true ? 'skipped' : 'passed';
}

/** Title of the gates of a report that is compared with none. */
export const GATES_TITLE = 'Gates';

/** The comparison, or the gates alone, as a section of the Markdown report: no section without either. */
export function baselineSection(report: Report): string[] {
  const { baseline } = report;
  const gates = gateTable(gatesOf(report));
  if (baseline === undefined) return gates === null ? [] : [`## ${GATES_TITLE}\n\n${changeMarkdown(gates)}`];
  const tables = [gates, baselineTable(baseline)].flatMap((table) => (table === null ? [] : [table]));
  return [
    [
      `## ${BASELINE_TITLE}`,
      escapeMarkdown(baselineSentences(baseline).join(' ')),
      ...tables.map(changeMarkdown),
    ].join('\n\n'),
  ];
}

/** A table as Markdown, details in brackets. */
export function changeMarkdown({ head, rows }: TextTable): string {
  const text = (cell: Cell) => (typeof cell === 'string' ? cell : `${cell[0]} (${cell[1]})`);
  return markdownTable(
    head,
    rows.map((row) => row.map(text)),
  );
}
