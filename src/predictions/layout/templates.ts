import { EsciSelectError, quote, suggest } from '../../errors.js';
import type { Table } from '../../io/table.js';
import { classOrderHint, type LayoutContext, type ModelColumns } from './column-layout.js';
import { parseTemplate } from './names.js';

/**
 * The models whose columns fit the user's template. With `{class}`: one column per class. Without: a list column in the
 * declared class order, the second class's probability of two, or hard labels, as the column's values tell.
 */
export function templateModels(
  table: Table,
  names: readonly string[],
  template: string,
  context: LayoutContext,
): ModelColumns[] {
  checkTemplate(template);
  const byModel = new Map<string | null, Map<number | null, string>>();
  for (const name of names) {
    const parsed = parseTemplate(template, name, context.match);
    if (parsed === null) continue;
    const columns = byModel.get(parsed.model) ?? new Map<number | null, string>();
    if (columns.has(parsed.classIndex)) refuseTwice(table, columns.get(parsed.classIndex)!, name);
    byModel.set(parsed.model, columns.set(parsed.classIndex, name));
  }
  if (byModel.size === 0) refuseNone(table, names, template);
  const logits = /logit/i.test(template);
  return [...byModel].map(([model, columns]) => {
    const single = columns.get(null);
    if (single !== undefined) return singleColumn(table, model, single, context);
    return { model, source: { shape: 'classes', columns: perClass(table, columns, context) }, logits };
  });
}

function checkTemplate(template: string): void {
  const slots = [...template.matchAll(/\{([^{}]*)\}/g)].map((slot) => slot[1]);
  const legal = slots.every((slot) => slot === 'class' || slot === 'model');
  if (slots.length > 0 && legal && new Set(slots).size === slots.length) return;
  throw new EsciSelectError(
    'usage',
    `template ${quote(template)} must hold {class} or {model}, each at most once`,
    {
      hint: "e.g. --columns 'confidence.{class}.{model}' or --columns '{model}_probability'",
    },
  );
}

function perClass(
  table: Table,
  columns: ReadonlyMap<number | null, string>,
  context: LayoutContext,
): string[] {
  return context.classes.map((name, index) => {
    const column = columns.get(index);
    if (column !== undefined) return column;
    const found = [...columns.values()].map(quote).join(', ');
    throw new EsciSelectError(
      'data',
      `columns ${found} have no column beside them for class ${quote(name)}`,
      {
        path: table.path,
        hint: 'every class needs a column that fits --columns',
      },
    );
  });
}

function singleColumn(
  table: Table,
  model: string | null,
  column: string,
  context: LayoutContext,
): ModelColumns {
  const logits = /logit/i.test(column);
  if (table.columns.get(column)!.kind === 'list') {
    const { order } = context;
    if (order !== null) return { model, source: { shape: 'list', column, order }, logits };
    throw new EsciSelectError('data', `list column ${quote(column)} does not say which class is where`, {
      path: table.path,
      hint: classOrderHint(context.classes),
    });
  }
  const positive =
    context.classes.length === 2 && context.kind !== 'labels' && /prob|score|logit|conf/i.test(column);
  const source = positive
    ? ({ shape: 'positive', column, classIndex: 1 } as const)
    : ({ shape: 'label', column } as const);
  return { model, source, logits };
}

function refuseTwice(table: Table, first: string, second: string): never {
  throw new EsciSelectError('data', `columns ${quote(first)} and ${quote(second)} fit the template as one`, {
    path: table.path,
    hint: 'make --columns name the class and the model',
  });
}

function refuseNone(table: Table, names: readonly string[], template: string): never {
  throw new EsciSelectError('data', `no column fits the template ${quote(template)}`, {
    path: table.path,
    hint: suggest(template, names, 'columns'),
  });
}
