import {
  type AdditivityError,
  assertAdditivity,
  mergeAdditivity,
  NO_ERROR,
} from '../../attribution/additivity.js';
import type { AttributedBatch, Attributor } from '../../attribution/attributor.js';
import { ExactSums, type ExactTotals, sumsOf } from '../../attribution/exact-sums.js';

/** Quantities that are summed over rows, [player][output] each. */
export type Quantity = 'shapAbsolute' | 'shapSigned' | 'groupShapAbsolute' | 'groupShapSigned';

/** Means over rows, [player][output] each. */
export type EnsembleMeans = Readonly<Record<Quantity, Float64Array>>;

/** What was found of all rows: sums that do not depend on batches, and the largest errors. */
export class EnsembleSums {
  readonly #sums: Readonly<Record<Quantity, ExactSums>>;
  rows = 0;
  crossed = 0;
  unresolved = 0;
  additivity: AdditivityError = NO_ERROR;

  constructor({ players, outputs }: Pick<Attributor, 'players' | 'outputs'>) {
    const sums = () => new ExactSums(players.length * outputs);
    this.#sums = {
      shapAbsolute: sums(),
      shapSigned: sums(),
      groupShapAbsolute: sums(),
      groupShapSigned: sums(),
    };
  }

  /** Adds a batch, after asserting that its contributions add up. Throws 'internal' naming the row. */
  add(batch: AttributedBatch): void {
    const rowName = (row: number) => `row ${this.rows + row + 1}`;
    assertAdditivity(batch.additivity, { rowName, quantity: 'contributions' });
    this.additivity = mergeAdditivity(this.additivity, {
      ...batch.additivity,
      row: batch.additivity.row < 0 ? -1 : this.rows + batch.additivity.row,
    });
    this.#sums.shapAbsolute.add(batch.shap, Math.abs);
    this.#sums.shapSigned.add(batch.shap);
    this.#sums.groupShapAbsolute.add(batch.groupShap, Math.abs);
    this.#sums.groupShapSigned.add(batch.groupShap);
    this.rows += batch.rows;
    this.crossed += batch.crossed;
    this.unresolved += batch.unresolved;
  }

  /** The sums as they are merged. */
  totals(): Readonly<Record<Quantity, ExactTotals>> {
    return {
      shapAbsolute: this.#sums.shapAbsolute.totals(),
      shapSigned: this.#sums.shapSigned.totals(),
      groupShapAbsolute: this.#sums.groupShapAbsolute.totals(),
      groupShapSigned: this.#sums.groupShapSigned.totals(),
    };
  }

  /** The means; 0 of no rows. */
  means(): EnsembleMeans {
    const mean = (quantity: Quantity) =>
      sumsOf(this.#sums[quantity].totals()).map((sum) => (this.rows === 0 ? 0 : sum / this.rows));
    return {
      shapAbsolute: mean('shapAbsolute'),
      shapSigned: mean('shapSigned'),
      groupShapAbsolute: mean('groupShapAbsolute'),
      groupShapSigned: mean('groupShapSigned'),
    };
  }
}
