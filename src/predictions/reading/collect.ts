import { EsciSelectError, quote } from '../../errors.js';
import { placeOf, type Table, textAt } from '../../io/table.js';
import { cellError } from '../cells.js';
import { kindOf, type Layout, type ModelColumns } from '../layout/column-layout.js';
import type { MatchClass } from '../layout/names.js';
import type { PredictionKind } from '../matrix.js';
import { readLabels, type Stray } from './label-values.js';
import { checkAccount, type Rejects, type RowAccount } from './rejects.js';
import { readNumbers, type ValueFacts, type ValueTask } from './values.js';

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
  /** answers that are no class, counted as missing */
  readonly strays: Stray[];
}

/** Everything that reading a file's models needs besides the file. */
export interface CollectContext {
  /** of the examples, [row] */
  readonly ids: readonly string[];
  readonly classes: readonly string[];
  readonly match: MatchClass;
  readonly kind?: PredictionKind;
  readonly renormalise: boolean;
  readonly missingValues: boolean;
  readonly rejects: Rejects | null;
  /** the name of a model that the file's columns do not name */
  readonly fileModel: string;
}

/**
 * Read every model of a table into `models`. Throws 'data' for values that are not what they should be, for a row given
 * twice (with both places), and for a model that is logits here and probabilities there.
 */
export function collectTable(
  models: Map<string, Collected>,
  table: Table,
  layout: Layout,
  targets: Int32Array,
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
  refuseDuplicates(collected, block, context.ids);
  models.set(columns.model, collected);
  readBlock(collected, block, columns, context);
  collected.blocks.push({ ...block, table: { ...block.table, columns: new Map() } }); // its values are not needed again
}

function newModel(name: string, kind: PredictionKind, { ids, classes }: CollectContext): Collected {
  const values = new Float32Array(ids.length * classes.length).fill(Number.NaN);
  return { name, kind, values, blocks: [], account: emptyAccount(0), facts: [], strays: [] };
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
    renormalise: context.renormalise,
    missingValues: context.missingValues,
    reject: context.rejects === null ? null : (row) => context.rejects!.add(row),
  };
  if (columns.source.shape === 'label') {
    for (const stray of readLabels(task, context.match)) collected.strays.push(stray);
  } else collected.facts.push(readNumbers(task));
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
function refuseDuplicates(collected: Collected, block: Block, ids: readonly string[]): void {
  const seen = new Uint8Array(ids.length);
  for (const earlier of collected.blocks) {
    eachTarget(earlier, (target) => {
      seen[target] = 1;
    });
  }
  eachTarget(block, (target, row) => {
    if (seen[target] === 1) throw duplicate(collected, block, row, ids[target]);
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

function duplicate(collected: Collected, block: Block, row: number, id: string): EsciSelectError {
  const places: string[] = [];
  for (const { table, rows, targets } of [...collected.blocks, block]) {
    eachTarget({ table, rows, targets }, (target, at) => {
      if (target !== block.targets[row]) return;
      const line = placeOf(table, at).line;
      places.push(line === undefined ? `${table.path}, data row ${at + 1}` : `${table.path}:${line}`);
    });
  }
  const message = `example ${quote(id)} is predicted twice by model ${quote(collected.name)}; first at ${places[0]}`;
  return cellError(block.table, row, message, {
    hint: 'keep one row per example and model; an export of graph edges in both directions has two',
  });
}
