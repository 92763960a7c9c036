import { visible } from '../visible.js';

/** Text that is HTML already; only this file and the renderer of charts make one from a string. */
export class Markup {
  constructor(readonly text: string) {}
}

/** What may stand inside `html`: text is escaped, markup is not, lists are joined, null is nothing. */
export type Content = string | number | Markup | null | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it as it is, in elements and in quoted attributes; invisible characters are written out. */
function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** A template whose values are escaped unless they are markup: html`<b>${name}</b>`. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, at) => text + render(values[at - 1]) + part));
}

/** The text of any content. */
export function render(content: Content): string {
  if (content === null) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(render).join('');
  return escapeHtml(String(content));
}
