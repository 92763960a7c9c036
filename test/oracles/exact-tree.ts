import type { BoostingOptions } from '../../src/ensemble/options.js';
import type { FeatureMatrix } from '../../src/ensemble/tree.js';
import type { NestedTree } from '../ensemble/support.js';

/** Gains that differ by less are one gain: the engine's fixed-point sums round at about 1e-9. */
const SAME = 1e-7;

export interface ExactTreeInput {
  readonly features: FeatureMatrix;
  /** derivatives [row] in float64 */
  readonly gradient: readonly number[];
  readonly hessian: readonly number[];
  readonly options: BoostingOptions;
}

interface Candidate {
  gain: number;
  feature: number;
  threshold: number;
  defaultLeft: boolean;
  left: number[];
  right: number[];
}

/**
 * The regression tree that greedy exact search grows: every column, every threshold between two values of the table,
 * missing values on either side, all sums taken anew. No bins, histograms or shortcuts; O(rows^2 columns) a node.
 */
export function exactTree(input: ExactTreeInput, rows?: number[], depth = 0): NestedTree {
  const members = rows ?? Array.from({ length: input.features.rows }, (_, row) => row);
  const best = depth < input.options.maxDepth ? bestCandidate(input, members) : null;
  if (best === null) {
    return {
      value: input.options.learningRate * weight(input, members),
      cover: total(input.hessian, members),
    };
  }
  return {
    feature: best.feature,
    threshold: best.threshold,
    defaultLeft: best.defaultLeft,
    left: exactTree(input, best.left, depth + 1),
    right: exactTree(input, best.right, depth + 1),
  };
}

function bestCandidate(input: ExactTreeInput, rows: number[]): Candidate | null {
  let best: Candidate | null = null;
  for (const candidate of candidates(input, rows)) {
    if (candidate.gain <= Math.max(1e-6, input.options.minSplitGain)) continue;
    if (best === null || candidate.gain > best.gain + SAME) best = candidate;
  }
  return best;
}

function* candidates(input: ExactTreeInput, rows: number[]): Generator<Candidate> {
  const { features, options } = input;
  const value = (row: number, feature: number) => features.values[row * features.columns + feature];
  for (let feature = 0; feature < features.columns; feature++) {
    const missing = rows.filter((row) => Number.isNaN(value(row, feature)));
    for (const missingLeft of missing.length > 0 ? [false, true] : [false]) {
      for (const threshold of thresholds(features, feature)) {
        const goesLeft = (row: number) =>
          value(row, feature) < threshold || (missingLeft && missing.includes(row));
        const left = rows.filter(goesLeft);
        const right = rows.filter((row) => !goesLeft(row));
        const small = [left, right].some(
          (side) =>
            side.length < Math.max(1, options.minDataInLeaf) ||
            total(input.hessian, side) < options.minChildWeight,
        );
        if (small) continue;
        const gain = score(input, left) + score(input, right) - score(input, rows);
        const heavierLeft = total(input.hessian, left) > total(input.hessian, right) + SAME;
        const defaultLeft = missing.length > 0 ? missingLeft : heavierLeft;
        yield { gain, feature, threshold, defaultLeft, left, right };
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

function soft(input: ExactTreeInput, rows: number[]): number {
  const gradient = total(input.gradient, rows);
  return Math.sign(gradient) * Math.max(0, Math.abs(gradient) - input.options.alpha);
}

function score(input: ExactTreeInput, rows: number[]): number {
  return soft(input, rows) ** 2 / (total(input.hessian, rows) + input.options.lambda);
}

function weight(input: ExactTreeInput, rows: number[]): number {
  const hessian = total(input.hessian, rows);
  if (hessian < input.options.minChildWeight) return 0;
  return -soft(input, rows) / (hessian + input.options.lambda);
}

function total(values: readonly number[], rows: number[]): number {
  return rows.reduce((sum, row) => sum + values[row], 0);
}
