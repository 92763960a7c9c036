import type { RowRange } from '../plan-types.js';
import { GATHERED_ROWS, type LookupMemory } from './memory.js';
import { BLOCK_ROWS, LOOKUP_RECORDS } from './records.js';
import { rowsOfSums } from './table.js';

const GATHERING = LOOKUP_RECORDS.gathering.at;
/** Rows whose values are copied player by player: few enough that what is written of all of them stays in the cache. */
const TILE = 16;

/** Rows' attributions [row][player][class], and which consecutive classes of them are meant. */
export interface ClassColumns {
  readonly values: Float64Array;
  readonly rows: number;
  readonly players: number;
  readonly classes: number;
  readonly first: number;
  readonly count: number;
}

/** Puts the classes' attributions into the totals. */
export function loadTotals(memory: LookupMemory, columns: ClassColumns): void {
  const { doubles } = memory;
  const { values, count } = columns;
  const size = valuesOfClass(memory, columns.rows);
  eachTile(memory, columns, ({ from, at, tile, step, between }) => {
    for (let row = 0, own = at, value = from; row < tile; row++, own += between, value += step) {
      for (let k = 0, total = own; k < count; k++, total += size) doubles[total] = values[value + k];
    }
  });
}

/** Writes the totals to the classes' attributions. */
export function storeTotals(memory: LookupMemory, columns: ClassColumns): void {
  const { kernels, words, gathering, gathered, dense, width } = memory;
  const { rows, players, count } = columns;
  words[(gathering + GATHERING.classBytes) >>> 2] = 8 * valuesOfClass(memory, rows);
  words[(gathering + GATHERING.playerBytes) >>> 2] = 8 * (dense ? 1 : BLOCK_ROWS);
  words[(gathering + GATHERING.rowBytes) >>> 2] = 8 * (dense ? width : 1);
  words[(gathering + GATHERING.classes) >>> 2] = count;
  words[(gathering + GATHERING.players) >>> 2] = players;
  words[(gathering + GATHERING.to) >>> 2] = gathered;
  for (let row = 0; row < rows; row += GATHERED_ROWS) {
    const some = Math.min(GATHERED_ROWS, rows - row);
    words[(gathering + GATHERING.totals) >>> 2] = memory.totals + 8 * placeOfRow(memory, row);
    words[(gathering + GATHERING.rows) >>> 2] = some;
    kernels.gatherTotals(gathering);
    storeRows(memory, columns, { from: row, to: row + some });
  }
}

/** Writes rows that were gathered, [row][player][class of those meant]. */
function storeRows(
  { doubles, gathered }: LookupMemory,
  { values, players, classes, first, count }: ClassColumns,
  { from, to }: RowRange,
): void {
  let at = gathered >>> 3;
  const end = at + (to - from) * players * count;
  if (count === classes) {
    values.set(doubles.subarray(at, end), from * players * classes);
    return;
  }
  for (let value = from * players * classes + first; at < end; value += classes) {
    for (let k = 0; k < count; k++) values[value + k] = doubles[at++];
  }
}

/** Values from a class's totals to a row's first. */
function placeOfRow({ dense, width }: LookupMemory, row: number): number {
  return dense ? row * width : (row & -BLOCK_ROWS) * width + (row & (BLOCK_ROWS - 1));
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
  memory: LookupMemory,
  { rows, players, classes, first }: ClassColumns,
  visit: (tile: Tile) => void,
): void {
  const { dense, width, totals } = memory;
  const tile: Tile = { from: 0, step: players * classes, at: 0, between: dense ? width : 1, tile: 0 };
  for (let row = 0; row < rows; row += TILE) {
    const start = (totals >>> 3) + placeOfRow(memory, row);
    tile.tile = Math.min(TILE, rows - row);
    for (let player = 0; player < players; player++) {
      tile.from = row * tile.step + player * classes + first;
      tile.at = start + player * (dense ? 1 : BLOCK_ROWS);
      visit(tile);
    }
  }
}

/** Values of a class's totals. */
function valuesOfClass({ width, dense }: LookupMemory, rows: number): number {
  return rowsOfSums(rows, dense) * width;
}
