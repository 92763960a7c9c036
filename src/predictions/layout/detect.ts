import { EsciSelectError, quote } from '../../errors.js';
import type { Table } from '../../io/table.js';
import { withAnswer } from './answers.js';
import { ownClassColumns, wideClassColumns } from './class-columns.js';
import {
  classOrderHint,
  columnsOf,
  type Layout,
  type LayoutContext,
  type ModelColumns,
} from './column-layout.js';
import { bareLabelColumns, namedLabelColumns } from './label-columns.js';
import { isLogitsName, isOwnList, parseOwnClass, parsePositive } from './names.js';
import { templateModels } from './templates.js';

/**
 * Find out which columns of a table are whose predictions: by name or by declaration, never by guessing an order.
 * Throws 'data' when nothing is found or the columns can be read in two ways, with the flag that decides.
 */
export function detectLayout(table: Table, context: LayoutContext): Layout {
  const keys = new Set([context.key, ...(context.keyColumns ?? [])]);
  const names = [...table.columns.keys()].filter((name) => !keys.has(name));
  const modelColumn = names.find((name) => isModelColumn(table, name)) ?? null;
  const rest = names.filter((name) => name !== modelColumn);
  if (context.template !== undefined) {
    const models = templateModels(table, rest, context.template, context);
    return describe(table, context, modelColumn, { models, notes: [] });
  }
  const found = context.kind === 'labels' ? [] : probabilityColumns(table, rest, context);
  const probabilities = found.map((model) => withAnswer(table, model, rest, context));
  const used = new Set(probabilities.flatMap(({ source }) => columnsOf(source)));
  const labels = namedLabelColumns(
    rest.filter((name) => !used.has(name)),
    probabilities,
  );
  const named = [...probabilities, ...labels.models];
  if (named.length === 0) {
    const bare = bareLabelColumns(table, rest, context);
    return describe(table, context, modelColumn, { models: bare, notes: [] });
  }
  const { models, notes } = unlessConstant(named);
  return describe(table, context, modelColumn, { models, notes: [...labels.notes, ...notes] });
}

/** What all columns of a single model begin with is the file's habit, not the model's name, unless it says so outright. */
function unlessConstant(models: readonly ModelColumns[]): {
  models: readonly ModelColumns[];
  notes: string[];
} {
  const [only] = models;
  if (models.length > 1 || only.model === null || only.explicit) return { models, notes: [] };
  const note = `all its columns are named ${quote(only.model)}, so that the file names the model`;
  return { models: [{ ...only, model: null }], notes: [note] };
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
  { models, notes }: Pick<Layout, 'models' | 'notes'>,
): Layout {
  if (models.length === 0) refuseNothing(table, context);
  const unnamed = models.filter(({ model }) => model === null);
  if (unnamed.length > 1) refuseBoth(table, unnamed[0], unnamed.slice(1));
  const long = unnamed.length > 0 ? modelColumn : null;
  const labelsOnly = models.every(({ source }) => source.shape === 'label');
  const form = long !== null ? 'long' : unnamed.length > 0 ? 'per-model' : labelsOnly ? 'labels' : 'wide';
  const used = new Set([
    context.key,
    ...(context.keyColumns ?? []),
    long,
    ...models.flatMap(({ source }) => columnsOf(source)),
  ]);
  const ignored = [...table.columns.keys()].filter((name) => !used.has(name));
  const positives = models.flatMap((model) => positiveNote(model, context.classes));
  return { form, modelColumn: long, models, ignored, notes: [...new Set([...notes, ...positives])] };
}

function positiveNote({ source, logits }: ModelColumns, classes: readonly string[]): string[] {
  if (source.shape === 'answer') {
    return [`${quote(source.column)} is the probability of the answer in ${quote(source.label)}`];
  }
  if (source.shape !== 'positive') return [];
  const what = logits ? 'log-odds' : 'probability';
  return [
    `the one column of a model is the ${what} of the ${source.classIndex === 1 ? 'positive class, ' : 'class '}${quote(classes[source.classIndex])}`,
  ];
}

/** The columns of the one model that the file, or each row of a long table, is about. */
function ownColumns(table: Table, names: readonly string[], context: LayoutContext): ModelColumns | null {
  const scalars = names.filter((name) => table.columns.get(name)!.kind !== 'list');
  const perClass = ownClassColumns(table, scalars, context);
  if (perClass !== null) return perClass;
  const list = names.find((name) => table.columns.get(name)!.kind === 'list' && isOwnList(name));
  if (list !== undefined) return listColumn(table, list, null, context);
  if (context.classes.length > 2) return null;
  const positive = scalars.find((name) => parsePositive(name)?.model === null);
  if (positive !== undefined) return positiveColumn(positive, null, isLogitsName(positive));
  return oneClassColumn(scalars, context);
}

/** Of two classes, the one column that names one of them, as `p_yes`. */
function oneClassColumn(names: readonly string[], { match }: LayoutContext): ModelColumns | null {
  const found = names.flatMap((name) => {
    const parsed = parseOwnClass(name, match);
    return parsed === null || parsed.pattern === '{class}' ? [] : [{ name, parsed }];
  });
  if (found.length !== 1) return null;
  const [{ name, parsed }] = found;
  const source = { shape: 'positive', column: name, classIndex: parsed.classIndex } as const;
  return { model: null, source, logits: parsed.logits };
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
    const source = { shape: 'list', column, order: context.order } as const;
    return { model, source, logits: isLogitsName(column), numbered: true };
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
