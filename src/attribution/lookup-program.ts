import type { PathBound, Unit, UnitColumn, UnitPlayer } from './lookup-unit.js';

/** Rows that are coded at once: enough that tables are read seldom, few enough that codes stay in the cache. */
export const LOOKUP_ROWS = 16_384;

/** Bytes from column to column of codes: not a power of two, whose columns would share cache lines' places. */
export const CODE_STRIDE = LOOKUP_ROWS + 64;

/** Most cuts of a column: codes are -127 .. 126, and missing values 127 (or -128). */
export const MOST_CUTS = 253;

/** Where a condition looks: `[0, columns)` codes with missing values on the right, then those with them on the left. */
export interface CodeLayout {
  readonly columns: number;
  /** the place of a TreePlan.cut of a column among its group's cuts */
  placeOf(column: number, cut: number): number;
}

/** The kernel's program for a tree's units, as src/kernels/assembly/attribution.ts (findStates) reads it. */
export function compileUnits(units: readonly Unit[], layout: CodeLayout): Uint8Array {
  return Uint8Array.from(units.flatMap((unit) => compileUnit(unit, layout)));
}

function compileUnit(unit: Unit, layout: CodeLayout): number[] {
  const onPath = unit.players.filter((player) => player.onPath);
  const free = unit.players.filter((player) => !player.onPath).map((player) => innerOf(player, layout));
  const conditions = free.flat();
  return [
    ...word(conditions.length),
    ...word(onPath.length),
    ...conditions.flat(),
    ...onPath.flatMap((player) => compilePlayer(player, layout)),
  ];
}

function compilePlayer(player: UnitPlayer, layout: CodeLayout): number[] {
  const inner = innerOf(player, layout);
  const path = player.path.map((bound) => pathCondition(bound, layout));
  const counts = [inner.length & 255, inner.length >> 8, path.length & 255, path.length >> 8];
  return [...counts, player.stride, 0, 0, 0, ...inner.flat(), ...path.flat()];
}

/** Conditions of 8 bytes that add up to the player's combination times its stride. */
function innerOf(player: UnitPlayer, layout: CodeLayout): number[][] {
  return player.columns.flatMap((column) => columnConditions(column, player.stride, layout));
}

function columnConditions(column: UnitColumn, playerStride: number, layout: CodeLayout): number[][] {
  const stride = column.stride * playerStride;
  const place = column.missing === 'left' ? column.column + layout.columns : column.column;
  const conditions = column.cuts.map((cut) =>
    condition(place, codeOf(layout.placeOf(column.column, cut)), stride),
  );
  if (column.missing !== 'own') return conditions;
  const isMissing = condition(column.column + layout.columns, -127, stride * (column.cuts.length + 1));
  return [...conditions, isMissing];
}

function pathCondition({ column, cut, left, missingLeft }: PathBound, layout: CodeLayout): number[] {
  const place = missingLeft ? column + layout.columns : column;
  return condition(place, codeOf(layout.placeOf(column, cut)), left ? 0 : 255);
}

/** The code c with: a value is below the threshold at `place` iff its code < c. */
function codeOf(place: number): number {
  return place - 126;
}

function condition(place: number, code: number, last: number): number[] {
  return [...word(place * CODE_STRIDE), code & 255, last & 255, 0, 0];
}

/** A u32 as little-endian bytes. */
function word(value: number): number[] {
  return [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
}
