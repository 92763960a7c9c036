import { EsciSelectError, quote } from '../../errors.js';
import { placeOf, type Table, textAt } from '../../io/table.js';
import { cellError } from '../cells.js';
import type { ClassReading } from '../layout/class-order.js';
import { kindOf, type Layout, type ModelColumns } from '../layout/column-layout.js';
import type { DeclaredKind, PredictionKind } from '../matrix.js';
import { readLabels, type Stray } from './label-values.js';
import { checkAccount, type Rejects, type RowAccount } from './rejects.js';
import type { ValueTask } from './value-task.js';
import { readNumbers, type ValueFacts } from './values.js';

/** Rows of one table that were read for a model. */
interface Block {
  readonly table: Table;
  readonly rows: Int32Array | null;
  readonly targets: Int32Array;
}

/** A model being put together, perhaps from several files. */
export interface Collected {
  readonly name: string;
  readonly kind: PredictionKind;
  /** [example row][class], NaN where nothing was read */
  readonly values: Float32Array;
  readonly blocks: Block[];
  readonly account: RowAccount;
  readonly facts: ValueFacts[];
  /** its classes are numbers, which a declared order gives a meaning */
  numbered: boolean;
  /** answers that are no class, counted as missing */
  readonly strays: Stray[];
}

/** Everything that reading a file's models needs besides the file. */
export interface CollectContext {
  /** of the examples, [row] */
  readonly ids: readonly string[];
  readonly classes: readonly string[];
  readonly readings: readonly ClassReading[];
  readonly kind?: DeclaredKind;
  readonly renormalise: boolean;
  readonly missingValues: boolean;
  readonly rejects: Rejects | null;
  /** the name of a model that the file's columns do not name */
  readonly fileModel: string;
  /** the name that the user gave to the model of all files */
  readonly declaredModel?: string;
}

/**
 * Read every model of a table into `models`. Throws 'data' for values that are not what they should be, for a row given
 * twice (with both places), and for a model that is logits here and probabilities there.
 */
export function collectTable(
  models: Map<string, Collected>,
  {
    table,
    layout,
    targets,
  }: { readonly table: Table; readonly layout: Layout; readonly targets: Int32Array },
  context: CollectContext,
): void {
  const groups = layout.modelColumn === null ? null : rowsByModel(table, layout.modelColumn);
  for (const columns of layout.models) {
    const named = columns.model ?? context.fileModel;
    if (groups === null || columns.model !== null) {
      collectModel(models, { table, rows: null, targets }, { ...columns, model: named }, context);
    } else {
      for (const [model, rows] of groups) {
        collectModel(models, { table, rows, targets }, { ...columns, model }, context);
      }
    }
  }
}

/** The rows of each model of a long table, in order of first appearance. */
function rowsByModel(table: Table, modelColumn: string): Map<string, Int32Array> {
  const column = table.columns.get(modelColumn)!;
  const rows = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const model = textAt(column, row);
    if (!model) {
      throw cellError(table, row, `model in column ${quote(modelColumn)} is empty`, {
        hint: 'name the model of every row',
      });
    }
    const list = rows.get(model);
    if (list) list.push(row);
    else rows.set(model, [row]);
  }
  return new Map([...rows].map(([model, list]) => [model, Int32Array.from(list)]));
}

function collectModel(
  models: Map<string, Collected>,
  block: Block,
  columns: ModelColumns & { model: string },
  context: CollectContext,
): void {
  const kind = kindOf(columns, context.kind);
  const found = models.get(columns.model);
  const collected = found ?? newModel(columns.model, kind, context);
  if (collected.kind !== kind) {
    const before = collected.blocks[0].table.path;
    throw new EsciSelectError(
      'data',
      `model ${quote(columns.model)} holds ${kind}; in ${quote(before)} it holds ${collected.kind}`,
      {
        path: block.table.path,
        hint: 'rename one of them, or import one file only',
      },
    );
  }
  refuseDuplicates(collected, block, context);
  models.set(columns.model, collected);
  readBlock(collected, block, columns, context);
  collected.blocks.push({ ...block, table: { ...block.table, columns: new Map() } }); // its values are not needed again
}

function newModel(name: string, kind: PredictionKind, { ids, classes }: CollectContext): Collected {
  const values = new Float32Array(ids.length * classes.length).fill(Number.NaN);
  return { name, kind, values, blocks: [], account: emptyAccount(0), facts: [], strays: [], numbered: false };
}

function emptyAccount(rows: number): RowAccount {
  return { rows, kept: 0, missing: 0, extra: 0, rejected: 0 };
}

function readBlock(collected: Collected, block: Block, columns: ModelColumns, context: CollectContext): void {
  const { table, rows, targets } = block;
  const account = emptyAccount(rows === null ? table.rows : rows.length);
  account.extra = countExtra(block);
  const task: ValueTask = {
    table,
    rows,
    targets,
    account,
    model: collected.name,
    kind: collected.kind,
    values: collected.values,
    source: columns.source,
    classes: context.classes,
    match: context.readings[0].match,
    percent: context.kind === 'percent',
    renormalise: context.renormalise,
    missingValues: context.missingValues,
    reject: context.rejects === null ? null : (row) => context.rejects!.add(row),
  };
  if (columns.source.shape === 'label') {
    const { strays, numbered } = readLabels(task, context.readings);
    for (const stray of strays) collected.strays.push(stray);
    collected.numbered ||= numbered;
  } else collected.facts.push(readNumbers(task));
  collected.numbered ||= columns.numbered ?? false;
  checkAccount(account, table.path, collected.name);
  addAccount(collected, account);
}

function countExtra({ rows, targets }: Block): number {
  let extra = 0;
  if (rows === null) for (let row = 0; row < targets.length; row++) extra += targets[row] < 0 ? 1 : 0;
  else for (const row of rows) extra += targets[row] < 0 ? 1 : 0;
  return extra;
}

function addAccount(collected: Collected, account: RowAccount): void {
  collected.account.kept += account.kept;
  collected.account.missing += account.missing;
  collected.account.extra += account.extra;
  collected.account.rejected += account.rejected;
}

/** Every example may be predicted once per model, over all its files. O(rows). */
function refuseDuplicates(collected: Collected, block: Block, context: CollectContext): void {
  const { ids } = context;
  const seen = new Uint8Array(ids.length);
  for (const earlier of collected.blocks) {
    eachTarget(earlier, (target) => {
      seen[target] = 1;
    });
  }
  eachTarget(block, (target, row) => {
    if (seen[target] === 1) throw duplicate(collected, block, row, context);
    seen[target] = 1;
  });
}

/** Calls back with every joined row. */
function eachTarget({ rows, targets }: Block, visit: (target: number, row: number) => void): void {
  const total = rows === null ? targets.length : rows.length;
  for (let at = 0; at < total; at++) {
    const row = rows === null ? at : rows[at];
    if (targets[row] >= 0) visit(targets[row], row);
  }
}

function duplicate(
  collected: Collected,
  block: Block,
  row: number,
  { ids, declaredModel }: CollectContext,
): EsciSelectError {
  const id = ids[block.targets[row]];
  const places: string[] = [];
  for (const { table, rows, targets } of [...collected.blocks, block]) {
    eachTarget({ table, rows, targets }, (target, at) => {
      if (target !== block.targets[row]) return;
      const line = placeOf(table, at).line;
      places.push(line === undefined ? `${table.path}, data row ${at + 1}` : `${table.path}:${line}`);
    });
  }
  const message = `example ${quote(id)} is predicted twice by model ${quote(collected.name)}; first at ${places[0]}`;
  if (declaredModel !== undefined && collected.blocks.some(({ table }) => table.path !== block.table.path)) {
    throw new EsciSelectError('usage', `--model-name ${quote(declaredModel)} names one model; ${message}`, {
      path: block.table.path,
      hint: 'import one file at a time, or let the file names be the models',
    });
  }
  const paths = new Set([...collected.blocks, block].map(({ table }) => table.path));
  const apart = `; files that are models of their own need names that do not end in oof, test, fold1 or the like`;
  return cellError(block.table, row, message, {
    hint: `keep one row per example and model; an export of graph edges in both directions has two${paths.size > 1 ? apart : ''}`,
  });
}
