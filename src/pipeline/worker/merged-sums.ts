import { sumsOf } from '../../attribution/exact-sums.js';
import { EsciSelectError, quote } from '../../errors.js';
import { type Interval, percentileInterval } from '../../evaluation/bootstrap.js';
import { scoresOfConfusion } from '../../evaluation/metrics.js';
import { readTable } from '../../io/read.js';
import { type Column, type Table, textAt } from '../../io/table.js';
import { mean } from '../../math/sums.js';
import type { DrawnScore, MergedScores, PlayerContribution } from '../../selection/ensemble-ranking.js';
import { QUANTITIES } from './sum-table.js';

/** Names of a cell, such as a player and an output. */
type Cell = readonly (string | number)[];

interface ExactSum {
  readonly cell: Cell;
  hi: bigint;
  lo: bigint;
}

/** Sums of workers by quantity and cell, added up. */
export class MergedTable {
  readonly #sums = new Map<string, Map<string, ExactSum>>();

  /** Adds the lines of a table of sums. Throws 'data' with the place of what is no line of one. */
  async add(path: string): Promise<void> {
    const table = await readTable(path);
    const column = (name: string): Column => {
      const found = table.columns.get(name);
      if (found !== undefined) return found;
      throw wrong(table, `table of sums has no column ${quote(name)}`);
    };
    if (table.columns.has('query')) throw wrong(table, 'table has sums per query, expected sums over rows');
    const [quantity, cell, hi, lo] = ['quantity', 'cell', 'hi', 'lo'].map(column);
    for (let row = 0; row < table.rows; row++) {
      const text = textAt(cell, row) ?? '';
      const line = {
        cell: cellOf(table, text, row),
        hi: wholeOf(table, hi, row),
        lo: wholeOf(table, lo, row),
      };
      const cells = this.#sums.get(textAt(quantity, row) ?? '') ?? new Map<string, ExactSum>();
      const known = cells.get(text);
      if (known === undefined) cells.set(text, line);
      else {
        known.hi += line.hi;
        known.lo += line.lo;
      }
      this.#sums.set(textAt(quantity, row) ?? '', cells);
    }
  }

  /** Rows that were explained. */
  get rows(): number {
    return Number(this.#of(QUANTITIES.rows)[0]?.hi ?? 0n);
  }

  #of(quantity: string): ExactSum[] {
    return [...(this.#sums.get(quantity)?.values() ?? [])];
  }

  /** Names of the outputs, in order of name where sums came merged. */
  outputs(): string[] {
    return [...new Set(this.#of(QUANTITIES.shapAbsolute).map(({ cell }) => String(cell[1])))];
  }

  /** Players by their summed SHAP, largest first; `context` names those that are no models. */
  contributions(outputs: readonly string[], context: ReadonlySet<string>): PlayerContribution[] {
    const names = new Set(this.#of(QUANTITIES.shapAbsolute).map(({ cell }) => String(cell[0])));
    const means = (quantity: string) => {
      const byCell = this.#sums.get(quantity) ?? new Map<string, ExactSum>();
      return (player: string) =>
        outputs.map((output) => numberOf(byCell.get(JSON.stringify([player, output]))) / this.rows);
    };
    const [shap, group, signed] = [
      means(QUANTITIES.shapAbsolute),
      means(QUANTITIES.groupShapAbsolute),
      means(QUANTITIES.shapSigned),
    ];
    const lines = [...names].map((player): PlayerContribution => {
      const shapByOutput = shap(player);
      const groupShapByOutput = group(player);
      return {
        player,
        context: context.has(player),
        shap: mean(shapByOutput),
        groupShap: mean(groupShapByOutput),
        shapByOutput,
        groupShapByOutput,
        signedByOutput: signed(player),
      };
    });
    return lines.sort((a, b) => b.shap - a.shap || (a.player < b.player ? -1 : 1));
  }

  /** Scores on labelled rows with intervals from the replicates; null where rows were not judged. */
  scores(known: readonly string[] | null): MergedScores | null {
    const cells = this.#of(QUANTITIES.confusion);
    const found = [...new Set(cells.map(({ cell }) => String(cell[0])))];
    const classes = known ?? found.sort();
    const size = classes.length;
    const confusion = new Float64Array(size * size);
    const place = ([label, answer]: Cell) =>
      classes.indexOf(String(label)) * size + classes.indexOf(String(answer));
    for (const { cell, hi } of cells) confusion[place(cell)] += Number(hi);
    const rows = confusion.reduce((sum, count) => sum + count, 0);
    if (rows === 0) return null;
    const loss = numberOf(this.#of(QUANTITIES.logLoss)[0]);
    const judged = Uint8Array.from(classes, (_, k) =>
      confusion.subarray(k * size, (k + 1) * size).some((count) => count > 0) ? 1 : 0,
    );
    const drawn = this.#replicates(place, size * size);
    return {
      classes,
      rows,
      ...scoresOfConfusion(confusion, size, loss, judged),
      intervals: intervalsOf(drawn, size, judged),
      replicates: drawn.length,
      confusion: classes.map((_, k) => [...confusion.subarray(k * size, (k + 1) * size)]),
    };
  }

  /** [replicate] its confusion matrix. */
  #replicates(place: (cell: Cell) => number, width: number): Float64Array[] {
    const drawn: Float64Array[] = [];
    for (const { cell, hi } of this.#of(QUANTITIES.replicate)) {
      const [replicate, ...pair] = cell;
      while (drawn.length <= Number(replicate)) drawn.push(new Float64Array(width));
      drawn[Number(replicate)][place(pair)] += Number(hi);
    }
    return drawn;
  }
}

/** 95% intervals of scores over replicates. */
function intervalsOf(
  drawn: readonly Float64Array[],
  classes: number,
  judged: Uint8Array,
): Record<DrawnScore, Interval> | null {
  if (drawn.length === 0) return null;
  const scores = drawn.map((confusion) => scoresOfConfusion(confusion, classes, 0, judged));
  const interval = (name: DrawnScore) => percentileInterval(Float64Array.from(scores, (own) => own[name]));
  return {
    accuracy: interval('accuracy'),
    macroF1: interval('macroF1'),
    weightedF1: interval('weightedF1'),
  };
}

function numberOf(sum: ExactSum | undefined): number {
  if (sum === undefined) return 0;
  return sumsOf({ hi: BigInt64Array.of(sum.hi), lo: BigInt64Array.of(sum.lo) })[0];
}

function wholeOf(table: Table, column: Column, row: number): bigint {
  const text = textAt(column, row) ?? '';
  if (/^-?\d+$/.test(text)) return BigInt(text);
  throw wrong(table, `sum is ${quote(text)}, expected a whole number (row ${row + 1})`);
}

function cellOf(table: Table, text: string, row: number): Cell {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value as Cell;
  } catch {
    // said below
  }
  throw wrong(table, `cell is ${quote(text)}, expected a list of names as JSON (row ${row + 1})`);
}

function wrong(table: Table, problem: string): EsciSelectError {
  return new EsciSelectError('data', problem, {
    path: table.path,
    hint: 'give what esci-select worker attribute --emit sums wrote, or its sums by quantity and cell',
  });
}
