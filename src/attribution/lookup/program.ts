import type { PathBound, Unit, UnitColumn, UnitPlayer } from './unit.js';

/** Rows that are coded at once: enough that tables are read seldom, few enough that codes stay in the cache. */
export const LOOKUP_ROWS = 16_384;

/** Bytes from column to column of codes: not a power of two, whose columns would share cache lines' places. */
export const CODE_STRIDE = LOOKUP_ROWS + 64;

/** Where a condition looks: `[0, columns)` codes with missing values on the right, then those with them on the left. */
export interface CodeLayout {
  readonly columns: number;
  /** the place of a CodedTree.cut of a column among its group's cuts */
  placeOf(column: number, cut: number): number;
}

/**
 * The kernel's program for a tree's units, in 32-bit words, as src/kernels/assembly/attribution.ts (findStates) reads
 * it. O(conditions).
 */
export function compileUnits(units: readonly Unit[], layout: CodeLayout): Int32Array {
  const words: number[] = [];
  for (const unit of units) compileUnit(unit, layout, words);
  return Int32Array.from(words);
}

function compileUnit(unit: Unit, layout: CodeLayout, words: number[]): void {
  const inFirst = ({ stride }: UnitPlayer) => stride < unit.byteStates || unit.byteStates === unit.states;
  compileByte(unit.players.filter(inFirst), layout, words);
  if (unit.byteStates === unit.states) return;
  const rest = unit.players.filter((player) => !inFirst(player));
  compileByte(
    rest.map((player) => ({ ...player, stride: player.stride / unit.byteStates })),
    layout,
    words,
  );
}

/** What finds one byte of a state: the sum of what these players' states add to it. */
function compileByte(players: readonly UnitPlayer[], layout: CodeLayout, words: number[]): void {
  const onPath = players.filter((player) => player.onPath);
  const counts = words.push(0, onPath.length) - 2;
  for (const player of players) {
    if (!player.onPath) words[counts] += pushInner(player, layout, words);
  }
  for (const player of onPath) {
    const header = words.push(0, player.stride) - 2;
    const inner = pushInner(player, layout, words);
    for (const bound of player.path) pushBound(bound, layout, words);
    words[header] = inner | (player.path.length << 16);
  }
}

/** Appends conditions that add up to the player's combination times its stride; returns how many. */
function pushInner(player: UnitPlayer, layout: CodeLayout, words: number[]): number {
  const before = words.length;
  for (const column of player.columns) pushColumn(column, player.stride, layout, words);
  return (words.length - before) / 2;
}

function pushColumn(column: UnitColumn, playerStride: number, layout: CodeLayout, words: number[]): void {
  const stride = column.stride * playerStride;
  const missingLeft = column.column + layout.columns;
  const place = column.missing === 'left' ? missingLeft : column.column;
  for (const cut of column.cuts) {
    pushCondition(words, place, codeOf(layout.placeOf(column.column, cut)), stride);
  }
  if (column.missing === 'own') pushCondition(words, missingLeft, -127, stride * (column.cuts.length + 1));
}

function pushBound({ column, cut, left, missingLeft }: PathBound, layout: CodeLayout, words: number[]): void {
  const place = missingLeft ? column + layout.columns : column;
  pushCondition(words, place, codeOf(layout.placeOf(column, cut)), left ? 0 : 255);
}

/** The code c with: a value is below the threshold at `place` iff its code < c. */
function codeOf(place: number): number {
  return place - 126;
}

/** Appends a condition: the bytes of the second word are the code, then the stride or flip. */
function pushCondition(words: number[], place: number, code: number, last: number): void {
  words.push(place * CODE_STRIDE, (code & 255) | (last << 8));
}
