import { EsciSelectError, quote } from '../../errors.js';
import { FULL, PRUNED } from '../../selection/decision.js';
import type { ComparedReports, GateResult } from '../comparison.js';
import { MARKDOWN_LIMIT, renderMarkdown } from '../markdown.js';
import { escapeMarkdown } from '../markdown-table.js';
import type { Report } from '../report.js';
import {
  baselineSentences,
  baselineTable,
  changedPredictors,
  changeMarkdown,
  gatesOf,
  gateTable,
} from '../sections/baseline.js';
import { decisionSentence } from '../sentences.js';
import type { TextTable } from '../tables.js';

/** Lines of a comment that stand outside the fold. */
const MOST_LINES = 25;
/** Rows of the table of gates and of the table of changes that stand outside the fold. */
const GATE_ROWS = 5;
const CHANGE_ROWS = 4;

/** The key of a comment unless told otherwise. */
export const DEFAULT_KEY = 'report';

/**
 * The hidden first line by which a later comment of the same key finds this one and takes its place.
 *
 * @throws EsciSelectError('usage') on a key that would end the HTML comment early
 */
export function commentMarker(key: string): string {
  if (!/^[A-Za-z0-9][\w.:/ ]*(?:-[\w.:/ ]+)*$/.test(key)) {
    throw new EsciSelectError('usage', `key of the comment ${quote(key)} is not valid`, {
      hint: 'use letters, digits, spaces and . : / _ with single hyphens, such as report or nightly-us',
    });
  }
  return `<!-- esci-select: ${key} -->`;
}

/** The key of the marker that a text begins with; null where it begins with none. */
export function markerKey(text: string): string | null {
  return /^<!-- esci-select: ([^>]+) -->/.exec(text)?.[1] ?? null;
}

/**
 * A report as a comment on a pull request: a hidden marker of its key, whether the gates hold, the decision in a sentence,
 * gates and what changed, in at most 25 lines; the whole report is folded away, and shortened to stay below 65,536 characters.
 */
export function reportComment(report: Report, key: string): string {
  const { baseline, decision } = report;
  const head = [
    commentMarker(key),
    verdictLine(gatesOf(report)),
    '',
    escapeMarkdown(decisionSentence(decision)),
    ...gateLines(gatesOf(report)),
    ...(baseline === undefined ? [] : changeLines(baseline)),
  ];
  return folded(head, 'The whole report', (room) => renderMarkdown(report, room));
}

/** A comparison as such a comment: the differences of every predictor are folded away. */
export function comparisonComment(compared: ComparedReports, key: string): string {
  const head = [
    commentMarker(key),
    verdictLine(compared.gates),
    ...gateLines(compared.gates),
    ...changeLines(compared),
  ];
  const whole = [
    escapeMarkdown(baselineSentences(compared).join(' ')),
    changeMarkdown(baselineTable(compared)),
  ];
  return folded(head, 'All predictors', (room) => cut(whole.join('\n\n'), room));
}

function verdictLine(gates: readonly GateResult[]): string {
  const failed = gates.filter((gate) => gate.failed).length;
  const judged = gates.filter((gate) => gate.skipped !== true).length;
  if (gates.length === 0) return '### esci-select';
  if (failed > 0) return `### ❌ esci-select: ${failed} of ${gates.length} gates failed`;
  if (judged === 0) return '### esci-select: first report, nothing to compare with yet';
  return `### ✅ esci-select: ${judged === 1 ? 'the gate holds' : `all ${judged} gates hold`}`;
}

/** The table of gates, those that failed first. */
function gateLines(gates: readonly GateResult[]): string[] {
  const sorted = [...gates.filter(({ failed }) => failed), ...gates.filter(({ failed }) => !failed)];
  const table = gateTable(sorted);
  return table === null ? [] : shortTable(table, GATE_ROWS, 'gates');
}

/** What changed, the ensembles first; and which models are kept, where they are others than before. */
function changeLines(compared: ComparedReports): string[] {
  const { base, next } = compared.kept;
  const same = base.length === next.length && base.every((name) => next.includes(name));
  const kept = same ? [] : ['', escapeMarkdown(baselineSentences(compared)[0])];
  const table = baselineTable(compared, changedPredictors(compared));
  if (table.rows.length === 0) return [...kept, '', 'No score changed.'];
  const place = (name: unknown) => (name === PRUNED ? 0 : name === FULL ? 1 : 2);
  const rows = [...table.rows].sort((a, b) => place(a[0]) - place(b[0]));
  return [...kept, ...shortTable({ ...table, rows }, CHANGE_ROWS, 'predictors that changed')];
}

/** The first rows of a table, and how many more there are; a blank line before each part. */
function shortTable(table: TextTable, most: number, what: string): string[] {
  const left = table.rows.length - most;
  const lines = changeMarkdown({ ...table, rows: table.rows.slice(0, most) }).split('\n');
  return ['', ...lines, ...(left > 0 ? ['', `_${left} more ${what} are in the fold._`] : [])];
}

/** Lines in sight, then a fold with as much text as there is room for. */
function folded(head: readonly string[], title: string, text: (room: number) => string): string {
  const sight = head.slice(0, MOST_LINES).join('\n');
  const open = `\n\n<details>\n<summary>${title}</summary>\n\n`;
  const close = '\n</details>\n';
  const room = MARKDOWN_LIMIT - 1 - sight.length - open.length - close.length;
  return room <= 0 ? `${sight.slice(0, MARKDOWN_LIMIT - 1)}\n` : `${sight}${open}${text(room)}${close}`;
}

const NOTICE = '\n\n_Cut here: the report has everything._\n';

/** Whole lines as far as there is room. */
function cut(text: string, room: number): string {
  if (text.length < room) return `${text}\n`;
  const short = text.slice(0, Math.max(0, room - NOTICE.length));
  return `${short.slice(0, Math.max(0, short.lastIndexOf('\n')))}${NOTICE}`;
}
