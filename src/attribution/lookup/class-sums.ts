import type { LookupTree } from '../lookup-types.js';
import { type LookupMemory, loadTrees, MOST_TREES, treesAtOnce } from './memory.js';
import { rowsOfSums } from './table.js';

/**
 * Trees whose float32 sums are added up before they go to float64, which bounds rounding in ensembles of any size: of dense sums,
 * to which a tree's units are added as one, and of others, to which they are added one by one or quad by quad.
 */
const DENSE_TREES = 64;
const SPARSE_TREES = 40;

/** What one class's sums hold. */
interface ClassState {
  /** trees in the sums, and what their largest leaves add up to */
  trees: number;
  largest: number;
}

/**
 * The sums of a block's rows for some consecutive classes while trees are added: in float32 as far as it holds them, then in
 * float64. What a class's sums come to does not depend on the other classes' trees in between.
 */
export class ClassSums {
  readonly #memory: LookupMemory;
  /** values of a class's sums */
  readonly #values: number;
  readonly #rows: number;
  readonly #first: number;
  readonly #mostSum: number;
  readonly #states: ClassState[];
  /** trees that are yet to be added, in one pass over the rows */
  #waiting: LookupTree[] = [];

  /** Sums of `rows` rows (64 n) of classes [first, first + count), float32 sums empty, `memory.totals` as they are. */
  constructor(
    memory: LookupMemory,
    { rows, first, count, mostSum }: { rows: number; first: number; count: number; mostSum: number },
  ) {
    this.#memory = memory;
    this.#rows = rows;
    this.#first = first;
    this.#mostSum = mostSum;
    this.#values = rowsOfSums(rows, memory.dense) * memory.width;
    this.#states = Array.from({ length: count }, () => ({ trees: 0, largest: 0 }));
    const { floats, sums } = memory;
    floats.fill(0, sums >>> 2, (sums >>> 2) + count * this.#values);
  }

  /** Adds the trees' vectors to the sums of their classes. */
  add(trees: readonly LookupTree[]): void {
    const mostTrees = this.#memory.dense ? DENSE_TREES : SPARSE_TREES;
    for (const tree of trees) {
      const place = tree.class - this.#first;
      const state = this.#states[place];
      const isFull = state.trees === mostTrees || state.largest + tree.largest > this.#mostSum;
      if (isFull && state.trees > 0) this.#flush(place);
      state.trees++;
      state.largest += tree.largest;
      this.#waiting.push(tree);
      if (this.#waiting.length >= MOST_TREES) this.#addWaiting();
    }
  }

  /** Brings all that was added to `memory.totals`. */
  finish(): void {
    for (const [place, { trees }] of this.#states.entries()) if (trees > 0) this.#flush(place);
  }

  #flush(place: number): void {
    this.#addWaiting();
    const { kernels, sums, totals } = this.#memory;
    const values = this.#values;
    kernels.widenSums(sums + 4 * place * values, totals + 8 * place * values, 4 * values);
    Object.assign(this.#states[place], { trees: 0, largest: 0 });
  }

  #addWaiting(): void {
    const memory = this.#memory;
    const { kernels, jobs, sums } = memory;
    const sumsOf = (tree: LookupTree) => sums + 4 * (tree.class - this.#first) * this.#values;
    for (let from = 0, count = 0; from < this.#waiting.length; from += count) {
      const left = this.#waiting.slice(from);
      count = treesAtOnce(left);
      loadTrees(memory, left.slice(0, count), { rows: this.#rows, sumsOf });
      kernels.attributeTrees(jobs, count);
    }
    this.#waiting = [];
  }
}
