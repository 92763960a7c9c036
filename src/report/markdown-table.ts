import { cellText, type TextTable } from './tables.js';

/** Control and bidirectional-override characters, which could reorder or hide what a reader sees. */
const INVISIBLE = /[\p{Cc}\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu;

/** Text that Markdown and the HTML inside it show as it is: no markup, no links, no mentions, on one line. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(INVISIBLE, ' ')
    .replace(/[\\`*_{}[\]<>#|~!]/g, (character) =>
      character === '<' ? '&lt;' : character === '>' ? '&gt;' : `\\${character}`,
    )
    .replace(/@(?=\w)/g, '@\u200b')
    .replace(/\b(https?):\/\//gi, '$1:\u200b//');
}

/** A pipe table with every cell escaped; numbers are right-aligned where a whole column is numeric. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const numeric = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^[−–+±▲▼\d.,\s[\]()]+$/.test(row[column])),
  );
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [
    line(head),
    `|${numeric.map((right) => (right ? ' ---: |' : ' --- |')).join('')}`,
    ...rows.map(line),
  ].join('\n');
}

/** A table with a detail after its value; the caption is the heading's work. */
export function markdownTextTable({ head, rows }: TextTable): string {
  return markdownTable(
    head,
    rows.map((row) => row.map(cellText)),
  );
}

/** Brackets of intervals stay readable: only what could be markup is escaped. */
function cell(text: string): string {
  return /^[−–+±▲▼\d.,\s[\]()]*$/.test(text) ? text : escapeMarkdown(text);
}
