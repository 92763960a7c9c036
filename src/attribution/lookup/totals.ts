import type { LookupMemory } from './memory.js';
import { LOOKUP_PLACES } from './records.js';

const LANES = LOOKUP_PLACES.lanes;
/** Rows whose values are copied player by player: few enough that what is written of all of them stays in the cache. */
const TILE = 16;
/** Of so many players or fewer, totals are written row by row, which is quicker there: by 6% of all at 24 and 96. */
const MANY_PLAYERS = 512;

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
  const { values, count } = columns;
  const size = valuesOfClass(memory, columns.rows);
  doubles.fill(0, totals >>> 3, (totals >>> 3) + count * size);
  if (!areThere) return;
  eachTile(memory, columns, ({ from, at, tile, step, between }) => {
    for (let row = 0, own = at, value = from; row < tile; row++, own += between, value += step) {
      for (let k = 0, total = own; k < count; k++, total += size) doubles[total] = values[value + k];
    }
  });
}

/** Writes the totals to the classes' attributions. */
export function storeTotals(memory: LookupMemory, columns: ClassColumns): void {
  const { doubles } = memory;
  const { values, players, count } = columns;
  const size = valuesOfClass(memory, columns.rows);
  if (players <= MANY_PLAYERS) {
    storeRows(memory, columns, size);
    return;
  }
  eachTile(memory, columns, ({ from, at, tile, step, between }) => {
    for (let row = 0, own = at, value = from; row < tile; row++, own += between, value += step) {
      for (let k = 0, total = own; k < count; k++, total += size) values[value + k] = doubles[total];
    }
  });
}

/** The same row by row: of few players the totals that rows share a line of stay in the cache until the next row. */
function storeRows(
  { doubles, totals, dense, width }: LookupMemory,
  { values, rows, players, classes, first, count }: ClassColumns,
  size: number,
): void {
  const step = dense ? 1 : LANES;
  for (let row = 0, to = first; row < rows; row++) {
    let at = (totals >>> 3) + (dense ? row * width : (row & -LANES) * width + (row & (LANES - 1)));
    for (let player = 0; player < players; player++, to += classes, at += step) {
      for (let k = 0, own = at; k < count; k++, own += size) values[to + k] = doubles[own];
    }
  }
}

/** A player's values of some consecutive rows. */
interface Tile {
  /** the first row's first class among the attributions, and values from row to row */
  from: number;
  readonly step: number;
  /** the first row's place among the totals, and values from row to row */
  at: number;
  readonly between: number;
  tile: number;
}

/** Calls `visit` for every player of TILE rows, then of the next rows. The object is the same each time. */
function eachTile(
  { dense, width, totals }: LookupMemory,
  { rows, players, classes, first }: ClassColumns,
  visit: (tile: Tile) => void,
): void {
  const tile: Tile = { from: 0, step: players * classes, at: 0, between: dense ? width : 1, tile: 0 };
  for (let row = 0; row < rows; row += TILE) {
    const start = (totals >>> 3) + (dense ? row * width : (row & -LANES) * width + (row & (LANES - 1)));
    tile.tile = Math.min(TILE, rows - row);
    for (let player = 0; player < players; player++) {
      tile.from = row * tile.step + player * classes + first;
      tile.at = start + player * (dense ? 1 : LANES);
      visit(tile);
    }
  }
}

/** Values of a class's totals: of whole passes. */
function valuesOfClass({ width }: LookupMemory, rows: number): number {
  return LANES * Math.ceil(rows / LANES) * width;
}
