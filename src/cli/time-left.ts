/** Shorter times say nothing about the pace. */
const LEAST_MS = 1000;

/**
 * Says how long work will take that began at some share of all of it: what an earlier run has done took no time of this
 * one. Times are in milliseconds, shares 0..1.
 */
export class TimeLeft {
  readonly #began: number;
  readonly #from: number;

  constructor(began: number, from: number) {
    this.#began = began;
    this.#from = from;
  }

  /** The milliseconds left at the pace so far; null where that is not known yet. */
  at(now: number, share: number): number | null {
    const elapsed = now - this.#began;
    const done = share - this.#from;
    return elapsed < LEAST_MS || done <= 0 ? null : (elapsed * Math.max(0, 1 - share)) / done;
  }
}
