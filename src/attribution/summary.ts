import { EsciSelectError } from '../errors.js';
import { mean } from '../math/sums.js';

/** Sums over rows, as plain data: what blocks of rows are summarised into and merged by. */
export interface SummaryTotals {
  readonly players: readonly string[];
  readonly classes: number;
  rows: number;
  /** [player][class] sum over rows of |attribution|, and its Neumaier compensation */
  readonly absolute: Float64Array;
  readonly absoluteCarry: Float64Array;
  /** [player][class] sum over rows of the signed attribution, and its compensation */
  readonly signed: Float64Array;
  readonly signedCarry: Float64Array;
}

/** Global importance: means over rows. */
export interface Summary {
  readonly players: readonly string[];
  readonly classes: number;
  readonly rows: number;
  /** [player] mean over rows and classes of |attribution| */
  readonly meanAbsolute: Float64Array;
  /** [player][class] mean over rows of |attribution| */
  readonly meanAbsoluteByClass: Float64Array;
  /** [player][class] mean over rows of the signed attribution */
  readonly meanSignedByClass: Float64Array;
  /** what the means are of, to merge summaries */
  readonly totals: SummaryTotals;
}

/** Totals of no rows. */
export function createSummary(players: readonly string[], classes: number): SummaryTotals {
  const sums = () => new Float64Array(players.length * classes);
  return {
    players: [...players],
    classes,
    rows: 0,
    absolute: sums(),
    absoluteCarry: sums(),
    signed: sums(),
    signedCarry: sums(),
  };
}

/** Adds a block of attributions [row][player][class] to the totals, in the rows' order. O(attributions). */
export function addBlock(totals: SummaryTotals, attributions: Float64Array): void {
  const width = totals.signed.length;
  if (width === 0) return;
  for (let start = 0; start < attributions.length; start += width) {
    for (let cell = 0; cell < width; cell++) {
      const value = attributions[start + cell];
      addCompensated(totals.absolute, totals.absoluteCarry, cell, Math.abs(value));
      addCompensated(totals.signed, totals.signedCarry, cell, value);
    }
  }
  totals.rows += attributions.length / width;
}

/**
 * The totals of both parts' rows. Associative up to the rounding of a compensated sum (about 1e-16 relative); equal
 * bytes need an equal order, so parts are merged in the order of their rows. Throws 'internal' for other players.
 */
export function mergeSummaries(a: SummaryTotals, b: SummaryTotals): SummaryTotals {
  const same =
    a.classes === b.classes &&
    a.players.length === b.players.length &&
    a.players.every((name, player) => name === b.players[player]);
  if (!same)
    throw new EsciSelectError('internal', 'summaries of different players or classes cannot be merged');
  const merged = createSummary(a.players, a.classes);
  merged.rows = a.rows + b.rows;
  for (const part of [a, b]) {
    for (let cell = 0; cell < merged.signed.length; cell++) {
      addCompensated(merged.absolute, merged.absoluteCarry, cell, part.absolute[cell]);
      addCompensated(merged.signed, merged.signedCarry, cell, part.signed[cell]);
      merged.absoluteCarry[cell] += part.absoluteCarry[cell];
      merged.signedCarry[cell] += part.signedCarry[cell];
    }
  }
  return merged;
}

/** The means. Of no rows they are 0. */
export function finishSummary(totals: SummaryTotals): Summary {
  const { players, classes, rows } = totals;
  const means = (sums: Float64Array, carries: Float64Array) =>
    sums.map((sum, cell) => (rows === 0 ? 0 : (sum + carries[cell]) / rows));
  const meanAbsoluteByClass = means(totals.absolute, totals.absoluteCarry);
  const meanSignedByClass = means(totals.signed, totals.signedCarry);
  const meanAbsolute = Float64Array.from(players, (_, player) =>
    mean(meanAbsoluteByClass.subarray(player * classes, (player + 1) * classes)),
  );
  return { players, classes, rows, meanAbsolute, meanAbsoluteByClass, meanSignedByClass, totals };
}

/** Neumaier's compensated addition, as math/sums, for one cell of parallel arrays. */
function addCompensated(sums: Float64Array, carries: Float64Array, cell: number, value: number): void {
  const before = sums[cell];
  const total = before + value;
  carries[cell] += Math.abs(before) >= Math.abs(value) ? before - total + value : value - total + before;
  sums[cell] = total;
}
