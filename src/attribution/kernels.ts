/**
 * The inner loops of attribution over the rows of a tile. Plain integer and float loops without branches, to be read
 * beside their callers in tile.ts.
 */

/** The codes a node compares, for the tile's rows from `at` on: the row goes left iff code < cut. */
export interface Comparison {
  readonly codes: Int32Array;
  readonly at: number;
  readonly cut: number;
}

/** target[row] = 1 where the row goes left, else 0. */
export function goLeft(comparison: Comparison, target: Int32Array, rows: number): void {
  const { codes, at, cut } = comparison;
  for (let row = 0; row < rows; row++) target[row] = (codes[at + row] - cut) >>> 31;
}

/** Sets bit `bit` of state[row] where the row goes left. */
export function appendBit(comparison: Comparison, state: Int32Array, bit: number, rows: number): void {
  const { codes, at, cut } = comparison;
  for (let row = 0; row < rows; row++) state[row] |= ((codes[at + row] - cut) >>> 31) << bit;
}

/** Sets bits `bit` to `bit` + 3 of state[row] by four comparisons. */
export function appendFourBits(
  comparisons: readonly Comparison[],
  state: Int32Array,
  bit: number,
  rows: number,
): void {
  const [first, second, third, fourth] = comparisons;
  const { codes: codesA, at: atA, cut: cutA } = first;
  const { codes: codesB, at: atB, cut: cutB } = second;
  const { codes: codesC, at: atC, cut: cutC } = third;
  const { codes: codesD, at: atD, cut: cutD } = fourth;
  for (let row = 0; row < rows; row++) {
    const bits =
      ((codesA[atA + row] - cutA) >>> 31) |
      (((codesB[atB + row] - cutB) >>> 31) << 1) |
      (((codesC[atC + row] - cutC) >>> 31) << 2) |
      (((codesD[atD + row] - cutD) >>> 31) << 3);
    state[row] |= bits << bit;
  }
}

/** Path bits before and after a node, and whether each row goes left there. */
export interface Step {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly conditions: Int32Array;
  readonly rows: number;
}

/** A player new on the path: bit `slot` is whether the row goes to the child (`side` 1 is left). */
export function extendPath(step: Step, slot: number, side: 0 | 1): void {
  const { from, to, conditions, rows } = step;
  const flip = 1 - side;
  for (let row = 0; row < rows; row++) to[row] = from[row] | ((conditions[row] ^ flip) << slot);
}

/** A player met again: bit `slot` stays only if the row goes to the child. */
export function narrowPath(step: Step, slot: number, side: 0 | 1): void {
  const { from, to, conditions, rows } = step;
  for (let row = 0; row < rows; row++) to[row] = from[row] & ~((conditions[row] ^ side) << slot);
}

/** What is added to sums: values[place[row] + i] belongs to player players[start + i], for i < count. */
export interface Addition {
  readonly place: Int32Array;
  readonly values: Float64Array;
  readonly players: Int32Array;
  readonly start: number;
  readonly count: number;
}

/** Adds each row's attribution vector to its sums, sums[base + row * width + player]. Four players a pass. */
export function accumulate(
  addition: Addition,
  sums: Float64Array,
  base: number,
  width: number,
  rows: number,
): void {
  const { players, start, count } = addition;
  let i = 0;
  for (; i + 4 <= count; i += 4) addFour(addition, i, { sums, base, width, rows });
  for (; i < count; i++) addOne(addition, i, { sums, base: base + players[start + i], width, rows });
}

interface Target {
  readonly sums: Float64Array;
  readonly base: number;
  readonly width: number;
  readonly rows: number;
}

function addOne({ place, values }: Addition, i: number, { sums, base, width, rows }: Target): void {
  for (let row = 0, at = base; row < rows; row++, at += width) sums[at] += values[place[row] + i];
}

function addFour(addition: Addition, i: number, { sums, base, width, rows }: Target): void {
  const { place, values, players, start } = addition;
  const a = players[start + i];
  const b = players[start + i + 1];
  const c = players[start + i + 2];
  const d = players[start + i + 3];
  for (let row = 0, at = base; row < rows; row++, at += width) {
    const from = place[row] + i;
    sums[at + a] += values[from];
    sums[at + b] += values[from + 1];
    sums[at + c] += values[from + 2];
    sums[at + d] += values[from + 3];
  }
}
