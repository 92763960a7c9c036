import { createHash } from 'node:crypto';
import type { DrawnChart, ReportCharts } from '../charts/render.js';
import { type ForeignReport, foreignSections, foreignSentence } from '../foreign-report.js';
import { isSimulated, type Report, SIMULATED, TITLE } from '../report.js';
import { answerPart, bestSinglePart } from './answer-sections.js';
import { baselinePart } from './baseline-section.js';
import { auditPart, calibrationSection, redundancyPart } from './choice-sections.js';
import { findingSection, reproductionSection } from './data-section.js';
import { htmlFigure } from './figure.js';
import { frontierKey, frontierSection, leadFrontier } from './frontier-section.js';
import { beeswarmSection, exampleSection, trustSection } from './insight-sections.js';
import { html, Markup, render } from './markup.js';
import {
  classContributionSection,
  comparisonSection,
  contributionSection,
  curveSection,
  decisionPart,
  resultSection,
  type Section,
} from './sections.js';
import { STYLE } from './style.js';
import { htmlTable } from './table.js';
import { localeBudgetPart, measurePart, slicePart } from './worth-sections.js';

/** Nothing may be fetched or run; of styles only the one inside, by its hash. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/**
 * A report as one HTML file that needs nothing else: no script, no network, readable on a phone, on paper and by a
 * screen reader, in light and dark. The same bytes for the same report. Every text of the report is shown as text.
 */
export function renderHtml(report: Report, charts: ReportCharts<DrawnChart>): string {
  const sections = sectionsOf(report, charts);
  const title = report.title ?? TITLE;
  const lead = decisionPart(report.decision, leadChart(report, charts));
  const main = html`${lead}${contents(sections)}${sections.map(sectionMarkup)}`;
  return pageOf({ title, simulated: isSimulated(report), version: report.reproduction.version, main });
}

/** The report of an ensemble of another engine, as a page like renderHtml's. */
export function renderForeignHtml(report: ForeignReport): string {
  const sections = foreignSections(report).map(({ title, sentences, table }, at) => ({
    id: `part-${at + 1}`,
    title,
    body: html`${sentences.map((sentence) => html`<p>${sentence}</p>\n`)}${table === null ? null : htmlTable(table)}`,
  }));
  const head = html`<p class="decision">${foreignSentence(report)}</p>\n`;
  const main = html`${head}${contents(sections)}${sections.map(sectionMarkup)}`;
  return pageOf({ title: TITLE, simulated: false, version: report.reproduction.version, main });
}

interface PageParts {
  readonly title: string;
  readonly simulated: boolean;
  readonly version: string;
  readonly main: Markup;
}

function pageOf({ title, simulated, version, main }: PageParts): string {
  return `<!DOCTYPE html>\n${render(html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<div class="page">
<a class="skip" href="#main">Skip to the report</a>
<header>
<p class="eyebrow">esci-select ${version}</p>
<h1>${title}</h1>
${simulated ? html`<p class="simulated">${SIMULATED}</p>\n` : null}</header>
<main id="main">
${main}</main>
<footer>Made by esci-select ${version} from the data named above. This page fetches nothing and runs no script.</footer>
</div>
</body>
</html>
`)}`;
}

/** The chart that the page opens with: the frontier that the budget is on, or the scores by the decision's metric. */
function leadChart({ decision }: Report, charts: ReportCharts<DrawnChart>): Markup {
  const at = leadFrontier(decision);
  if (at >= 0) return html`${htmlFigure(charts.frontiers[at])}${frontierKey(decision)}`;
  const own = charts.comparison.findIndex(({ id }) => id === `comparison-${decision.constraints.metric}`);
  return htmlFigure(charts.comparison[Math.max(0, own)]);
}

/** In the order in which a reader asks. */
function sectionsOf(report: Report, charts: ReportCharts<DrawnChart>): Section[] {
  const { decision, insights } = report;
  const { beeswarm } = charts;
  return [
    baselinePart(report),
    localeBudgetPart(decision),
    comparisonSection(decision, charts.comparison),
    bestSinglePart(decision),
    contributionSection(decision, charts.contributions),
    answerPart(decision, charts.operating),
    measurePart(decision),
    classContributionSection(decision),
    slicePart(decision),
    insights === undefined || beeswarm === null ? null : beeswarmSection(insights, beeswarm),
    frontierSection(decision, charts.frontiers),
    auditPart(decision),
    redundancyPart(decision, charts.redundancy),
    resultSection(decision),
    calibrationSection(decision, charts.calibration),
    insights === undefined ? null : exampleSection(insights, charts.waterfalls),
    insights === undefined ? null : trustSection(insights),
    curveSection(charts.curves),
    findingSection(report),
    reproductionSection(report),
  ].filter((section) => section !== null);
}

function contents(sections: readonly Section[]): Markup {
  return html`<nav aria-label="Contents"><ul>
${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>\n`)}</ul></nav>
`;
}

function sectionMarkup({ id, title, body }: Section): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${body}</section>
`;
}
