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
  /** whether the totals hold something, trees in the sums, and what their largest leaves add up to */
  areThere: boolean;
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
  /** of which class the last tree was */
  #class = -1;
  /** trees that are yet to be added, in one pass over the rows */
  #waiting: LookupTree[] = [];

  /** Sums of `rows` rows (64 n) of classes [first, first + count), empty; `memory.totals` too, but where they `areThere`. */
  constructor(
    memory: LookupMemory,
    {
      rows,
      first,
      count,
      mostSum,
      areThere,
    }: {
      readonly rows: number;
      readonly first: number;
      readonly count: number;
      readonly mostSum: number;
      readonly areThere: boolean;
    },
  ) {
    this.#memory = memory;
    this.#rows = rows;
    this.#first = first;
    this.#mostSum = mostSum;
    this.#values = rowsOfSums(rows, memory.dense) * memory.width;
    this.#states = Array.from({ length: count }, () => ({ areThere, trees: 0, largest: 0 }));
    const { floats, sums, dense } = memory;
    floats.fill(0, sums >>> 2, (sums >>> 2) + (dense ? count : 1) * this.#values);
  }

  /** Adds the trees' vectors to the sums of their classes; where sums are not dense, one class after the other. */
  add(trees: readonly LookupTree[]): void {
    const mostTrees = this.#memory.dense ? DENSE_TREES : SPARSE_TREES;
    for (const tree of trees) {
      // all classes' sums lie in one place then
      if (tree.class !== this.#class && !this.#memory.dense) this.#flushAll();
      this.#class = tree.class;
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
    this.#flushAll();
    const { doubles, totals } = this.#memory;
    this.#states.forEach(({ areThere }, place) => {
      const from = (totals >>> 3) + place * this.#values;
      if (!areThere) doubles.fill(0, from, from + this.#values);
    });
  }

  #flushAll(): void {
    for (const [place, { trees }] of this.#states.entries()) if (trees > 0) this.#flush(place);
  }

  #flush(place: number): void {
    this.#addWaiting();
    const { kernels, totals } = this.#memory;
    const values = this.#values;
    const widen = this.#states[place].areThere ? kernels.widenSums : kernels.widenFirst;
    widen(this.#sumsOf(place), totals + 8 * place * values, 4 * values);
    Object.assign(this.#states[place], { areThere: true, trees: 0, largest: 0 });
  }

  #sumsOf(place: number): number {
    const { sums, dense } = this.#memory;
    return dense ? sums + 4 * place * this.#values : sums;
  }

  #addWaiting(): void {
    const memory = this.#memory;
    const { kernels, jobs } = memory;
    const sumsOf = (tree: LookupTree) => this.#sumsOf(tree.class - this.#first);
    for (let from = 0, count = 0; from < this.#waiting.length; from += count) {
      const left = this.#waiting.slice(from);
      count = treesAtOnce(left);
      loadTrees(memory, left.slice(0, count), { rows: this.#rows, sumsOf });
      kernels.attributeTrees(jobs, count);
    }
    this.#waiting = [];
  }
}
