/** A value is a whole number of these: 2^-40, about 1e-12. */
const UNITS = 2 ** 40;
/** `hi` counts these many units, `lo` what is left of them. */
const SPLIT = 2 ** 26;
/** Values after which doubles that count units are emptied into 64-bit integers: their sums stay below 2^53. */
const MOST_PENDING = 2 ** 26;

/** Sums of every cell as two 64-bit integers: (hi * 2^26 + lo) * 2^-40. */
export interface ExactTotals {
  /** [cell] */
  readonly hi: BigInt64Array;
  readonly lo: BigInt64Array;
}

/** Adds a value to one cell of sums that are kept as doubles: exact for up to 2^26 values. */
export function addUnits(hi: Float64Array, lo: Float64Array, cell: number, value: number): void {
  const units = Math.round(value * UNITS);
  const high = Math.floor(units / SPLIT);
  hi[cell] += high;
  lo[cell] += units - high * SPLIT;
}

/**
 * Sums that do not depend on order, batches or partitions: each value is rounded to 2^-40 and counted in whole numbers, so
 * that any engine's `sum` over 64-bit integers merges them. Exact for up to 2^36 values below 2^22 in size.
 */
export class ExactSums {
  readonly #hi: Float64Array;
  readonly #lo: Float64Array;
  readonly #totals: ExactTotals;
  #pending = 0;

  constructor(cells: number) {
    this.#hi = new Float64Array(cells);
    this.#lo = new Float64Array(cells);
    this.#totals = { hi: new BigInt64Array(cells), lo: new BigInt64Array(cells) };
  }

  /** Adds rows of values [row][cell] with what `of` makes of each. O(values). */
  add(values: Float64Array, of: (value: number) => number = (value) => value): void {
    const cells = this.#hi.length;
    for (let start = 0; start < values.length; start += cells) {
      for (let cell = 0; cell < cells; cell++) addUnits(this.#hi, this.#lo, cell, of(values[start + cell]));
      this.#pending++;
      if (this.#pending >= MOST_PENDING) this.#flush();
    }
  }

  #flush(): void {
    for (let cell = 0; cell < this.#hi.length; cell++) {
      this.#totals.hi[cell] += BigInt(this.#hi[cell]);
      this.#totals.lo[cell] += BigInt(this.#lo[cell]);
    }
    this.#hi.fill(0);
    this.#lo.fill(0);
    this.#pending = 0;
  }

  /** What was added so far. */
  totals(): ExactTotals {
    this.#flush();
    return { hi: this.#totals.hi.slice(), lo: this.#totals.lo.slice() };
  }
}

/** [cell] sums as doubles, rounded once. */
export function sumsOf({ hi, lo }: ExactTotals): Float64Array {
  return Float64Array.from(hi, (high, cell) => Number(high * BigInt(SPLIT) + lo[cell]) / UNITS);
}
