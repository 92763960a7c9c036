import { EsciSelectError, quote } from '../../errors.js';
import type { Table } from '../../io/table.js';
import type { FileReading } from '../file-reading.js';
import type { DataFile, ImportOptions } from '../import-options.js';
import type { ClassReading } from '../layout/class-order.js';
import type { Layout, LayoutContext } from '../layout/column-layout.js';
import { detectLayout } from '../layout/detect.js';
import type { Alignment } from './alignment.js';
import { describeImport } from './findings.js';
import type { Candidate, ExampleIndexes } from './indexes.js';
import { checkExtra } from './join-checks.js';
import { reportJoin, spotCheck } from './join-report.js';
import { alignTable } from './keys.js';
import { modelReadings } from './model-readings.js';
import { prepareTable } from './prepare.js';

/** What reading a file needs besides the file. */
export interface ReadContext {
  readonly indexes: ExampleIndexes;
  readonly readings: readonly ClassReading[];
  readonly order: readonly number[] | null;
  readonly options: ImportOptions & { readonly fromArray?: boolean };
  /** given: the table is one of the examples' own files */
  readonly data?: DataFile;
  /** the model that a single-model file is of */
  readonly fileModel: string;
}

/** How a file is to be read: all that is decided before any prediction is. */
export interface ReadFile {
  /** with lists in text taken apart */
  readonly table: Table;
  readonly layout: Layout;
  readonly alignment: Alignment;
  readonly reading: FileReading;
  readonly description: string;
}

/** Decide how a table is joined and which columns are whose. Throws 'data' where that is not certain. */
export function readFileLayout(given: Table, context: ReadContext): ReadFile {
  if (given.rows === 0) {
    const hint = 'export it again';
    throw new EsciSelectError('data', 'file has a header and no rows', { path: given.path, hint });
  }
  const { indexes, options, data, fileModel } = context;
  const { examples } = indexes;
  const { classes } = examples.labelSpace;
  const { table, notes } = prepareTable(given, classes, context.readings);
  const score = (candidate: Candidate) => scoreOf(table, candidate, context);
  const alignment = alignTable(table, indexes, { ...options, data, score });
  checkExtra(table, alignment, indexes, options.allowExtra ?? false);
  const found = detectLayout(table, layoutContext(alignment, context));
  const layout = named({ ...found, notes: [...notes, ...found.notes] }, table, options.model);
  const check = spotCheck(
    table,
    layout.models[0],
    { classes, match: context.readings[0].match },
    examples.label,
  );
  const reading: FileReading = {
    path: table.path,
    rows: table.rows,
    form: layout.form,
    join: reportJoin(table, alignment, examples, check),
    models: modelReadings(layout, fileModel, classes, options.kind),
    ignored: layout.ignored,
    notes: layout.notes,
  };
  return { table, layout, alignment, reading, description: describeImport(layout, alignment, options.kind) };
}

function layoutContext(
  { columns, targets }: Pick<Alignment, 'columns' | 'targets'>,
  { indexes, readings, order, options, data }: ReadContext,
): LayoutContext {
  const { label, labelSpace } = indexes.examples;
  return {
    classes: labelSpace.classes,
    match: readings[0].match,
    readings,
    key: columns[0] ?? null,
    keyColumns: columns,
    truth: (row) => (targets[row] < 0 ? -1 : label[targets[row]]),
    template: options.columns,
    order,
    kind: options.kind,
    isData: data !== undefined,
  };
}

/** What a file's first model would score if the file were joined by a candidate; null if its columns cannot be read. */
function scoreOf(table: Table, candidate: Candidate, context: ReadContext): number | null {
  const { examples } = context.indexes;
  const { classes } = examples.labelSpace;
  try {
    const targets = candidate.locate(table, null);
    const layout = detectLayout(table, layoutContext({ columns: candidate.columns, targets }, context));
    const match = context.readings[0].match;
    return spotCheck(table, layout.models[0], { classes, match }, examples.label)(candidate).right;
  } catch (error) {
    if (error instanceof EsciSelectError) return null; // the join is being refused: its own reason is what counts
    throw error;
  }
}

/** A declared name is that of a file's single model, whatever its columns say; other files cannot be given one. */
function named(layout: Layout, { path }: Table, model: string | undefined): Layout {
  if (model === undefined || layout.form === 'per-model') return layout;
  if (layout.modelColumn === null && layout.models.length === 1) {
    return { ...layout, form: 'per-model', models: [{ ...layout.models[0], model: null }] };
  }
  const names =
    layout.modelColumn === null
      ? `has ${layout.models.length} models: ${layout.models
          .slice(0, 4)
          .map((each) => quote(each.model))
          .join(', ')}`
      : `names its models in column ${quote(layout.modelColumn)}`;
  throw new EsciSelectError('usage', `--model-name ${quote(model)} names one model; the file ${names}`, {
    path,
    hint: 'leave --model-name out, or choose the columns of one model with --columns',
  });
}
