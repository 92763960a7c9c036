import { createHistogram, type Histogram } from './histogram.js';

/** Bytes of histograms that wait for their node to be split; beyond it they are built again when needed. */
const MOST_BYTES = 256 * 2 ** 20;

/** Histograms for reuse, so that growing allocates nothing after the first tree. */
export class HistogramPool {
  readonly #free: Histogram[] = [];
  readonly #slots: number;
  readonly #withCounts: boolean;
  readonly #most: number;
  #lent = 0;

  /** slots: of one histogram */
  constructor(slots: number, withCounts: boolean, mostBytes = MOST_BYTES) {
    this.#slots = slots;
    this.#withCounts = withCounts;
    this.#most = Math.max(2, Math.floor(mostBytes / (slots * (withCounts ? 20 : 16))));
  }

  /** A histogram with old contents. */
  take(): Histogram {
    this.#lent++;
    return this.#free.pop() ?? createHistogram(this.#slots, this.#withCounts);
  }

  /** Takes a histogram back; null is a node that had none. */
  give(histogram: Histogram | null): void {
    if (histogram === null) return;
    this.#lent--;
    this.#free.push(histogram);
  }

  /** Whether so many are lent that waiting nodes should give theirs back. */
  get full(): boolean {
    return this.#lent > this.#most;
  }
}
