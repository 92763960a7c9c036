import type { LookupMemory } from './memory.js';
import { LOOKUP_PLACES } from './records.js';

const LANES = LOOKUP_PLACES.lanes;

/** Rows' attributions [row][player][class], and which consecutive classes of them are meant. */
export interface ClassColumns {
  readonly values: Float64Array;
  readonly rows: number;
  readonly players: number;
  readonly classes: number;
  readonly first: number;
  readonly count: number;
}

/** Puts the classes' attributions into the totals, or zeros where there are none so far. */
export function loadTotals(memory: LookupMemory, columns: ClassColumns, areThere: boolean): void {
  const { doubles, totals } = memory;
  const { values, rows, players, classes, first, count } = columns;
  const size = valuesOfClass(memory, rows);
  doubles.fill(0, totals >>> 3, (totals >>> 3) + count * size);
  if (!areThere) return;
  const step = memory.dense ? 1 : LANES;
  for (let row = 0, from = first; row < rows; row++) {
    let at = (totals >>> 3) + placeOfRow(memory, row);
    for (let player = 0; player < players; player++, from += classes, at += step) {
      for (let k = 0, own = at; k < count; k++, own += size) doubles[own] = values[from + k];
    }
  }
}

/** Writes the totals to the classes' attributions. */
export function storeTotals(memory: LookupMemory, columns: ClassColumns): void {
  const { doubles, totals } = memory;
  const { values, rows, players, classes, first, count } = columns;
  const size = valuesOfClass(memory, rows);
  const step = memory.dense ? 1 : LANES;
  for (let row = 0, to = first; row < rows; row++) {
    let at = (totals >>> 3) + placeOfRow(memory, row);
    for (let player = 0; player < players; player++, to += classes, at += step) {
      for (let k = 0, own = at; k < count; k++, own += size) values[to + k] = doubles[own];
    }
  }
}

/** Values of a class's totals: of whole passes. */
function valuesOfClass({ width }: LookupMemory, rows: number): number {
  return LANES * Math.ceil(rows / LANES) * width;
}

/** Where a row's totals begin. */
function placeOfRow({ dense, width }: LookupMemory, row: number): number {
  return dense ? row * width : (row & -LANES) * width + (row & (LANES - 1));
}
