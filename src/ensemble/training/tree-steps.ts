import { writeRecord } from '../../kernels/records.js';
import type { TrainingMemory } from './memory.js';
import { GROW_JOB, LEAVES_JOB, NODE, STEP_JOB, SUM_JOB } from './records.js';
import { divideRows, makespan, type RowRange } from './tree-balance.js';
import { type SharedPlaces, STEP_BYTES } from './tree-layout.js';

/** By how much of its time a batch of whole nodes may be longer than one of equal shares. */
const MOST_EXCESS = 0.05;

/** A tree that is grown in steps. Nodes are known by their addresses. */
export interface SharedTree {
  /** addresses of its job, and of its root, which its other nodes follow */
  readonly job: number;
  readonly nodes: number;
  readonly columns: number;
  /** address of its root's histogram, where it is made beforehand */
  readonly rootHistogram: number | undefined;
  nodeCount: number;
  leaves: number;
  /** nodes that can be split, in the order in which they were made */
  readonly waiting: number[];
}

/** A node to split by its best split. */
export interface Splitting {
  readonly tree: SharedTree;
  readonly node: number;
  /** whether the children's best splits are wanted */
  readonly searches: boolean;
}

/** A splitting under way, or a root whose split is searched for. */
interface Step extends Splitting {
  readonly record: number;
  /** rows to part among the children */
  readonly rows: number;
  /** the children's addresses; none of a root that is searched itself */
  readonly children: readonly number[];
  /** histograms of the child of fewer rows, or of the root, and of its sibling; 0 where none is wanted */
  readonly ofSmall: number;
  readonly ofLarge: number;
  /** whether the sibling's is made of the node's own, by taking off the other child's */
  readonly subtracts: boolean;
}

/** Rows to be summed, and the histogram that takes their sums. */
interface Sum extends RowRange {
  readonly job: number;
  readonly target: number;
}

/**
 * The steps in which threads grow trees of one class together: calls of the kernels on all threads, of all trees at once.
 * Calls of a batch write to different places and sums are exact, so that trees depend neither on which thread makes a
 * call nor on how rows are divided among calls: they are those of the kernel `growTree`.
 */
export class TreeSteps {
  readonly #memory: TrainingMemory;
  readonly #places: SharedPlaces;
  readonly #trees: readonly SharedTree[];
  /** addresses of histograms not in use, and of those that nodes keep for their children */
  readonly #idle: number[];
  readonly #kept = new Map<number, number>();

  constructor(memory: TrainingMemory, trees: readonly SharedTree[]) {
    this.#memory = memory;
    this.#places = memory.layout.shared as SharedPlaces;
    this.#trees = trees;
    this.#idle = [...this.#places.histograms];
  }

  /** Histograms not in use: between splits two at least. */
  get histogramsLeft(): number {
    return this.#idle.length;
  }

  /** Histograms that a splitting takes: one where the node's own becomes a child's. */
  histogramsNeeded({ node, searches }: Splitting): number {
    if (!searches) return 0;
    return this.#kept.has(node) ? 1 : 2;
  }

  depthOf(node: number): number {
    return this.#field(node, 'depth');
  }

  /** Loss reduction of the node's split. */
  gainOf(node: number): number {
    return this.#memory.doubles[(node + NODE.at.gain) / 8];
  }

  /** Makes the roots, and has those wait that can be split. O(rows columns) where their histograms are still to be made. */
  plant(): void {
    const jobs = this.#trees.map(({ job }) => job);
    this.#memory.run('plantTree', jobs);
    const open = this.#trees.filter(({ nodes: root }) => this.#field(root, 'open') === 1);
    const unmade = open.filter(({ rootHistogram }) => rootHistogram === undefined);
    const steps = unmade.map((tree, at) => this.#begin({ tree, node: tree.nodes, searches: true }, at, []));
    this.#search(steps);
    for (const { node, ofSmall } of steps) this.#keep(node, ofSmall);
    for (const { nodes: root, rootHistogram, waiting } of open) {
      if (this.#field(root, 'splits') === 0) continue;
      if (rootHistogram !== undefined) this.#kept.set(root, rootHistogram);
      waiting.push(root);
    }
  }

  /** Splits nodes, and has those of their children wait that can be split in turn. O(rows columns). */
  split(splittings: readonly Splitting[]): void {
    const steps = splittings.map((splitting, at) => {
      const { tree } = splitting;
      const left = tree.nodes + tree.nodeCount * NODE.bytes;
      tree.nodeCount += 2;
      return this.#begin(splitting, at, [left, left + NODE.bytes]);
    });
    if (this.#isBalanced(steps)) this.#run('growTreeNode', steps);
    else {
      this.#run('splitTreeNode', steps);
      const isOpen = (node: number) => this.#field(node, 'open') === 1;
      this.#search(steps.filter(({ searches, children }) => searches && children.some(isOpen)));
    }
    for (const step of steps) if (step.searches) this.#end(step);
  }

  /** Adds the leaves' values to the margins, and writes into the jobs how many nodes there are. O(rows). */
  finish(): void {
    const { words, layout } = this.#memory;
    const parts = Math.ceil((2 * layout.threads.length) / this.#trees.length);
    let call = this.#places.calls;
    const calls = this.#trees.flatMap(({ job, nodeCount }) => {
      words[(job + GROW_JOB.at.nodeCount) >>> 2] = nodeCount;
      const [ranges] = divideRows([{ start: 0, end: nodeCount }], Math.ceil(nodeCount / parts));
      return ranges.map(({ start, end }) => {
        writeRecord(this.#memory, LEAVES_JOB, call, { job, from: start, to: end });
        call += STEP_BYTES;
        return call - STEP_BYTES;
      });
    });
    this.#memory.run('addTreeValues', calls);
  }

  /** Writes a step's record, the `at`-th of a batch, with histograms where something is searched. */
  #begin(splitting: Splitting, at: number, children: readonly number[]): Step {
    const { tree, node, searches } = splitting;
    const own = this.#kept.get(node);
    this.#kept.delete(node);
    if (!searches) this.#give(own);
    const isRoot = children.length === 0;
    const hasSibling = searches && !isRoot;
    const record = this.#places.steps + at * STEP_BYTES;
    const ofSmall = searches ? this.#take() : 0;
    const ofLarge = hasSibling ? (own ?? this.#take()) : 0;
    const subtracts = hasSibling && own !== undefined;
    // field by field, which is quick: there are as many records as nodes
    const { words } = this.#memory;
    const { at: place } = STEP_JOB;
    words[(record + place.job) >>> 2] = tree.job;
    words[(record + place.node) >>> 2] = node;
    words[(record + place.left) >>> 2] = isRoot ? 0 : (children[0] - tree.nodes) / NODE.bytes;
    words[(record + place.searches) >>> 2] = Number(searches);
    words[(record + place.ofSmall) >>> 2] = ofSmall;
    words[(record + place.ofLarge) >>> 2] = ofLarge;
    words[(record + place.subtracts) >>> 2] = Number(subtracts);
    const rest = this.#field(node, 'restEnd') - this.#field(node, 'restStart');
    const rows = this.#rowsOf(node) + rest;
    return { tree, node, searches, record, rows, children, ofSmall, ofLarge, subtracts };
  }

  /** Whether whole nodes take threads about as long as equal shares of them and two more batches. */
  #isBalanced(steps: readonly Step[]): boolean {
    const threads = this.#memory.layout.threads.length;
    const costs = steps.map(({ rows, tree }) => rows * tree.columns).sort((a, b) => b - a);
    const share = costs.reduce((sum, cost) => sum + cost, 0) / threads;
    return makespan(costs, threads) <= (1 + MOST_EXCESS) * share + this.#places.grain.codes;
  }

  /** Calls a kernel for steps, those of the most rows first, so that threads are done together. */
  #run(kernel: 'growTreeNode' | 'splitTreeNode' | 'searchTreeNode', steps: readonly Step[]): void {
    const byRows = [...steps].sort((a, b) => b.rows - a.rows);
    const records = byRows.map(({ record }) => record);
    this.#memory.run(kernel, records);
  }

  /** Sums the rows of roots, or of nodes' children, in parts for all threads, and finds the splits. */
  #search(steps: readonly Step[]): void {
    if (steps.length === 0) return;
    const sums = this.#divide(steps).sort((a, b) => b.end - b.start - (a.end - a.start));
    const { words } = this.#memory;
    const { at: place } = SUM_JOB;
    const calls = sums.map(({ job, start, end, target }, at) => {
      const call = this.#places.calls + at * STEP_BYTES;
      words[(call + place.job) >>> 2] = job;
      words[(call + place.from) >>> 2] = start;
      words[(call + place.to) >>> 2] = end;
      words[(call + place.target) >>> 2] = target;
      return call;
    });
    this.#memory.run('sumTreeRows', calls);
    this.#run('searchTreeNode', steps);
  }

  /** Sums of the steps' rows in about as many parts as keep all threads busy; the first part's sums take the others'. */
  #divide(steps: readonly Step[]): Sum[] {
    const { words, layout } = this.#memory;
    const { parts, partCount, grain } = this.#places;
    const wanted = steps.map((step) => this.#rowsToSum(step));
    const rows = wanted.flat().reduce((sum, { start, end }) => sum + end - start, 0);
    // fewer rows are summed in less time than parts take to be put together
    const least = grain.rows ?? layout.columnBytes;
    const most = Math.max(least, Math.ceil(rows / partCount));
    let part = parts;
    return steps.flatMap(({ record, tree, ofSmall, ofLarge }, at) => {
      const divided = divideRows(wanted[at], most);
      words[(record + STEP_JOB.at.parts) >>> 2] = part;
      words[(record + STEP_JOB.at.partsOfSmall) >>> 2] = divided[0].length - 1;
      words[(record + STEP_JOB.at.partsOfLarge) >>> 2] = divided.length === 2 ? divided[1].length - 1 : 0;
      return divided.flatMap((ranges, which) =>
        ranges.map(({ start, end }, piece) => {
          const isFirst = piece === 0;
          const target = isFirst ? [ofSmall, ofLarge][which] : part;
          if (!isFirst) part += layout.histogramBytes;
          return { start, end, job: tree.job, target };
        }),
      );
    });
  }

  /** The rows of the child that has fewer, or of the root; and of its sibling, where these are not what is left of the node's. */
  #rowsToSum({ node, children, subtracts }: Step): RowRange[] {
    const rangeOf = (of: number) => ({ start: this.#field(of, 'start'), end: this.#field(of, 'end') });
    if (children.length === 0) return [rangeOf(node)];
    const [small, large] = this.#bySize(children);
    return subtracts ? [rangeOf(small)] : [rangeOf(small), rangeOf(large)];
  }

  /** Siblings, the one of fewer rows first; the left one of equals. */
  #bySize([left, right]: readonly number[]): readonly [number, number] {
    return this.#rowsOf(left) <= this.#rowsOf(right) ? [left, right] : [right, left];
  }

  #end({ tree, children, ofSmall, ofLarge }: Step): void {
    const [small, large] = this.#bySize(children);
    this.#keep(small, ofSmall);
    this.#keep(large, ofLarge);
    tree.waiting.push(...children.filter((child) => this.#field(child, 'splits') === 1));
  }

  /** A histogram is kept for a node's children only while two are left for others. */
  #keep(node: number, histogram: number): void {
    if (this.#field(node, 'splits') === 1 && this.#idle.length >= 2) this.#kept.set(node, histogram);
    else this.#give(histogram);
  }

  #take(): number {
    return this.#idle.pop() as number;
  }

  #give(histogram: number | undefined): void {
    if (histogram !== undefined) this.#idle.push(histogram);
  }

  #field(
    node: number,
    field: 'start' | 'end' | 'restStart' | 'restEnd' | 'depth' | 'splits' | 'open',
  ): number {
    return this.#memory.words[(node + NODE.at[field]) >>> 2];
  }

  #rowsOf(node: number): number {
    return this.#field(node, 'end') - this.#field(node, 'start');
  }
}
