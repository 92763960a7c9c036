import type { Finding } from '../data/examples/examples.js';

/** What a long command is doing, for whoever shows it. Never part of a result. */
export type PipelineEvent =
  | { readonly kind: 'stage'; readonly stage: string; readonly message: string }
  | { readonly kind: 'kept'; readonly stage: string; readonly message: string }
  | { readonly kind: 'note'; readonly message: string }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | {
      readonly kind: 'progress';
      readonly stage: string;
      /** units finished and in all; fractions are fine */
      readonly done: number;
      readonly total: number;
      readonly message: string;
      /** one of several things that progress side by side, and how much of it is done, 0..1 */
      readonly part?: { readonly name: string; readonly share: number };
    };

/** How a command reports, is cancelled and how many threads it may use; none of it changes a result. */
export interface PipelineContext {
  readonly threads: number;
  readonly onEvent?: (event: PipelineEvent) => void;
  readonly signal?: AbortSignal;
  /** milliseconds since the command began, for `timeLimit`; since the call unless given */
  readonly elapsedMs?: () => number;
}
