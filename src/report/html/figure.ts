import type { DrawnChart } from '../charts/render.js';
import { html, Markup } from './markup.js';

/** A chart with its title and, for those who cannot see it, its description; its parts are not read out one by one. */
export function htmlFigure({ title, description, svg }: DrawnChart): Markup {
  const picture = new Markup(svg.replace('<svg ', '<svg aria-hidden="true" focusable="false" '));
  return html`<figure><figcaption>${title}</figcaption>
<div class="chart" role="img" aria-label="${description}">${picture}</div></figure>
`;
}
