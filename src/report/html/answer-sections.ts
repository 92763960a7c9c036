import type { Decision } from '../../selection/decision.js';
import type { DrawnChart } from '../charts/render.js';
import {
  answerSentences,
  candidateTable,
  ensembleSummaries,
  isTaken,
  operatingCurves,
  operatingTable,
  ruledTable,
  weightTable,
} from '../sections/answers.js';
import { bestSingleSentences, bestSingleTable } from '../sections/best-singles.js';
import { htmlDetails } from './details.js';
import { htmlFigure, keyed } from './figure.js';
import { html, type Markup } from './markup.js';
import type { Section } from './sections.js';
import { htmlTable } from './table.js';

/** By which rule answers are given, what was weighed, and what other rules would get; nothing in earlier versions. */
export function answerPart(decision: Decision, chart: DrawnChart | null): Section | null {
  if (decision.ensembles === undefined) return null;
  const { pruned } = decision.ensembles;
  const [rule, ...meanings] = answerSentences(decision);
  const [weights, ruled] = [weightTable(decision), ruledTable(decision)];
  return {
    id: 'answers',
    title: 'How answers are made',
    body: html`<p>${rule}</p>
${meanings.length === 0 ? null : htmlDetails('What that means', html`${meanings.map((sentence) => html`<p class="note">${sentence}</p>\n`)}`)}${chart === null ? null : curvePart(decision, chart)}
${htmlDetails(
  'What was weighed, and the weights',
  html`${ensembleSummaries(decision).map(([name, ensemble]) =>
    htmlTable(candidateTable(name, ensemble), {
      rowClass: (row) => (isTaken(ensemble, ensemble.candidates[row]) ? 'strong' : ''),
    }),
  )}${weights === null ? null : htmlTable(weights)}`,
)}${ruled === null ? null : htmlDetails(`Every single model by the rule ${pruned.rule.name}`, htmlTable(ruled))}`,
  };
}

/** The operating curve with its key, and its points as a table. */
function curvePart(decision: Decision, chart: DrawnChart): Markup {
  const single = operatingCurves(decision).find(({ role }) => role === 'single');
  const last =
    single === undefined ? null : html` ${keyed('square', single.name)}, the best single model by macro F1`;
  return html`<p class="note">${keyed('ensemble', 'full ensemble')} ${keyed('kept', 'pruned ensemble')}${last}; a small dot per tau, a large mark where the rule stands</p>
<div class="charts">
${htmlFigure(chart)}</div>
${htmlDetails('The operating curve as a table', htmlTable(operatingTable(decision)))}`;
}

/** The best single models chosen on training folds, and both ensembles against them; nothing in earlier versions. */
export function bestSinglePart(decision: Decision): Section | null {
  const table = bestSingleTable(decision);
  if (table === null) return null;
  return {
    id: 'best-singles',
    title: 'Best single models',
    body: htmlDetails(
      'What one would have run instead of an ensemble, as a table',
      html`${bestSingleSentences(decision).map((sentence) => html`<p class="note">${sentence}</p>\n`)}
${htmlTable(table)}`,
    ),
  };
}
