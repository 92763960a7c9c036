import { html, type Markup } from './markup.js';

/** Something long behind a line that opens it, by mouse and keyboard; paper shows it open. */
export function htmlDetails(summary: string, body: Markup): Markup {
  return html`<details><summary>${summary}</summary>
${body}</details>
`;
}
