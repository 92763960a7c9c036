import type { BoostingOptions } from '../boosting-options.js';

/** Bytes of a cache line: a step's record has one of its own, as threads read and write them at the same time. */
export const STEP_BYTES = 64;
/** Nodes that are split at once. */
export const MOST_STEPS = 128;
/** Codes of a tree from which on its steps are worth sharing: depth-wise they are as many as levels, leaf-wise as leaves. */
const LEAST_SHARED_CODES = { depthwise: 2 ** 21, leafwise: 2 ** 23 };
/** Codes of a round's trees that are worth a thread, and threads that share trees at most. */
const CODES_OF_A_THREAD = 2 ** 20;
const MOST_SHARING = 16;
/** Codes of Grain, of which two batches take about 60 microseconds. */
const CODES_OF_BATCHES = 2 ** 17;
/** Bytes of the histograms of parts of nodes: where one takes more, nodes are not divided. */
const MOST_PART_BYTES = 64 * 2 ** 20;

/** How finely work on trees is divided among threads. */
export interface Grain {
  /** codes of a tree (rows times columns) below which trees go to threads whole */
  readonly least: number;
  /** codes that a thread works through in the time that handing out two more batches takes */
  readonly codes: number;
  /** rows that a part of a node has at least; as many as a column's slots have bytes where not given */
  readonly rows?: number;
}

/** What decides which trees threads share. */
export interface SharingInput {
  readonly classes: number;
  readonly threads: number;
  /** rows, and columns that a tree may test */
  readonly positions: number;
  readonly columnsUsed: number;
  readonly options: Pick<BoostingOptions, 'growth'>;
  /** as measured where not given; another is for tests */
  readonly grain?: Grain;
}

/** Addresses of what the trees are grown in whose steps threads share: those of the last classes. */
export interface SharedPlaces {
  /** class of the first; trees of those before go to threads whole */
  readonly first: number;
  /** u32 [tree][position] */
  readonly orders: readonly number[];
  /** the pool of histograms that all of these trees share */
  readonly histograms: readonly number[];
  /** `partCount` histograms one after the other, of parts of nodes' rows; none where they are too large */
  readonly parts: number;
  readonly partCount: number;
  /** STEP_BYTES each: records of the nodes that are split at once, and `mostCalls` of sums or leaves */
  readonly steps: number;
  readonly calls: number;
  readonly mostCalls: number;
  readonly grain: Grain;
}

/**
 * How many trees of a round, the first ones, go to threads whole: as many for each thread. The steps of what is left over
 * are shared, so that no thread rests while others grow a tree, unless the table is so small that it is not worth it.
 */
export function wholeTrees(input: SharingInput): number {
  const { classes, threads, positions, columnsUsed } = input;
  if (positions * columnsUsed < grainOf(input).least) return classes;
  return classes - (classes % threads);
}

function grainOf({ options, grain }: Pick<SharingInput, 'options' | 'grain'>): Grain {
  return grain ?? { least: LEAST_SHARED_CODES[options.growth], codes: CODES_OF_BATCHES };
}

/** Threads that trees of so many codes keep busy at most, classes and steps of trees taken together. */
export function mostThreads(input: Omit<SharingInput, 'threads'>): number {
  const { classes, positions, columnsUsed } = input;
  const codes = positions * columnsUsed;
  if (codes < grainOf(input).least) return classes;
  return Math.max(classes, Math.min(MOST_SHARING, Math.floor((classes * codes) / CODES_OF_A_THREAD)));
}

/** Places shared trees, which take the rooms of those that threads grow before, alone: as many as they are at least. */
export function placeSharedTrees(
  region: (bytes: number) => number,
  input: SharingInput,
  rooms: readonly { readonly order: number; readonly histograms: number }[],
  sizes: {
    readonly histogramCount: number;
    readonly histogramBytes: number;
  },
): SharedPlaces | null {
  const { classes, threads } = input;
  const { histogramCount, histogramBytes } = sizes;
  const first = wholeTrees(input);
  const trees = classes - first;
  if (trees === 0) return null;
  const partCount = Math.min(2 * threads, Math.floor(MOST_PART_BYTES / histogramBytes));
  const mostCalls = Math.max(2 * MOST_STEPS + partCount, trees + 2 * threads);
  return {
    first,
    orders: rooms.slice(0, trees).map(({ order }) => order),
    histograms: rooms.flatMap(({ histograms }) =>
      Array.from({ length: histogramCount }, (_, at) => histograms + at * histogramBytes),
    ),
    parts: region(partCount * histogramBytes),
    partCount,
    steps: region(Math.max(MOST_STEPS, trees) * STEP_BYTES),
    calls: region(mostCalls * STEP_BYTES),
    mostCalls,
    grain: grainOf(input),
  };
}
