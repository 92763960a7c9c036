import type { PackedError } from '../../threads/pool-messages.js';
import type { Pair } from '../pair.js';

/** What a thread is started with. */
export interface WorkerInput {
  readonly path: string;
  /** of the bundle that must be there */
  readonly id: string;
}

/** Pairs that one model is asked about. */
export interface WorkerJob {
  readonly job: number;
  readonly model: string;
  readonly pairs: readonly Pair[];
}

/** Its answer; job -1 says that the thread is ready, or why it cannot be. */
export type WorkerAnswer =
  | { readonly job: number; readonly values: Float32Array; readonly silent: readonly (string | null)[] }
  | { readonly job: number; readonly error: PackedError };
