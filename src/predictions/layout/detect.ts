import { EsciSelectError, quote } from '../../errors.js';
import type { Table } from '../../io/table.js';
import { ownClassColumns, wideClassColumns } from './class-columns.js';
import {
  classOrderHint,
  columnsOf,
  type Layout,
  type LayoutContext,
  type ModelColumns,
} from './column-layout.js';
import { bareLabelColumns, namedLabelColumns } from './label-columns.js';
import { isLogitsName, isOwnList, parsePositive } from './names.js';
import { templateModels } from './templates.js';

/**
 * Find out which columns of a table are whose predictions: by name or by declaration, never by guessing an order.
 * Throws 'data' when nothing is found or the columns can be read in two ways, with the flag that decides.
 */
export function detectLayout(table: Table, context: LayoutContext): Layout {
  const names = [...table.columns.keys()].filter((name) => name !== context.key);
  const modelColumn = names.find((name) => isModelColumn(table, name)) ?? null;
  const rest = names.filter((name) => name !== modelColumn);
  if (context.template !== undefined) {
    return describe(table, context, modelColumn, templateModels(table, rest, context.template, context), []);
  }
  const probabilities = context.kind === 'labels' ? [] : probabilityColumns(table, rest, context);
  const labels = namedLabelColumns(rest, probabilities);
  const named = [...probabilities, ...labels.models];
  const models = named.length > 0 ? named : bareLabelColumns(table, rest, context);
  return describe(table, context, modelColumn, models, labels.notes);
}

function probabilityColumns(table: Table, names: readonly string[], context: LayoutContext): ModelColumns[] {
  const own = ownColumns(table, names, context);
  const used = own === null ? [] : columnsOf(own.source);
  const others = names.filter((name) => !used.includes(name));
  const wide = wideColumns(table, others, context);
  if (own !== null && wide.length > 0) refuseBoth(table, own, wide);
  return own === null ? wide : [own];
}

function isModelColumn(table: Table, name: string): boolean {
  return /^model([_ ]?(name|id))?$/i.test(name) && table.columns.get(name)!.kind === 'text';
}

function describe(
  table: Table,
  context: LayoutContext,
  modelColumn: string | null,
  models: readonly ModelColumns[],
  notes: readonly string[],
): Layout {
  if (models.length === 0) refuseNothing(table, context);
  const unnamed = models.filter(({ model }) => model === null);
  if (unnamed.length > 1) refuseBoth(table, unnamed[0], unnamed.slice(1));
  const long = unnamed.length > 0 ? modelColumn : null;
  const labelsOnly = models.every(({ source }) => source.shape === 'label');
  const form = long !== null ? 'long' : unnamed.length > 0 ? 'per-model' : labelsOnly ? 'labels' : 'wide';
  const used = new Set([context.key, long, ...models.flatMap(({ source }) => columnsOf(source))]);
  const ignored = [...table.columns.keys()].filter((name) => !used.has(name));
  const positives = models.flatMap((model) => positiveNote(model, context.classes));
  return { form, modelColumn: long, models, ignored, notes: [...new Set([...notes, ...positives])] };
}

function positiveNote({ source, logits }: ModelColumns, classes: readonly string[]): string[] {
  if (source.shape !== 'positive') return [];
  const what = logits ? 'log-odds' : 'probability';
  return [
    `the one column of a model is the ${what} of the positive class, ${quote(classes[source.classIndex])}`,
  ];
}

/** The columns of the one model that the file, or each row of a long table, is about. */
function ownColumns(table: Table, names: readonly string[], context: LayoutContext): ModelColumns | null {
  const scalars = names.filter((name) => table.columns.get(name)!.kind !== 'list');
  const perClass = ownClassColumns(table, scalars, context);
  if (perClass !== null) return perClass;
  const list = names.find((name) => table.columns.get(name)!.kind === 'list' && isOwnList(name));
  if (list !== undefined) return listColumn(table, list, null, context);
  const positive = scalars.find(
    (name) => context.classes.length === 2 && parsePositive(name)?.model === null,
  );
  return positive === undefined ? null : positiveColumn(positive, null, isLogitsName(positive));
}

function wideColumns(table: Table, names: readonly string[], context: LayoutContext): ModelColumns[] {
  const scalars = names.filter((name) => table.columns.get(name)!.kind !== 'list');
  const lists = names.filter((name) => table.columns.get(name)!.kind === 'list' && !isOwnList(name));
  const perClass = wideClassColumns(table, scalars, context);
  const have = new Set(perClass.map(({ model }) => model));
  const positives = scalars.flatMap((name) => {
    const found = context.classes.length === 2 ? parsePositive(name) : null;
    if (found === null || found.model === null || have.has(found.model)) return [];
    return [positiveColumn(name, found.model, found.logits)];
  });
  return [...perClass, ...positives, ...lists.map((name) => listColumn(table, name, name, context))];
}

function positiveColumn(column: string, model: string | null, logits: boolean): ModelColumns {
  return { model, source: { shape: 'positive', column, classIndex: 1 }, logits };
}

function listColumn(
  table: Table,
  column: string,
  model: string | null,
  context: LayoutContext,
): ModelColumns {
  if (context.order !== null) {
    return { model, source: { shape: 'list', column, order: context.order }, logits: isLogitsName(column) };
  }
  throw new EsciSelectError('data', `list column ${quote(column)} does not say which class is where`, {
    path: table.path,
    hint: classOrderHint(context.classes),
  });
}

function refuseBoth(table: Table, own: ModelColumns, others: readonly ModelColumns[]): never {
  const [mine, theirs] = [own, others[0]].map(({ source }) => quote(columnsOf(source)[0]));
  throw new EsciSelectError('data', `columns can be read as one model (${mine}) or as several (${theirs})`, {
    path: table.path,
    hint: "choose with --columns, e.g. --columns 'p_{class}' or --columns '{model}:{class}'",
  });
}

function refuseNothing(table: Table, context: LayoutContext): never {
  const names = [...table.columns.keys()];
  const shown = names.slice(0, 12).map(quote).join(', ') + (names.length > 12 ? ', …' : '');
  const [first] = context.classes;
  throw new EsciSelectError(
    'data',
    `file holds no predictions of ${context.classes.join(', ')}; columns: ${shown}`,
    {
      path: table.path,
      hint: `name columns p_${first} (one model) or model:${first} (several), or give --columns or --class-order`,
    },
  );
}
