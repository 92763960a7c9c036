import { ROOT_JOB, TRAINING_SIZES } from './records.js';

/** Rows that are gathered at once for the roots. */
export const ROOT_ROWS = 512;
/** What decides how roots are divided. */
export interface RootInput {
  readonly classes: number;
  readonly columns: number;
  readonly threads: number;
}

/** Where the histograms of all classes' roots are made, and in which parts. */
export interface RootPlaces {
  /** [class] */
  readonly histograms: readonly number[];
  readonly parts: readonly RootPart[];
  /** [part] */
  readonly jobs: readonly number[];
}

/** Classes, up to four from the first on, in columns [from, to). */
export interface RootPart {
  readonly firstClass: number;
  readonly classes: number;
  readonly from: number;
  readonly to: number;
}

/** Roots are made class by class where all of them take more. */
const MOST_ROOT_BYTES = 64 * 2 ** 20;
/** Classes that share a call. */
const ROOT_CLASSES = 4;

/** How the roots' histograms are divided into calls: equal ones, for all threads. */
export function rootParts({ classes, columns, threads }: RootInput, histogramBytes: number): RootPart[] {
  if (classes * histogramBytes > MOST_ROOT_BYTES) return [];
  const groups = Math.ceil(classes / ROOT_CLASSES);
  const blocks = Math.ceil(columns / TRAINING_SIZES.mostRootColumns);
  const wanted = Math.ceil(threads / groups);
  const count = Math.max(blocks, Math.min(wanted, Math.ceil(columns / 2)));
  return Array.from({ length: groups * count }, (_, at) => {
    const firstClass = ROOT_CLASSES * Math.floor(at / count);
    const part = at % count;
    return {
      firstClass,
      classes: Math.min(ROOT_CLASSES, classes - firstClass),
      from: Math.floor((part * columns) / count),
      to: Math.floor(((part + 1) * columns) / count),
    };
  });
}

export function placeRoots(
  region: (bytes: number) => number,
  parts: readonly RootPart[],
  { classes, histogramBytes }: { readonly classes: number; readonly histogramBytes: number },
): RootPlaces {
  return {
    histograms: Array.from({ length: classes }, () => region(histogramBytes)),
    parts,
    jobs: parts.map(() => region(ROOT_JOB.bytes)),
  };
}

/** A thread's rooms for the roots in so many columns. */
export function placeRootRooms(region: (bytes: number) => number, columns: number) {
  if (columns === 0) return { rootPacked: 0, rootCounts: 0, rootColumns: 0, rootCodes: 0, rootSums: 0 };
  return {
    rootPacked: region(columns * TRAINING_SIZES.rootColumn),
    rootCounts: region(columns * 1024),
    rootColumns: region(columns * 4),
    rootCodes: region(ROOT_ROWS * (16 * Math.ceil(columns / 16) + 16)),
    rootSums: region(ROOT_ROWS * ROOT_CLASSES * 8),
  };
}
