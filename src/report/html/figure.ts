import type { DrawnChart } from '../charts/render.js';
import { html, Markup } from './markup.js';

/** A chart with its title and, for those who cannot see it, its description; its parts are not read out one by one. */
export function htmlFigure({ title, description, svg }: DrawnChart): Markup {
  const picture = new Markup(svg.replace('<svg ', '<svg aria-hidden="true" focusable="false" '));
  return html`<figure><figcaption>${title}</figcaption>
<div class="chart" role="img" aria-label="${description}">${picture}</div></figure>
`;
}

/** Longest word that a mark is kept together with: a longer one may have to be broken. */
const LONGEST = 20;

/** What a mark of a chart stands for, behind that mark, which no line ends with. */
export function keyed(mark: string, text: string): Markup {
  const sign = html`<span class="key k-${mark}"></span>`;
  const [first] = text.split(' ', 1);
  if (first.length > LONGEST) return html`<span class="bound">${sign}</span>${text}`;
  return html`<span class="bound">${sign}${first}</span>${text.slice(first.length)}`;
}
