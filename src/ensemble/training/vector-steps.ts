import { writeRecord } from '../../kernels/records.js';
import { CANDIDATES_AT, MOST_SEARCHES, SEARCH_BYTES, SMALL_JOB_BYTES, type VectorPlaces } from './layout.js';
import type { TrainingMemory } from './memory.js';
import { CANDIDATE, CHOOSE_JOB, NODE, SEARCH_JOB, SPLIT_JOB, VALUE_JOB } from './records.js';

/** Searches for each thread at least, where there are columns enough: threads then finish together. */
const SEARCHES_A_THREAD = 2;
/** A search takes whole groups of so many columns: half of the sixteen whose codes are moved at once. */
const COLUMNS = 8;

/** The children of a node that was split, or the root alone. Numbers of nodes. */
export interface NodePair {
  /** the one of fewer rows (the left one of equals), and its sibling */
  readonly small: number;
  readonly large: number | null;
  /** address of their parent's histogram, where it was kept */
  readonly histogram: number | undefined;
}

/**
 * The steps in which a tree of vector leaves grows: calls of the kernels on all threads. A step's calls write to different
 * places, so that the tree does not depend on which thread makes them, nor on how columns are divided among calls.
 */
export class VectorSteps {
  nodeCount = 1;
  readonly #memory: TrainingMemory;
  readonly #vector: VectorPlaces;
  readonly #columns: number;
  /** addresses of histograms not in use, and of those that nodes keep for their children */
  readonly #idle: number[];
  readonly #kept = new Map<number, number>();

  /** For a tree that may test so many columns; the job lies in the memory. */
  constructor(memory: TrainingMemory, columns: number) {
    const { histogramCount, histogramBytes, vector } = memory.layout;
    this.#memory = memory;
    this.#vector = vector as VectorPlaces;
    this.#columns = columns;
    this.#idle = Array.from(
      { length: histogramCount },
      (_, at) => this.#vector.histograms + at * histogramBytes,
    );
  }

  get histogramsLeft(): number {
    return this.#idle.length;
  }

  /** Histograms that splitting a node takes: one where its own becomes a child's. */
  histogramsNeeded(node: number): number {
    return this.#kept.has(node) ? 1 : 2;
  }

  /** Loss reduction of the node's split, to the 24 bits in which rounding cannot tell like splits apart. */
  gainOf(node: number): number {
    return Math.fround(this.#memory.doubles[(this.#address(node) + NODE.at.gain) / 8]);
  }

  /** Makes the root; returns it if it can be split. */
  plant(): number[] {
    this.#memory.run('plantVectorTree', [this.#job]);
    return this.search([{ small: 0, large: null, histogram: undefined }]);
  }

  /** Splits nodes by their best splits. */
  split(nodes: readonly number[]): NodePair[] {
    const jobs = nodes.map((node, at) => {
      const fields = { job: this.#job, node: this.#address(node), left: this.nodeCount + 2 * at };
      writeRecord(this.#memory, SPLIT_JOB, this.#smallJob(at), fields);
      return this.#smallJob(at);
    });
    this.#memory.run('splitVectorNode', jobs);
    return nodes.map((node) => {
      const left = this.nodeCount;
      const right = left + 1;
      this.nodeCount += 2;
      const [small, large] = this.#rowsOf(left) <= this.#rowsOf(right) ? [left, right] : [right, left];
      const histogram = this.#kept.get(node);
      this.#kept.delete(node);
      return { small, large, histogram };
    });
  }

  /** Finds the best splits of the pairs' nodes; returns the nodes that have one, in the order of their numbers. */
  search(pairs: readonly NodePair[]): number[] {
    const isOpen = (node: number | null) => node !== null && this.#field(node, 'open') === 1;
    const searched = pairs.filter(({ small, large }) => isOpen(small) || isOpen(large));
    for (const pair of pairs) if (!searched.includes(pair)) this.#give(pair.histogram);
    const histograms = searched.map(({ large, histogram }) => ({
      ofSmall: this.#idle.pop() as number,
      ofLarge: large === null ? 0 : (histogram ?? (this.#idle.pop() as number)),
    }));
    this.#runSearches(searched, histograms);
    return searched.flatMap(({ small, large }, at) => {
      const { ofSmall, ofLarge } = histograms[at];
      this.#keep(small, ofSmall);
      if (large !== null) this.#keep(large, ofLarge);
      const nodes = large === null ? [small] : [Math.min(small, large), Math.max(small, large)];
      return nodes.filter((node) => this.#field(node, 'splits') === 1);
    });
  }

  /** Adds the leaves' values to the margins of all classes. */
  addValues(): void {
    const { slotBytes } = this.#memory.layout;
    const jobs = Array.from({ length: slotBytes / 16 }, (_, k) => {
      writeRecord(this.#memory, VALUE_JOB, this.#smallJob(k), { job: this.#job, nodes: this.nodeCount, k });
      return this.#smallJob(k);
    });
    this.#memory.run('addVectorValues', jobs);
  }

  get #job(): number {
    return this.#memory.layout.growJobs[0];
  }

  #address(node: number): number {
    return this.#memory.layout.nodes[0] + node * NODE.bytes;
  }

  #field(node: number, field: 'start' | 'end' | 'splits' | 'open'): number {
    return this.#memory.words[(this.#address(node) + NODE.at[field]) >>> 2];
  }

  #rowsOf(node: number): number {
    return this.#field(node, 'end') - this.#field(node, 'start');
  }

  #smallJob(at: number): number {
    return this.#vector.smallJobs + at * SMALL_JOB_BYTES;
  }

  /** A histogram is kept for a node's children only while two are left for them. */
  #keep(node: number, histogram: number): void {
    if (this.#field(node, 'splits') === 1 && this.#idle.length >= 2) this.#kept.set(node, histogram);
    else this.#give(histogram);
  }

  #give(histogram: number | undefined): void {
    if (histogram !== undefined) this.#idle.push(histogram);
  }

  /** Searches every pair in parts of the columns, and lets each take the best that its parts found. */
  #runSearches(
    pairs: readonly NodePair[],
    histograms: readonly { readonly ofSmall: number; readonly ofLarge: number }[],
  ): void {
    const ranges = this.#columnRanges(pairs.length);
    const searches = pairs.flatMap(({ small, large, histogram }, at) => {
      const { ofSmall, ofLarge } = histograms[at];
      const fields = {
        job: this.#job,
        small: this.#address(small),
        large: large === null ? 0 : this.#address(large),
        ofSmall,
        ofLarge,
        subtracts: histogram === undefined ? 0 : 1,
      };
      return ranges.map(([from, to], part) => {
        const search = this.#vector.searches + (at * ranges.length + part) * SEARCH_BYTES;
        const bestOfSmall = search + CANDIDATES_AT;
        const bestOfLarge = bestOfSmall + CANDIDATE.bytes;
        writeRecord(this.#memory, SEARCH_JOB, search, { ...fields, from, to, bestOfSmall, bestOfLarge });
        return search;
      });
    });
    this.#memory.run('searchVectorColumns', searches);
    for (let at = 0; at < pairs.length; at++) {
      const choice = { search: searches[at * ranges.length], step: SEARCH_BYTES, count: ranges.length };
      writeRecord(this.#memory, CHOOSE_JOB, this.#smallJob(0), choice);
      this.#memory.run('chooseVectorSplit', [this.#smallJob(0)]);
    }
  }

  /** Parts of the columns [from, to), as many as keep all threads busy with so many pairs of nodes. */
  #columnRanges(pairs: number): [number, number][] {
    const { threads } = this.#memory.layout;
    const groups = Math.ceil(this.#columns / COLUMNS);
    const wanted = threads.length === 1 ? 1 : Math.ceil((SEARCHES_A_THREAD * threads.length) / pairs);
    const parts = Math.max(1, Math.min(groups, wanted, Math.floor(MOST_SEARCHES / pairs)));
    const start = (part: number) => Math.min(this.#columns, COLUMNS * Math.floor((part * groups) / parts));
    return Array.from({ length: parts }, (_, part) => [start(part), start(part + 1)]);
  }
}
