import { type Decision, FULL, PRUNED } from '../../selection/decision.js';
import { chanceSentences } from '../chance.js';
import type { DrawnChart, ReportCharts } from '../charts/render.js';
import { count, SCORE_TITLES, score } from '../format.js';
import { headline } from '../headline.js';
import { evidenceList } from '../sections/evidence-list.js';
import { rankingTable, whyNote } from '../sections/ranking-table.js';
import { contributionSentences, noiseSentence, protocolSentence } from '../sentences.js';
import {
  CHANCE_TITLE,
  classContributionTable,
  classTable,
  comparisonLines,
  comparisonTable,
  confusionTable,
  localeTable,
} from '../tables.js';
import { htmlDetails } from './details.js';
import { htmlFigure, keyed } from './figure.js';
import { html, type Markup } from './markup.js';
import { htmlTable } from './table.js';

/** A part of the page that the contents list names. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** The decision in words, the three scores of what is kept and a chart; then the evidence. */
export function decisionPart(decision: Decision, chart: Markup): Markup {
  const evidence = evidenceList(decision);
  return html`<div class="lead"><div>
<p class="decision">${headline(decision)}</p>
<ul class="tiles">${(['accuracy', 'macroF1', 'weightedF1'] as const).map((name) => tile(decision, name))}</ul>
<p class="note">Scores of the ensemble of the models kept, with 95% intervals, on ${count(decision.metrics.pruned.rows)} rows it did not see.</p>
</div><div>
${chart}</div></div>
<ul class="evidence">
${evidence.map((sentence) => html`<li>${sentence}</li>\n`)}</ul>
${htmlDetails('How scores were taken, and what is noise', html`<p class="note">${protocolSentence(decision)} ${noiseSentence(decision)}</p>\n`)}`;
}

function tile({ metrics }: Decision, name: 'accuracy' | 'macroF1' | 'weightedF1'): Markup {
  const [low, high] = metrics.pruned.intervals[name];
  return html`<li class="tile"><span>${SCORE_TITLES[name]}</span><b>${score(metrics.pruned[name])}</b><span class="whole">[${score(low)}, ${score(high)}]</span></li>
`;
}

/** Everything that is compared, as dots with intervals and as a table. */
export function comparisonSection(decision: Decision, charts: readonly DrawnChart[]): Section {
  const lines = comparisonLines(decision);
  const table = comparisonTable(decision);
  const chance = table.head.indexOf(CHANCE_TITLE);
  return {
    id: 'comparison',
    title: 'Comparison',
    body: html`<p class="note">${keyed('kept', 'kept model')} ${keyed('dropped', 'dropped model or constant answer')} ${keyed('ensemble', 'ensemble')}; lines are 95% intervals</p>
<div class="charts">
${charts.map(htmlFigure)}</div>
${htmlDetails(
  'Scores, intervals and costs as a table',
  htmlTable(table, {
    muted: chance < 0 ? [] : [chance],
    rowClass: (row) => {
      const { kind, name } = lines[row];
      return kind === 'ensemble' ? 'strong' : kind === 'model' && decision.kept.includes(name) ? 'kept' : '';
    },
  }),
)}`,
  };
}

/** How much the ensemble listens to each model. */
export function contributionSection(decision: Decision, chart: DrawnChart): Section {
  const { ranking } = decision;
  return {
    id: 'contributions',
    title: 'Contributions',
    body: html`${chanceSentences(decision).map((sentence) => html`<p class="note">${sentence}</p>\n`)}
<p class="note">${keyed('kept', 'kept')} ${keyed('hollow', 'dropped')}${
      ranking.some(({ evidence }) => evidence !== undefined)
        ? decision.orderedBy === undefined
          ? '; lines over the bars are 95% intervals from resampled queries'
          : '; lines over the bars are 95% intervals from refits to resampled queries'
        : null
    }</p>
<div class="charts">
${htmlFigure(chart)}</div>
${htmlTable(rankingTable(decision), { rowClass: (row) => [ranking[row].kept ? 'kept' : '', ranking[row].screen?.passed === false ? 'chance' : ''].filter((name) => name !== '').join(' ') })}
<p class="note">${whyNote(decision)}</p>
${htmlDetails('What contributions are', html`${contributionSentences(decision).map((sentence) => html`<p class="note">${sentence}</p>\n`)}`)}`,
  };
}

/** Which model speaks for which class. */
export function classContributionSection(decision: Decision): Section {
  const { ranking } = decision;
  const most = Math.max(...ranking.flatMap(({ shapByClass }) => shapByClass));
  return {
    id: 'model-by-class',
    title: 'What each model contributes to each class',
    body: html`<p class="note">The stronger the shade, the more. In brackets the mean with its sign: above zero the model speaks for the class on the whole, below zero against it.</p>
${htmlDetails(
  'Contributions by class as a table',
  htmlTable(classContributionTable(decision), {
    rowClass: (row) => (ranking[row].kept ? 'kept' : ''),
    shade: (row, column) => ranking[row].shapByClass[column] / most,
  }),
)}`,
  };
}

/** Classes, locales and confusions of both ensembles. */
export function resultSection(decision: Decision): Section {
  const { full, pruned } = decision.metrics;
  const confusion = (name: string, evaluation: typeof full) =>
    htmlTable(confusionTable(decision, name, evaluation), {
      shade: (row, column) =>
        evaluation.confusion[row][column] / evaluation.confusion[row].reduce((sum, rows) => sum + rows, 0),
    });
  return {
    id: 'results',
    title: 'Classes, locales and confusions',
    body: html`${htmlDetails('By class', htmlTable(classTable(decision)))}
${htmlDetails('By locale', htmlTable(localeTable(decision)))}
${htmlDetails(
  'Confusions',
  html`<p class="note">Rows of the evaluation; the shade is the share of the true class.</p>
${confusion(PRUNED, pruned)}${confusion(FULL, full)}`,
)}`,
  };
}

/** Loss by epoch of the models that were trained here; nothing where all were imported. */
export function curveSection(charts: ReportCharts<DrawnChart>['curves']): Section | null {
  if (charts.length === 0) return null;
  return {
    id: 'training',
    title: 'Training curves',
    body: html`<p class="note">${keyed('line', 'validation')} ${keyed('dash', 'training')}; a line per fold and one for the refit on all training rows${
      charts.some(({ id }) => id === 'ensemble-curve') ? '; the diamond is where boosting was stopped' : null
    }</p>
<div class="charts">
${charts.map(htmlFigure)}</div>
`,
  };
}
