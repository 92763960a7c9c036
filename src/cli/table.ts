import Table from 'cli-table3';
import pc from 'picocolors';
import type { Cell, TextTable } from '../report/tables.js';
import { screenWidth } from './screen-width.js';
import { plain } from './text.js';
import { displayWidth, widestWord, wrapWords } from './width.js';

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
const GAP = 2;

/** How a table is set. */
export interface TableOptions {
  /** the first of the columns that are right-aligned */
  readonly numbersFrom: number;
  /** beginnings of heads of columns that may be left out where there is no room, the first to go first */
  readonly spare?: readonly string[];
}

/** A report's table, without its caption. */
export function reportTable({ head, rows }: TextTable, options: TableOptions): string {
  return textTable(head, rows, options);
}

/**
 * A plain table as wide as the terminal allows. In this order: heads and words of the first columns are wrapped, details
 * (intervals) go under their values, columns that can be spared are left out with a line that says so, and where nothing
 * helps each row becomes a list. No word is broken; without a terminal nothing is done at all.
 */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string {
  const width = screenWidth();
  const grid: Grid = { head: head.map(plain), rows: rows.map((row) => row.map(cellOf)) };
  const whole = layout(grid, options, 'beside');
  if (whole.natural <= width) return drawn(whole, options);
  for (const details of ['beside', 'under'] as const) {
    const fitted = layout(grid, options, details, width);
    if (fitted.natural <= width) return drawn(fitted, options);
  }
  let left = grid;
  let hidden = 0;
  for (const title of options.spare ?? []) {
    const at = left.head.findIndex((one, column) => column > 0 && one.startsWith(title));
    if (at < 0) continue;
    left = without(left, at);
    hidden++;
    const shifted = { ...options, numbersFrom: options.numbersFrom - numbersBefore(grid, left, options) };
    const fitted = layout(left, shifted, 'under', width);
    if (fitted.natural <= width) return `${drawn(fitted, shifted)}\n${hiddenNote(hidden)}`;
  }
  return rowLists(grid, width);
}

/** A cell without what a terminal should not get. */
interface PlainCell {
  readonly text: string;
  readonly detail: string;
}

interface Grid {
  readonly head: readonly string[];
  readonly rows: readonly (readonly PlainCell[])[];
}

/** A grid whose cells are lines, and how wide it is. */
interface Layout {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly natural: number;
}

function cellOf(cell: Cell): PlainCell {
  return typeof cell === 'string'
    ? { text: plain(cell), detail: '' }
    : { text: plain(cell[0]), detail: glued(plain(cell[1])) };
}

/** A space that no line is broken at while a table is laid out. */
const GLUE = '\u00a0';

/** A text whose intervals are one word each. */
function glued(text: string): string {
  return text.replace(/\[[^\]]*\]/g, (interval) => interval.replaceAll(' ', GLUE));
}

function beside({ text, detail }: PlainCell): string {
  return detail === '' ? text : `${text} ${detail}`;
}

function under({ text, detail }: PlainCell): string {
  return detail === '' ? text : `${text}\n${detail}`;
}

/** Cells as lines; with a width, heads are wrapped to their column, and the widest text columns until all fits. */
function layout(
  { head, rows }: Grid,
  { numbersFrom }: TableOptions,
  details: 'beside' | 'under',
  width?: number,
): Layout {
  const cells = rows.map((row) => row.map(details === 'beside' ? beside : under));
  const widthOf = (at: number) => Math.max(0, ...cells.map((row) => linesWidth(row[at])));
  const widths = head.map((title, at) => Math.max(displayWidth(title), widthOf(at)));
  const total = () => widths.reduce((sum, own) => sum + own, 0) + GAP * (widths.length - 1);
  const least = head.map((title, at) =>
    Math.max(
      widestWord(title),
      at >= numbersFrom ? widthOf(at) : Math.max(0, ...cells.map((row) => widestLine(row[at]))),
    ),
  );
  while (width !== undefined && total() > width) {
    const room = [...widths.keys()].filter((at) => widths[at] > least[at]);
    if (room.length === 0) break;
    const heads = room.filter((at) => widths[at] > widthOf(at)); // heads give way before cells do
    widths[(heads.length > 0 ? heads : room).reduce((a, b) => (widths[b] > widths[a] ? b : a))]--;
  }
  const wrapped = (text: string, at: number) =>
    text
      .split('\n')
      .flatMap((line) => wrapWords(line, widths[at]))
      .join('\n');
  return { head: head.map(wrapped), rows: cells.map((row) => row.map(wrapped)), natural: total() };
}

function linesWidth(text: string): number {
  return Math.max(...text.split('\n').map(displayWidth));
}

function widestLine(text: string): number {
  return Math.max(...text.split('\n').map(widestWord));
}

function without({ head, rows }: Grid, column: number): Grid {
  const others = <T>(cells: readonly T[]) => cells.filter((_, at) => at !== column);
  return { head: others(head), rows: rows.map(others) };
}

/** How many of the columns of text are gone. */
function numbersBefore(grid: Grid, left: Grid, { numbersFrom }: TableOptions): number {
  return grid.head.slice(0, numbersFrom).filter((title) => !left.head.includes(title)).length;
}

function hiddenNote(hidden: number): string {
  return pc.dim(`${hidden} ${hidden === 1 ? 'column' : 'columns'} hidden: --wide`);
}

function drawn({ head, rows }: Layout, { numbersFrom }: TableOptions): string {
  const table = new Table({
    head: head.map((title) => eachLine(title, pc.bold)),
    colAligns: head.map((_, column) => (column >= numbersFrom ? 'right' : 'left')),
    chars: NO_BORDERS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
  });
  for (const row of rows) table.push(row.map((cell) => eachLine(cell, tinted)));
  return table
    .toString()
    .replaceAll(GLUE, ' ')
    .replace(/[ \t]+$/gm, '');
}

/** Every row as a list of its cells, under its name. */
function rowLists({ head, rows }: Grid, width: number): string {
  const lists = rows.map(([name, ...cells]) => {
    const lines = cells.flatMap((cell, at) =>
      wrapWords(`  ${head[at + 1]}: ${beside(cell)}`, width, '    ').map(tinted),
    );
    return [...wrapWords(name.text, width).map((line) => pc.bold(line)), ...lines].join('\n');
  });
  return lists.join('\n\n').replaceAll(GLUE, ' ');
}

function eachLine(text: string, paint: (line: string) => string): string {
  return text.split('\n').map(paint).join('\n');
}

/** Words that judge, in colour: kept and better, worse. */
export function tinted(text: string): string {
  return text
    .replace(/^( *why: )?kept$/, (_, before: string | undefined) => `${before ?? ''}${pc.green('kept')}`)
    .replace(/(?<=\(|, )better(?=\))/g, pc.green('better'))
    .replace(/(?<=\(|, )worse(?=\))/g, pc.red('worse'));
}
