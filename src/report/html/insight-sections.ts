import type { DrawnChart } from '../charts/render.js';
import { count, score } from '../format.js';
import type { ExplainedExample, Insights, TrustNode } from '../insights.js';
import { dotTable } from '../sections/evidence-tables.js';
import { htmlDetails } from './details.js';
import { htmlFigure, keyed } from './figure.js';
import { html, type Markup } from './markup.js';
import type { Section } from './sections.js';
import { htmlTable } from './table.js';

const MOST_TITLE = 200;

/** Contributions to single answers. */
export function beeswarmSection({ sample, trainedOn }: Insights, chart: DrawnChart): Section {
  return {
    id: 'single-rows',
    title: 'Contributions to single rows',
    body: html`<p class="note">${count(sample.rows)} rows drawn at random from the ${count(sample.of)} evaluated, explained by the full ensemble${
      trainedOn ? ', which was fitted on these rows too' : ''
    }. Right of zero a model speaks for the row’s true class, left of it against.</p>
<p class="note">The model’s own probability of that class: ${['low', 'lower', 'middle', 'higher', 'high'].map(
      (job, at) =>
        html`<span class="whole"><span class="key k-${job}"></span>${at * 20}–${(at + 1) * 20}%</span> `,
    )}<span class="whole"><span class="key k-dropped"></span>no prediction</span></p>
<div class="charts">
${htmlFigure(chart)}</div>
${htmlDetails('Quartiles as a table', htmlTable(dotTable(sample)))}`,
  };
}

/** Rows on which the ensemble and the best single model differ, one of them being right. */
export function exampleSection(insights: Insights, charts: readonly DrawnChart[]): Section | null {
  const { examples, bestModel, disagreements, trainedOn } = insights;
  if (examples.length === 0) return null;
  const { ensembleRight, modelRight } = disagreements;
  const shown = (right: ExplainedExample['right']) =>
    examples.flatMap((example, at) =>
      example.right === right ? [exampleCard(example, bestModel, charts[at])] : [],
    );
  const group = (title: string, cards: readonly Markup[]) =>
    cards.length === 0 ? null : html`<h3>${title}</h3>\n<div class="cards">\n${cards}</div>\n`;
  return {
    id: 'examples',
    title: 'Examples: the ensemble against the best model',
    body: html`<p class="note">On ${count(ensembleRight)} evaluated rows only the full ensemble is right, on ${count(modelRight)} only <bdi>${bestModel}</bdi>, the best single model. These were drawn at random. A bar to the right speaks for the ensemble’s answer, one to the left for the model’s.${
      trainedOn
        ? ' Rows are counted by ensembles that did not see them; the bars explain the one fitted on all rows, where it answers the same.'
        : ''
    }</p>
<p class="note">${keyed('kept', 'for the ensemble’s answer')} ${keyed('against', 'for the model’s answer')} ${keyed('ensemble', 'sum')}</p>
${group('The ensemble is right', shown('ensemble'))}${group('The best model is right', shown('model'))}`,
  };
}

function exampleCard(example: ExplainedExample, bestModel: string, chart: DrawnChart): Markup {
  const { id, query, title, locale, label, ensemble, model } = example;
  const line = (term: string, text: string) =>
    html`<div><dt>${term}</dt><dd><bdi>${shortened(text)}</bdi></dd></div>\n`;
  return html`<article class="card"><dl>
${line('Query', query)}${title === null ? null : line('Product', title)}${line('Row', locale === '' ? id : `${id}, ${locale}`)}${line('True class', label)}${line('Full ensemble', ensemble)}${line(bestModel, model)}</dl>
${htmlFigure(chart)}</article>
`;
}

function shortened(text: string): string {
  const characters = [...text];
  return characters.length <= MOST_TITLE ? text : `${characters.slice(0, MOST_TITLE - 1).join('')}…`;
}

/** When the ensemble listens most to whom, as rules, and how far they can be believed. */
export function trustSection({ trust }: Insights): Section | null {
  if (trust === null) return null;
  const { root, fidelity, baseline, heldOutRows, fittedRows } = trust;
  const gain = fidelity > baseline.fidelity;
  return {
    id: 'trust',
    title: 'Whom the ensemble listens to, and when',
    body: html`<p class="note">Rules that imitate the ensemble: where they end stands the model that contributes most to its answer. Fitted on ${count(fittedRows)} of the sampled rows.</p>
<p><strong>Fidelity ${score(fidelity)}:</strong> on ${count(heldOutRows)} other rows the rules name the right model so often; always naming <bdi>${baseline.model}</bdi> would reach ${score(baseline.fidelity)}.${
      gain ? null : ' The rules are no better than that: do not rely on them.'
    }</p>
<div class="rules">${root.kind === 'leaf' ? html`<p>${leaf(root)}</p>\n` : rules(root)}</div>`,
  };
}

function rules(node: Extract<TrustNode, { kind: 'split' }>): Markup {
  const [above, below] =
    node.threshold === null
      ? [html`<b>${capital(node.question)}?</b> If yes`, html`If no`]
      : [html`If <b>${node.question}</b> is ${threshold(node.threshold)} or more`, html`If it is less`];
  const branch = (condition: Markup, next: TrustNode) =>
    html`<li>${condition}: ${next.kind === 'leaf' ? leaf(next) : rules(next)}</li>\n`;
  return html`<ul>
${branch(above, node.above)}${branch(below, node.below)}</ul>
`;
}

function leaf({ model, share, rows }: Extract<TrustNode, { kind: 'leaf' }>): Markup {
  return html`<strong><bdi>${model}</bdi></strong> <small>(on ${Math.round(100 * share)}% of ${count(rows)} rows)</small>`;
}

function capital(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}

function threshold(value: number): string {
  return String(Number(value.toFixed(3)));
}
