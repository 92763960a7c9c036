import type { Decision } from '../../selection/decision.js';
import type { DrawnChart } from '../charts/render.js';
import { auditSentences } from '../sections/audit.js';
import { auditTable, clusterTable, pairTable } from '../sections/choice-tables.js';
import { likenessTable, reliabilityTable } from '../sections/evidence-tables.js';
import { MOST_PAIRS, redundancySentences } from '../sections/redundancy.js';
import { htmlDetails } from './details.js';
import { htmlFigure } from './figure.js';
import { html } from './markup.js';
import type { Section } from './sections.js';
import { htmlTable } from './table.js';

/** What the choice costs against the best set in hindsight; nothing without an audit. */
export function auditPart(decision: Decision): Section | null {
  if (decision.audit === null) return null;
  return {
    id: 'audit',
    title: 'What the choice costs',
    body: html`${auditSentences(decision).map((sentence) => html`<p>${sentence}</p>\n`)}${htmlTable(
      auditTable(decision.audit),
      { rowClass: (row) => (decision.audit!.strategies[row].strategy === decision.strategy ? 'strong' : '') },
    )}`,
  };
}

/** Which models say the same; nothing where there is one. */
export function redundancyPart(decision: Decision, chart: DrawnChart | null): Section | null {
  if (chart === null) return null;
  const { clusters } = decision.redundancy;
  return {
    id: 'redundancy',
    title: 'Which models say the same',
    body: html`${redundancySentences(decision).map((sentence) => html`<p class="note">${sentence}</p>\n`)}
<div class="charts">
${htmlFigure(chart)}</div>
${clusters.length === 0 ? null : htmlTable(clusterTable(decision))}${htmlDetails('The pairs most alike as a table', htmlTable(pairTable(decision, MOST_PAIRS)))}
${htmlDetails('The map as a table', htmlTable(likenessTable(decision)))}`,
  };
}

/** How far the probabilities can be believed; nothing in reports of earlier versions. */
export function calibrationSection(decision: Decision, charts: readonly DrawnChart[]): Section | null {
  if (charts.length === 0) return null;
  return {
    id: 'calibration',
    title: 'Calibration',
    body: html`<p class="note">Rows are binned by the probability that an answer was given with. On the dashed line, answers are right as often as that probability says; below it they are too sure. The larger a dot, the more rows.</p>
<div class="charts">
${charts.map(htmlFigure)}</div>
${htmlDetails('Confidence and accuracy as a table', htmlTable(reliabilityTable(decision)))}`,
  };
}
