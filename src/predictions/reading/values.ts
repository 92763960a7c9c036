import { quote } from '../../errors.js';
import { textAt } from '../../io/table.js';
import { softmaxInto } from '../../math/softmax.js';
import { badNumber, cellError, explainCell, listNumbers, numbersOf } from '../cells.js';
import { scaleOf } from './percent.js';
import type { ValueTask } from './value-task.js';

/** A row's probabilities may sum to this much more or less than 1. */
const SUM_TOLERANCE = 1e-3;
/** Rounding noise of a writer, cut off at 0 and 1. */
const RANGE_TOLERANCE = 1e-6;

/** What was seen of a model's numbers while they were read. */
export interface ValueFacts {
  /** rows whose sum was off and was divided out */
  renormalised: number;
  /** logits only: every row was already a probability distribution */
  logitsLookLikeProbabilities: boolean;
  /** the numbers were percentages and were divided by 100 */
  readonly percent: boolean;
}

/**
 * Read probabilities or logits (stored after softmax) row by row. Probabilities must lie in [0, 1] and sum to 1 within
 * 1e-3; throws 'data' at the first value out of range, and for sums at the worst row. O(rows x classes).
 */
export function readNumbers(task: ValueTask): ValueFacts {
  const { classes, targets, values, account } = task;
  const count = classes.length;
  const columns = positionsOf(task);
  const scale = scaleOf(task, columns);
  const given = { columns, scale };
  const buffer = new Float64Array(count);
  const sums = new SumCheck(task);
  const total = task.rows === null ? task.table.rows : task.rows.length;
  for (let at = 0; at < total; at++) {
    const row = task.rows === null ? at : task.rows[at];
    const target = targets[row];
    if (target < 0) continue;
    const bad = fill(task, given, row, buffer);
    if (bad >= 0) {
      handleBadCell(task, bad, row);
      continue;
    }
    if (!toProbabilities(task, buffer, row, sums)) continue;
    for (let k = 0; k < count; k++) values[target * count + k] = buffer[k];
    account.kept++;
  }
  return { ...sums.finish(), percent: scale !== 1 };
}

/**
 * Puts a row's numbers into the buffer; the first position without a usable one, or -1. Among logits minus infinity is
 * usable, unless the row holds nothing else.
 */
function fill(
  { kind }: ValueTask,
  { columns, scale }: { readonly columns: readonly ArrayLike<number>[]; readonly scale: number },
  row: number,
  buffer: Float64Array,
): number {
  let bad = -1;
  let infinite = 0;
  for (let k = 0; k < columns.length; k++) {
    const value = columns[k][row];
    buffer[k] = scale === 1 ? value : value / scale;
    if (Number.isFinite(value)) continue;
    if (kind === 'logits' && value === Number.NEGATIVE_INFINITY) infinite++;
    else if (bad < 0) bad = k;
  }
  return infinite === columns.length && infinite > 1 ? 0 : bad;
}

/** Number columns by position: one per class, or the one column of the positive class. */
function positionsOf({ table, source, classes, kind, percent }: ValueTask): ArrayLike<number>[] {
  if (source.shape === 'list') {
    const positions = listNumbers(table, source.column, classes.length);
    return classes.map((_, k) => positions[source.order.indexOf(k)]);
  }
  const names = source.shape === 'classes' ? source.columns : [source.column];
  const allowed = { minusInfinity: kind === 'logits', percentSign: percent };
  return names.map((name) => numbersOf(table.columns.get(name)!, table.rows, allowed));
}

function nameOf({ source }: ValueTask, position: number): string {
  return source.shape === 'classes' ? source.columns[position] : source.column;
}

function handleBadCell(task: ValueTask, position: number, row: number): void {
  const name = nameOf(task, position);
  const list = task.source.shape === 'list' && task.table.columns.get(name)!.kind === 'list';
  const cell = list ? { missing: true, text: '' } : explainCell(task.table, name, row);
  const impossible = task.kind === 'logits' && /^-\s*inf/i.test(cell.text.trim());
  if (impossible && task.missingValues) task.account.missing++;
  else if (impossible)
    refuse(task, row, 'all logits of the row are minus infinity', '--missing imports such rows as missing');
  else if (cell.missing && task.missingValues) task.account.missing++;
  else refuse(task, row, ...badNumber(name, cell));
}

/** Reject the row if that is asked for, else throw at it. Always returns false: the row has no prediction. */
function refuse(task: ValueTask, row: number, reason: string, hint: string): false {
  if (task.reject === null)
    throw cellError(task.table, row, `${reason} (model ${quote(task.model)})`, { hint });
  const { path, lines } = task.table;
  task.account.rejected++;
  task.reject({ path, ...(lines === null ? {} : { line: lines[row] }), row, model: task.model, reason });
  return false;
}

/** Turn the values of a row into probabilities in place; false if the row was rejected. */
function toProbabilities(task: ValueTask, buffer: Float64Array, row: number, sums: SumCheck): boolean {
  const { source, kind } = task;
  const count = task.classes.length;
  if (source.shape === 'positive' || source.shape === 'answer') {
    const given = kind === 'logits' ? 1 / (1 + Math.exp(-buffer[0])) : buffer[0];
    const k = source.shape === 'positive' ? source.classIndex : answerAt(task, source.label, row);
    if (k < 0) return false;
    if (!isShare(given)) return refuse(task, row, ...outOfRange(task, 0, given));
    buffer[k] = given;
    buffer[1 - k] = 1 - given;
  } else if (kind === 'logits') {
    sums.seeLogits(buffer);
    softmaxInto(buffer, buffer, 0, count);
  }
  if (kind === 'logits') return true;
  for (let k = 0; k < count; k++) {
    const value = buffer[k];
    if (!isShare(value)) return refuse(task, row, ...outOfRange(task, k, value));
    buffer[k] = Math.min(1, Math.max(0, value));
  }
  return sums.check(buffer, row);
}

function isShare(value: number): boolean {
  return value >= -RANGE_TOLERANCE && value <= 1 + RANGE_TOLERANCE;
}

/** The class of a row's answer; -1 if it has none and the row is missing or rejected. */
function answerAt(task: ValueTask, label: string, row: number): number {
  const text = textAt(task.table.columns.get(label)!, row) ?? '';
  const k = task.match(text);
  if (k !== null) return k;
  if (task.missingValues) task.account.missing++;
  else
    refuse(
      task,
      row,
      `answer ${quote(text)} in column ${quote(label)} is no class`,
      `classes are ${task.classes.join(', ')}`,
    );
  return -1;
}

function outOfRange(task: ValueTask, k: number, value: number): [string, string] {
  const single = task.source.shape === 'positive' || task.source.shape === 'answer';
  const column = quote(nameOf(task, single ? 0 : k));
  const isPercent = single && value > 1 && value <= 100;
  const hint = isPercent
    ? 'if the numbers are percentages, say so with --kind percent; if they are logits, with --kind logits'
    : 'if the numbers are logits, say so with --kind logits';
  return [`value ${value} in column ${column} is no probability between 0 and 1`, hint];
}

/** Watches the sums of the rows of one task. */
class SumCheck {
  readonly #task: ValueTask;
  #worstRow = -1;
  #worstSum = 1;
  #off = 0;
  #divided = 0;
  #logitRows = 0;
  #logitsAlike = 0;

  constructor(task: ValueTask) {
    this.#task = task;
  }

  /** False if the row was rejected; divides by the sum where that is asked for. */
  check(buffer: Float64Array, row: number): boolean {
    let sum = 0;
    for (let k = 0; k < buffer.length; k++) sum += buffer[k];
    const off = Math.abs(sum - 1) > SUM_TOLERANCE;
    if (this.#task.renormalise && sum > 0) {
      if (off) this.#divided++;
      for (let k = 0; k < buffer.length; k++) buffer[k] /= sum;
    } else if (off) {
      if (this.#task.reject !== null)
        return refuse(this.#task, row, `probabilities sum to ${shown(sum)}`, '');
      this.#off++;
      if (Math.abs(sum - 1) > Math.abs(this.#worstSum - 1)) [this.#worstRow, this.#worstSum] = [row, sum];
    }
    return true;
  }

  seeLogits(buffer: Float64Array): void {
    let sum = 0;
    let inside = true;
    for (let k = 0; k < buffer.length; k++) {
      sum += buffer[k];
      if (buffer[k] < 0 || buffer[k] > 1) inside = false;
    }
    this.#logitRows++;
    if (inside && Math.abs(sum - 1) <= SUM_TOLERANCE) this.#logitsAlike++;
  }

  /** Throws at the worst row if sums are off and nobody asked to repair or reject. */
  finish(): Omit<ValueFacts, 'percent'> {
    if (this.#off > 0) {
      const rows = this.#off === 1 ? 'this row only' : `this is the worst of ${this.#off} rows`;
      const message = `probabilities of model ${quote(this.#task.model)} sum to ${shown(this.#worstSum)}, not 1; ${rows}`;
      throw cellError(this.#task.table, this.#worstRow, message, {
        hint: '--renormalise divides each row by its sum; if the numbers are logits, give --kind logits',
      });
    }
    return {
      renormalised: this.#divided,
      logitsLookLikeProbabilities: this.#logitRows > 0 && this.#logitsAlike === this.#logitRows,
    };
  }
}

function shown(sum: number): string {
  return String(Number(sum.toPrecision(6)));
}
