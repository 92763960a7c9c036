import { shellWord } from '../../errors.js';
import { costName } from '../../selection/costs.js';
import type { Decision } from '../../selection/decision.js';
import type { Frontier, FrontierPoint } from '../../selection/frontier.js';
import type { DrawnChart } from '../charts/render.js';
import { amount, listed, SCORE_TITLES, score, signed } from '../format.js';
import {
  FRONTIER_NOTE,
  frontierCost,
  frontierSentences,
  frontierTable,
  shownPoints,
} from '../sections/frontier.js';
import { costNames, costUnit, summedCost } from '../tables.js';
import { htmlDetails } from './details.js';
import { htmlFigure, keyed } from './figure.js';
import { html, type Markup } from './markup.js';
import type { Section } from './sections.js';
import { htmlTable } from './table.js';

/** The place of the frontier that the page opens with: of the first cost limited, else of the number of models. */
export function leadFrontier({ frontiers = [], budget }: Decision): number {
  const drawn = frontiers.filter(({ points }) => points.length > 0);
  const limited = budget.costs.map(({ name }) => costName(name));
  const at = drawn.findIndex(({ cost }) => limited.includes(cost));
  return at >= 0 ? at : drawn.findIndex(({ cost }) => cost === 'models');
}

/** The key of the charts of frontiers. */
export function frontierKey({ frontiers = [] }: Decision): Markup {
  const chosen = frontiers.some((frontier) => frontier.chosen !== undefined);
  const faint = frontiers.some(({ dominated = [] }) => dominated.length > 0);
  return html`<p class="note">${
    chosen ? html`${keyed('kept', 'the chosen set')} ` : null
  }${keyed('ring', 'no cheaper set scores more')} ${keyed('ensemble', 'the knee')}${
    faint ? html` ${keyed('faint', 'beaten by another set')}` : null
  }; lines are 95% intervals</p>
`;
}

/**
 * What more cost buys: the charts that do not open the page, and below each cost the sets to choose from, a card each, by
 * radio buttons that need no script. Nothing in reports of earlier versions.
 */
export function frontierSection(decision: Decision, charts: readonly DrawnChart[]): Section | null {
  if (charts.length === 0) return null;
  const drawn = (decision.frontiers ?? []).filter(({ points }) => points.length > 0);
  const lead = leadFrontier(decision);
  const others = charts.filter((_, at) => at !== lead);
  const pictures = others.length === 0 ? null : html`<div class="charts">\n${others.map(htmlFigure)}</div>\n`;
  return {
    id: 'frontier',
    title: 'What more cost buys',
    body: html`<ul class="evidence">
${frontierSentences(drawn).map((sentence) => html`<li>${sentence}</li>\n`)}</ul>
<p class="note">${FRONTIER_NOTE}</p>
${pictures}${pictures === null ? null : frontierKey(decision)}<div class="picks">
${drawn.map((frontier, at) => picker(decision, frontier, at))}</div>
${drawn.map((frontier) => pointTable(frontier))}`,
  };
}

function pointTable(frontier: Frontier): Markup {
  const places = shownPoints(frontier);
  return htmlDetails(
    `Sets by ${frontierCost(frontier)} as a table`,
    htmlTable(frontierTable(frontier), {
      rowClass: (row) => (places[row] === frontier.knee ? 'strong' : ''),
    }),
  );
}

/** The sets of one cost to choose from; the one that is chosen, or is as good as the best, is shown first. */
function picker(decision: Decision, frontier: Frontier, at: number): Markup {
  const { points, enough, knee, unit, cost } = frontier;
  const places = shownPoints(frontier);
  const kept = places.findIndex((place) => isSame(points[place].models, decision.kept));
  const first = kept >= 0 ? kept : Math.max(0, places.indexOf(enough ?? knee));
  const name = `set-${at + 1}`;
  const title = (place: number) =>
    cost === 'models' ? String(points[place].cost) : amount(points[place].cost, unit);
  return html`<fieldset class="pick"><legend>Sets by ${frontierCost(frontier)}</legend>
${places.map(
  (place, k) =>
    html`<input type="radio" name="${name}" id="${name}-${k + 1}"${k === first ? html` checked="checked"` : null}><label for="${name}-${k + 1}">${title(place)}</label>
`,
)}<div class="picked">
${places.map((place) => card(decision, frontier, points[place]))}</div></fieldset>
`;
}

function card(decision: Decision, { metric }: Frontier, point: FrontierPoint): Markup {
  const { models, score: value, low, high, against } = point;
  const line = (term: string, text: string) => html`<div><dt>${term}</dt><dd><bdi>${text}</bdi></dd></div>\n`;
  const costs = costNames(decision).flatMap((name) => {
    const spent = summedCost(decision, models, name);
    return spent === null ? [] : [`${name} ${amount(spent, costUnit(decision, name))}`];
  });
  const chosen = isSame(models, decision.kept);
  return html`<div class="card"><dl>
${line('Models', listed(models))}${costs.length === 0 ? null : line('Cost', costs.join(', '))}${line(SCORE_TITLES[metric], `${score(value)} [${score(low)}, ${score(high)}]`)}${
  chosen
    ? line('Chosen', 'this is the set kept')
    : against === undefined
      ? null
      : line('Against the chosen set', paired(against))
}</dl>
${chosen ? null : html`<p>To choose it:</p>\n<pre tabindex="0" aria-label="command"><bdi>${commandFor(models)}</bdi></pre>\n`}</div>
`;
}

function paired({ difference, low, high }: NonNullable<FrontierPoint['against']>): string {
  const noise = low <= 0 && high >= 0 ? 'within noise' : 'more than noise';
  return `${signed(difference)} [${signed(low)}, ${signed(high)}], ${noise}`;
}

/** Whatever the strategy, these models and no others. */
function commandFor(models: readonly string[]): string {
  const required = models.map((name) => `--require ${shellWord(name)}`).join(' ');
  return `esci-select rank --budget ${models.length} ${required}`;
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
