import { BASELINE_TITLE, baselineSentences, baselineTable, gateTable } from '../baseline.js';
import type { Report } from '../report.js';
import { html } from './markup.js';
import type { Section } from './sections.js';
import { htmlTable } from './table.js';

/** What changed since the baseline, and its gates; nothing without a baseline. */
export function baselinePart({ baseline }: Report): Section | null {
  if (baseline === undefined) return null;
  const gates = gateTable(baseline);
  return {
    id: 'baseline',
    title: BASELINE_TITLE,
    body: html`${baselineSentences(baseline).map((sentence) => html`<p class="note">${sentence}</p>\n`)}
${gates === null ? null : htmlTable(gates)}
${htmlTable(baselineTable(baseline))}`,
  };
}
