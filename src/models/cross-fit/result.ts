import type { Latency } from '../latency.js';
import type { CurvePoint } from '../model.js';
import type { Fold } from './task.js';

/** How one fit went. */
export interface FitCurve {
  readonly fold: Fold;
  /** training rows it learnt from, and those there were */
  readonly rows: number;
  readonly availableRows: number;
  readonly points: readonly CurvePoint[];
}

/** A model's cross-fitted predictions and what it costs. All but `latency` and `fitSeconds` is deterministic. */
export interface CrossFitResult {
  readonly name: string;
  readonly family: string;
  /** [row][class]; every training row's prediction comes from a fit that never saw its query */
  readonly probabilities: Float32Array;
  /** of the refit */
  readonly parameters: number;
  readonly bytes: number;
  readonly latency: Latency;
  readonly curves: readonly FitCurve[];
  /** mean time of a fit in seconds, and the training rows of a fit on average */
  readonly fitSeconds: { readonly seconds: number; readonly rows: number } | null;
  /** the refitted model, to be saved */
  readonly files: ReadonlyMap<string, Uint8Array>;
}
