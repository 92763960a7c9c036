import type { BoostingOptions } from '../../src/ensemble/boosting-options.js';
import type { FeatureMatrix } from '../../src/ensemble/tree.js';

/** Gains that differ by less are one gain: the engine's fixed-point sums round at about 1e-9. */
const SAME = 1e-7;
/** Gains that differ by less are in doubt where derivatives are those of margins in float32. */
const CLOSE = 1e-5;

export interface ExactTreeInput {
  readonly features: FeatureMatrix;
  /** derivatives [class][row] in float64: of one class, or of all that share the tree */
  readonly gradients: readonly (readonly number[])[];
  readonly hessians: readonly (readonly number[])[];
  readonly options: BoostingOptions;
}

/** A node with its rows; `split` is the best that is allowed, and `children` are there if it was made. */
export interface ExactNode {
  readonly rows: readonly number[];
  readonly depth: number;
  /** as a leaf [class] */
  readonly values: readonly number[];
  /** mean over the classes of their sums of hessians */
  readonly cover: number;
  readonly split: Split | null;
  children?: readonly [ExactNode, ExactNode];
}

interface Split {
  readonly gain: number;
  /** [class] */
  readonly gains: readonly number[];
  readonly feature: number;
  readonly threshold: number;
  readonly defaultLeft: boolean;
  readonly sides: readonly [number[], number[]];
  /** whether a split into other sides gains about as much, or the default side is about as heavy as the other */
  readonly inDoubt: boolean;
}

/** A grown tree, and whether any choice in it was so close that float32 may decide otherwise. */
export interface ExactTree {
  readonly root: ExactNode;
  readonly inDoubt: boolean;
}

/**
 * The regression tree that greedy exact search grows: every column, every threshold between two values of the table,
 * missing values on either side, all sums taken anew. Classes that share the tree share its splits, whose gains are summed
 * over them. No bins, histograms or shortcuts; O(rows^2 columns classes) a node.
 */
export function exactTree(input: ExactTreeInput): ExactTree {
  const { maxLeaves, growth } = input.options;
  const root = nodeOf(
    input,
    Array.from({ length: input.features.rows }, (_, row) => row),
    0,
  );
  /** leaves that can be split, in the order they were made */
  let open = [root].filter(({ split }) => split !== null);
  let inDoubt = false;
  for (let leaves = 1; open.length > 0 && (maxLeaves === 0 || leaves < maxLeaves); leaves++) {
    const next = growth === 'depthwise' ? open[0] : open.reduce(better);
    const { sides, gain } = next.split as Split;
    const isClose = (node: ExactNode) => node !== next && Math.abs((node.split as Split).gain - gain) < CLOSE;
    inDoubt ||= growth === 'leafwise' && maxLeaves > 0 && open.some(isClose);
    const [left, right] = sides;
    next.children = [nodeOf(input, left, next.depth + 1), nodeOf(input, right, next.depth + 1)];
    inDoubt ||= (next.split as Split).inDoubt;
    open = [...open, ...next.children].filter((node) => node !== next && node.split !== null);
  }
  return { root, inDoubt };
}

function better(a: ExactNode, b: ExactNode): ExactNode {
  return (b.split as Split).gain > (a.split as Split).gain + SAME ? b : a;
}

function nodeOf(input: ExactTreeInput, rows: readonly number[], depth: number): ExactNode {
  const { learningRate, maxDepth } = input.options;
  const classes = input.gradients.map((_, k) => k);
  return {
    rows,
    depth,
    values: classes.map((k) => learningRate * weight(input, rows, k)),
    cover: mean(classes.map((k) => total(input.hessians[k], rows))),
    split: maxDepth === 0 || depth < maxDepth ? bestSplit(input, rows) : null,
  };
}

function bestSplit(input: ExactTreeInput, rows: readonly number[]): Split | null {
  let best: Split | null = null;
  const least = Math.max(1e-6, input.options.minSplitGain);
  const all = [...splits(input, rows)];
  for (const split of all) {
    if (split.gain > least && (best === null || split.gain > best.gain + SAME)) best = split;
  }
  if (best === null) return null;
  const key = ({ sides }: Split) =>
    sides
      .map((side) => side.join())
      .sort()
      .join(' | ');
  const { gain } = best;
  const own = key(best);
  const isRival = (split: Split) => Math.abs(split.gain - gain) < CLOSE && key(split) !== own;
  return { ...best, inDoubt: best.inDoubt || gain - least < CLOSE || all.some(isRival) };
}

function* splits(input: ExactTreeInput, rows: readonly number[]): Generator<Split> {
  const { features, options, hessians } = input;
  const value = (row: number, feature: number) => features.values[row * features.columns + feature];
  const cover = (side: readonly number[]) => mean(hessians.map((hessian) => total(hessian, side)));
  const isSmall = (side: readonly number[]) =>
    side.length < Math.max(1, options.minDataInLeaf) || cover(side) < options.minChildWeight;
  for (let feature = 0; feature < features.columns; feature++) {
    const missing = rows.filter((row) => Number.isNaN(value(row, feature)));
    for (const missingLeft of missing.length > 0 ? [false, true] : [false]) {
      for (const threshold of thresholds(features, feature)) {
        const goesLeft = (row: number) =>
          value(row, feature) < threshold || (missingLeft && missing.includes(row));
        const left = rows.filter(goesLeft);
        const right = rows.filter((row) => !goesLeft(row));
        if (isSmall(left) || isSmall(right)) continue;
        const gains = input.gradients.map(
          (_, k) => score(input, left, k) + score(input, right, k) - score(input, rows, k),
        );
        const heavier = cover(left) - cover(right);
        const defaultLeft = missing.length > 0 ? missingLeft : heavier > SAME;
        const inDoubt = missing.length === 0 && Math.abs(heavier) < CLOSE;
        yield { gain: sum(gains), gains, feature, threshold, defaultLeft, sides: [left, right], inDoubt };
      }
    }
  }
}

/** Half way between neighbouring values of the whole table, then above all of them. */
function thresholds(features: FeatureMatrix, feature: number): number[] {
  const all = Array.from(
    { length: features.rows },
    (_, row) => features.values[row * features.columns + feature],
  );
  const distinct = [...new Set(all.filter((value) => !Number.isNaN(value)))].sort((a, b) => a - b);
  const middles = distinct.slice(1).map((high, at) => Math.fround((distinct[at] + high) / 2));
  return distinct.length === 0 ? [] : [...middles, 3.4028234663852886e38];
}

function soft(input: ExactTreeInput, rows: readonly number[], k: number): number {
  const gradient = total(input.gradients[k], rows);
  return Math.sign(gradient) * Math.max(0, Math.abs(gradient) - input.options.alpha);
}

/** What a leaf of these rows takes off a class's loss, but for the half. */
function score(input: ExactTreeInput, rows: readonly number[], k: number): number {
  return -soft(input, rows, k) * weight(input, rows, k);
}

/** The value of a class in a leaf before shrinkage: 0 where the class has too little hessian. */
function weight(input: ExactTreeInput, rows: readonly number[], k: number): number {
  const hessian = total(input.hessians[k], rows);
  if (hessian < input.options.minChildWeight) return 0;
  return -soft(input, rows, k) / (hessian + input.options.lambda);
}

function total(values: readonly number[], rows: readonly number[]): number {
  return rows.reduce((all, row) => all + values[row], 0);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
