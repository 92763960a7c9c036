import { square } from '../../math/power.js';
/** What is taken off each column, and what it is divided by; [column]. */
export interface Scaling {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

/** Scaled values are cut here, so that one odd row cannot dominate. */
const LIMIT = 4;

/** Mean and deviation of each column of a matrix [row][width]; a constant column's deviation is 1. O(values). */
export function scalingOf(values: Float32Array, width: number): Scaling {
  const rows = Math.max(1, values.length / width);
  const mean = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let at = 0; at < values.length; at++) mean[at % width] += values[at] / rows;
  for (let at = 0; at < values.length; at++)
    squares[at % width] += square(values[at] - mean[at % width]) / rows;
  return {
    mean: Float32Array.from(mean),
    deviation: Float32Array.from(squares, (square) => (square < 1e-12 ? 1 : Math.sqrt(square))),
  };
}

/** Scales a matrix [row][width] in place and returns it. O(values). */
export function scaleInPlace(values: Float32Array, { mean, deviation }: Scaling): Float32Array {
  const width = mean.length;
  for (let at = 0; at < values.length; at++) {
    const j = at % width;
    values[at] = Math.max(-LIMIT, Math.min(LIMIT, (values[at] - mean[j]) / deviation[j]));
  }
  return values;
}
