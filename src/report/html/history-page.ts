import { createHash } from 'node:crypto';
import type { DrawnChart } from '../charts/render.js';
import { type HistoryLine, historyTable } from '../history.js';
import { htmlFigure } from './figure.js';
import { html, Markup, render } from './markup.js';
import { STYLE } from './style.js';
import { htmlTable } from './table.js';

const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'`;

/** The history of decisions as one HTML file without script: a table, and a line of each score over the decisions. */
export function renderHistory(lines: readonly HistoryLine[], charts: readonly DrawnChart[]): string {
  return `<!DOCTYPE html>\n${render(html`<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Decisions</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<div class="page">
<header>
<h1>Decisions</h1>
</header>
<main id="main">
<section aria-labelledby="all-title">
<h2 id="all-title">${lines.length === 1 ? 'One decision' : `${lines.length} decisions`}</h2>
${htmlTable(historyTable(lines))}
</section>
<section aria-labelledby="scores-title">
<h2 id="scores-title">Scores of the pruned ensemble</h2>
<div class="charts">${charts.map(htmlFigure)}</div>
</section>
</main>
</div>
</body>
</html>
`)}`;
}
