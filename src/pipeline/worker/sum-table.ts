import type { ExactTotals } from '../../attribution/exact-sums.js';
import type { NamedColumn } from '../../io/arrow/write.js';

/** What is summed: `cell` of the sums table tells of whom, as JSON. */
export const QUANTITIES = {
  /** [] rows explained */
  rows: 'rows',
  /** [player, output] */
  shapAbsolute: 'shapAbsolute',
  shapSigned: 'shapSigned',
  groupShapAbsolute: 'groupShapAbsolute',
  groupShapSigned: 'groupShapSigned',
  /** [label, answer] rows */
  confusion: 'confusion',
  /** [] -log of the true class's probability over labelled rows, in nats */
  logLoss: 'logLoss',
  /** [replicate, label, answer] rows of a replicate of the Poisson bootstrap over queries */
  replicate: 'replicate',
  /** [player] of one query: sums of the means over outputs of |contributions|, and of what is added to the true class */
  shap: 'shap',
  groupShap: 'groupShap',
  towards: 'towards',
} as const;

/** Lines of a table of sums: `quantity`, `cell`, `hi`, `lo`, and `query` where they are per query. */
export class SumLines {
  readonly #quantity: string[] = [];
  readonly #cell: string[] = [];
  readonly #hi: bigint[] = [];
  readonly #lo: bigint[] = [];
  readonly #query: string[] | null;

  constructor(perQuery: boolean) {
    this.#query = perQuery ? [] : null;
  }

  get length(): number {
    return this.#quantity.length;
  }

  /** A line; `lo` is 0 where a number is whole. */
  add(quantity: string, cell: string, [hi, lo = 0n]: readonly [hi: bigint, lo?: bigint], query = ''): void {
    this.#quantity.push(quantity);
    this.#cell.push(cell);
    this.#hi.push(hi);
    this.#lo.push(lo);
    this.#query?.push(query);
  }

  /** A line a cell. */
  addTotals(quantity: string, cells: readonly string[], { hi, lo }: ExactTotals): void {
    cells.forEach((cell, at) => {
      this.add(quantity, cell, [hi[at], lo[at]]);
    });
  }

  columns(): NamedColumn[] {
    const text = (name: string, values: readonly string[]): NamedColumn => ({
      name,
      column: { kind: 'text', values },
    });
    const whole = (name: string, values: readonly bigint[]): NamedColumn => ({
      name,
      column: { kind: 'integer', values: BigInt64Array.from(values), missing: null },
    });
    return [
      ...(this.#query === null ? [] : [text('query', this.#query)]),
      text('quantity', this.#quantity),
      text('cell', this.#cell),
      whole('hi', this.#hi),
      whole('lo', this.#lo),
    ];
  }
}

/** A cell's name: who or what it is of. */
export function cellName(...parts: readonly (string | number)[]): string {
  return JSON.stringify(parts);
}
