import pc from 'picocolors';
import type { Finding, Inspection, Place } from '../pipeline/for-terminal.js';
import { count, score } from '../report/format.js';
import { textTable } from './table.js';
import { plain } from './text.js';

/** `data inspect` for people: what is there, then every finding with its places. */
export function renderInspection({ summary, findings, inputs }: Inspection): string {
  const share = (rows: number) => `${((100 * rows) / summary.rows).toFixed(1)}%`;
  const list = (parts: readonly { name: string; rows: number }[]) =>
    parts.map(({ name, rows }) => `${plain(name) || 'none'} ${count(rows)} (${share(rows)})`).join(', ');
  const { judgementsPerQuery: spread, floor } = summary;
  const lines = [
    ['files', inputs.map(({ name }) => plain(name)).join(', ')],
    [
      'rows',
      `${count(summary.rows)}, ${count(summary.queries)} queries, ${count(summary.products)} products`,
    ],
    ['per query', `${spread.min} to ${spread.max} rows, median ${spread.median}`],
    ['locales', list(summary.locales)],
    [
      'labels',
      list(summary.labels) + (summary.unlabelled > 0 ? `, unlabelled ${count(summary.unlabelled)}` : ''),
    ],
    ['split', list(summary.splits)],
    ['sources', list(summary.sources)],
    ['missing text', list(summary.missingText.map(({ field, rows }) => ({ name: field, rows })))],
    ['behaviours', summary.behaviours === 0 ? '' : `${count(summary.behaviours)} query-product pairs`],
    [
      'floor',
      floor === null
        ? ''
        : `always answering ${plain(floor.answer)}: accuracy ${score(floor.accuracy)}, macro F1 ${score(floor.macroF1)}, weighted F1 ${score(floor.weightedF1)}`,
    ],
  ].filter(([, text]) => text !== '');
  const table = textTable(['', ''], lines, { numbersFrom: 9 }).replace(/^\s*\n/, '');
  return [table, '', ...(findings.length === 0 ? ['no problems found'] : findings.map(renderFinding))].join(
    '\n',
  );
}

const COLORS = { note: pc.dim, warning: pc.yellow, error: pc.red };

/** One finding: severity, message, how often, the first places, the hint. */
export function renderFinding(finding: Finding): string {
  const places = (finding.places ?? []).map(renderPlace).join(', ');
  const more = finding.count !== undefined && finding.count > (finding.places?.length ?? 0) ? ', …' : '';
  return [
    `${COLORS[finding.severity](`${finding.severity}:`)} ${plain(finding.message)}`,
    ...(places === '' ? [] : [`    at ${places}${more}`]),
    ...(finding.hint === undefined ? [] : [`    hint: ${plain(finding.hint)}`]),
  ].join('\n');
}

function renderPlace({ path, line, row }: Place): string {
  if (line !== undefined) return `${plain(path)}:${line}`;
  return row === undefined ? plain(path) : `${plain(path)} row ${row}`;
}
