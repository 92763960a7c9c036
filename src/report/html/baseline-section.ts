import type { Report } from '../report.js';
import {
  BASELINE_TITLE,
  baselineSentences,
  baselineTable,
  GATES_TITLE,
  gatesOf,
  gateTable,
} from '../sections/baseline.js';
import { html } from './markup.js';
import type { Section } from './sections.js';
import { htmlTable } from './table.js';

/** What changed since the baseline, and the gates; nothing without either. */
export function baselinePart(report: Report): Section | null {
  const { baseline } = report;
  const gates = gateTable(gatesOf(report));
  if (baseline === undefined) {
    return gates === null ? null : { id: 'gates', title: GATES_TITLE, body: html`${htmlTable(gates)}` };
  }
  return {
    id: 'baseline',
    title: BASELINE_TITLE,
    body: html`${baselineSentences(baseline).map((sentence) => html`<p class="note">${sentence}</p>\n`)}
${gates === null ? null : htmlTable(gates)}
${htmlTable(baselineTable(baseline))}`,
  };
}
