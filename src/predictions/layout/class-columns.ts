import { EsciSelectError, quote } from '../../errors.js';
import { type Column, type Table, textAt } from '../../io/table.js';
import { classNumber } from './class-order.js';
import { classOrderHint, columnsOf, type LayoutContext, type ModelColumns } from './column-layout.js';
import {
  isExplicit,
  type MatchClass,
  type Member,
  type ParsedName,
  parseModelClass,
  parseOwnClass,
} from './names.js';
import { refuseUnknownClasses } from './unknown-classes.js';

/**
 * The probability columns of the one model that a file (or a row of a long table) is about, or null. Throws 'data' if
 * columns name the classes twice, leave one out, only number them, or name a class that the examples do not have.
 */
export function ownClassColumns(
  table: Table,
  names: readonly string[],
  context: LayoutContext,
): ModelColumns | null {
  const { complete, groups, match } = bestReading(names, context, parseOwnClass);
  if (complete.length > 1) refuseTwoWays(table, complete);
  if (complete.length === 1) {
    refuseUnknownClasses(table, complete[0], names, context);
    return inClassOrder(table, complete[0], { ...context, match });
  }
  refusePartial(table, groups, context);
  if (context.order === null) refuseNumbered(table, names, context);
  return null;
}

/** The models of a wide table that have a column per class, in the order of their first columns. */
export function wideClassColumns(
  table: Table,
  names: readonly string[],
  context: LayoutContext,
): ModelColumns[] {
  const { complete, groups, match } = bestReading(names, context, parseModelClass);
  const patterns = new Set(complete.map(patternOf));
  refusePartial(
    table,
    groups.filter((group) => classCount(group) < context.classes.length && patterns.has(patternOf(group))),
    context,
  );
  return complete
    .map((group) => ({ group, model: inClassOrder(table, group, { ...context, match }) }))
    .filter(({ group, model }) => isSure(patternOf(group), context) || sumsToOne(table, model))
    .map(({ model }) => model);
}

interface Grouped {
  readonly groups: readonly Member[][];
  readonly complete: readonly Member[][];
  readonly match: MatchClass;
}

/** Columns grouped under the first reading of the classes that completes a model, else under the likeliest. */
function bestReading(
  names: readonly string[],
  { classes, match, readings }: LayoutContext,
  parse: (name: string, match: MatchClass) => ParsedName | null,
): Grouped {
  const matches = readings?.map((reading) => reading.match) ?? [match];
  const found = matches.map((each): Grouped => {
    const groups = groupsOf(parseAll(names, (name) => parse(name, each)));
    return { groups, complete: groups.filter((group) => classCount(group) === classes.length), match: each };
  });
  return found.find(({ complete }) => complete.length > 0) ?? found[0];
}

function parseAll(names: readonly string[], parse: (name: string) => ParsedName | null): Member[] {
  return names.flatMap((name) => {
    const parsed = parse(name);
    return parsed === null ? [] : [[name, parsed] as const];
  });
}

/** Columns of one model under one pattern. */
function groupsOf(members: readonly Member[]): Member[][] {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const key = `${member[1].pattern}\u0000${member[1].model}`;
    const group = groups.get(key);
    if (group) group.push(member);
    else groups.set(key, [member]);
  }
  return [...groups.values()];
}

function patternOf(group: readonly Member[]): string {
  return group[0][1].pattern;
}

function classCount(group: readonly Member[]): number {
  return new Set(group.map(([, { classIndex }]) => classIndex)).size;
}

function inClassOrder(table: Table, group: readonly Member[], context: LayoutContext): ModelColumns {
  const columns: string[] = new Array(context.classes.length);
  for (const [name, { classIndex }] of group) {
    if (columns[classIndex] !== undefined) {
      const both = `${quote(columns[classIndex])} and ${quote(name)}`;
      throw new EsciSelectError(
        'data',
        `columns ${both} name one class ${quote(context.classes[classIndex])}`,
        {
          path: table.path,
          hint: 'rename one of them, or choose with --columns',
        },
      );
    }
    columns[classIndex] = name;
  }
  const [, first] = group[0];
  return {
    model: first.model,
    source: { shape: 'classes', columns },
    logits: first.logits,
    numbered: context.order !== null && group.some(([, parsed]) => classNumber(parsed.className) !== null),
    explicit: isExplicit(first),
  };
}

function refuseTwoWays(table: Table, groups: readonly Member[][]): never {
  const shown = groups.map((group) => quote(group[0][0])).join(', ');
  throw new EsciSelectError('data', `columns name the classes in ${groups.length} ways: ${shown}`, {
    path: table.path,
    hint: `choose with --columns, e.g. --columns '${patternOf(groups[0])}'`,
  });
}

function refusePartial(table: Table, groups: readonly Member[][], context: LayoutContext): void {
  const partial = groups.find((group) => context.classes.length > 2 && classCount(group) >= 2);
  if (!partial) return;
  const named = new Set(partial.map(([, { classIndex }]) => classIndex));
  const lacking = context.classes.filter((_, index) => !named.has(index)).map(quote);
  const shown = partial.map(([name]) => quote(name)).join(', ');
  throw new EsciSelectError('data', `columns ${shown} have no column beside them for ${lacking.join(', ')}`, {
    path: table.path,
    hint: 'every class needs a column; a class that is never predicted is a column of zeros',
  });
}

/** p_0, p_1, ... without declared classes: an order would have to be guessed. */
function refuseNumbered(table: Table, names: readonly string[], context: LayoutContext): void {
  const groups = groupsOf(parseAll(names, (name) => parseOwnClass(name, position)));
  const wide = groupsOf(parseAll(names, (name) => parseModelClass(name, position)));
  const complete = [...groups, ...wide].find(
    (group) =>
      !isBare(group) && classCount(group) === context.classes.length && isSure(patternOf(group), null),
  );
  if (!complete) return;
  const shown = complete.map(([name]) => quote(name)).join(', ');
  throw new EsciSelectError('data', `columns ${shown} number the classes, and no order is declared`, {
    path: table.path,
    hint: classOrderHint(context.classes),
  });
}

function position(text: string): number | null {
  return classNumber(text);
}

/** Columns named by nothing but a number. */
function isBare(group: readonly Member[]): boolean {
  return patternOf(group) === '{class}' && group.every(([name]) => /^\d+$/.test(name.trim()));
}

/** Whether the pattern alone says probabilities; `feature_0`, `feature_1` fits a weak one with numbered classes. */
function isSure(pattern: string, context: LayoutContext | null): boolean {
  if (!/^\{model\}[._-]\{class\}$/.test(pattern)) return true;
  return (
    context !== null && (context.kind !== undefined || !context.classes.every((name) => /^\d+$/.test(name)))
  );
}

function sumsToOne(table: Table, { source }: ModelColumns): boolean {
  const columns = columnsOf(source).map((name) => table.columns.get(name)!);
  const rows = Array.from({ length: Math.min(table.rows, 100) }, (_, row) => row);
  const close = rows.filter((row) => {
    const sum = columns.reduce((total, column) => total + numberAt(column, row), 0);
    return Math.abs(sum - 1) < 0.01;
  });
  return close.length * 2 > rows.length;
}

function numberAt(column: Column, row: number): number {
  const text = textAt(column, row);
  return text === null || text === '' ? Number.NaN : Number(text);
}
