import { type BootstrapOptions, forEachDraw } from '../evaluation/draws.js';
import { indexCells, laneTallies } from '../evaluation/lane-tallies.js';
import type { GroupStatistics } from '../evaluation/statistics.js';
import { square } from '../math/power.js';
import { type SubsetScore, scoreTally } from './tally.js';

/** A set's answers over the replicates of a bootstrap over queries. */
export interface ResampledTallies {
  readonly classes: number;
  /** [replicate * classes^2 + true * classes + answered] */
  readonly confusion: Float64Array;
  /** [replicate] summed cross-entropy, nats */
  readonly losses: Float64Array;
  /** classes that macro F1 is the mean over [class] */
  readonly judged: Uint8Array;
}

/** Tallies over replicates; the same seed and queries give the same draws for every set. O(replicates x entries). */
export function resampleTallies(statistics: GroupStatistics, options: BootstrapOptions): ResampledTallies {
  const width = square(statistics.classes);
  const confusion = new Float64Array(options.replicates * width);
  const losses = new Float64Array(options.replicates);
  const index = indexCells(statistics);
  forEachDraw(statistics.starts.length - 1, options, ({ first, lanes, weights }) => {
    const tallies = laneTallies(index, weights);
    confusion.set(tallies.confusion.subarray(0, lanes * width), first * width);
    losses.set(tallies.losses.subarray(0, lanes), first);
  });
  return { classes: statistics.classes, confusion, losses, judged: statistics.judged };
}

/** The scores of one replicate. */
export function scoreAt(
  { classes, confusion, losses, judged }: ResampledTallies,
  replicate: number,
): SubsetScore {
  const width = square(classes);
  return scoreTally({
    classes,
    confusion: confusion.subarray(replicate * width, (replicate + 1) * width),
    loss: losses[replicate],
    judged,
  });
}
