import type { Cell, TextTable } from '../tables.js';
import { html, type Markup } from './markup.js';
import { SHADES } from './style.js';

/** What a table looks like beyond its text. */
export interface TableLook {
  /** class of a row, by its place */
  readonly rowClass?: (row: number) => string;
  /**
   * how strongly a cell is shaded, 0 to 1, by row and by column after the first; below 0 in the colour of what counts
   * against, NaN for a cell that says nothing; more than colour says it, the text does
   */
  readonly shade?: (row: number, column: number) => number;
  /** columns that stand back, by place */
  readonly muted?: readonly number[];
  /** columns of long hashes, by place */
  readonly hashes?: readonly number[];
}

/** A table with a caption, column and row headers, in a box that scrolls sideways, by keyboard too, where it is too wide. */
export function htmlTable({ caption, head, rows }: TextTable, look: TableLook = {}): Markup {
  const numeric = head.map((_, at) => at > 0 && rows.length > 0 && rows.every((row) => isNumber(row[at])));
  const body = rows.map(
    (
      row,
      at,
    ) => html`<tr${classAttribute(look.rowClass?.(at) ?? '')}><th scope="row"><bdi>${textOf(row[0])}</bdi></th>${row
      .slice(1)
      .map((cell, k) =>
        dataCell(cell, classesOf({ numeric: numeric[k + 1], row: at, column: k, look })),
      )}</tr>
`,
  );
  const heads = head.map(
    (title, at) => html`<th scope="col"${classAttribute(numeric[at] ? 'num' : '')}><bdi>${title}</bdi></th>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table${classAttribute(look.shade === undefined ? '' : 'heat')}><caption><span>${caption}</span></caption>
<thead><tr>${heads}</tr></thead>
<tbody>
${body}</tbody></table></div>
`;
}

function classAttribute(names: string): Markup | null {
  return names === '' ? null : html` class="${names}"`;
}

interface CellPlace {
  readonly numeric: boolean;
  readonly row: number;
  readonly column: number;
  readonly look: TableLook;
}

function classesOf({ numeric, row, column, look }: CellPlace): string {
  const classes = numeric ? ['num'] : [];
  if (look.hashes?.includes(column + 1)) classes.push('hash');
  if (look.muted?.includes(column + 1)) classes.push('aside');
  const shade = look.shade?.(row, column) ?? 0;
  if (Number.isNaN(shade)) classes.push('noise');
  const step = Number.isFinite(shade) ? Math.min(SHADES, Math.round(Math.abs(shade) * SHADES)) : 0;
  if (step > 0) classes.push(`${shade < 0 ? 'a' : 's'}${step}`);
  return classes.join(' ');
}

function dataCell(cell: Cell, classes: string): Markup {
  const detail = typeof cell === 'string' ? null : html` <small>${cell[1]}</small>`;
  return html`<td${classAttribute(classes)}>${textOf(cell)}${detail}</td>`;
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell[0];
}

function isNumber(cell: Cell): boolean {
  return /^[<>−–+±▲▼\d., ]+(?:%| [kMG]?B)?$/.test(textOf(cell));
}
