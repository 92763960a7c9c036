/** The tasks of a pool that no thread has begun, and which of them is next. */
export class WaitingTasks {
  /** ascending */
  readonly #waiting: number[];
  readonly #kinOf: (task: number) => string | null;

  constructor(count: number, kinOf: (task: number) => string | null = () => null) {
    this.#waiting = Array.from({ length: count }, (_, task) => task);
    this.#kinOf = kinOf;
  }

  /**
   * Takes the task that a thread should begin after `last` (null where it has done none), while others are at `running`:
   * the first of the same kin, else the first of a kin that none is at, else the first. Null where none waits. O(tasks).
   */
  take(last: number | null, running: readonly number[]): number | null {
    if (this.#waiting.length === 0) return null;
    const own = last === null ? null : this.#kinOf(last);
    const busy = new Set(running.filter((task) => task !== last).map((task) => this.#kinOf(task)));
    const isFree = (task: number) => {
      const kin = this.#kinOf(task);
      return kin === null || !busy.has(kin);
    };
    const ofKin = own === null ? -1 : this.#waiting.findIndex((task) => this.#kinOf(task) === own);
    const place = ofKin >= 0 ? ofKin : Math.max(0, this.#waiting.findIndex(isFree));
    return this.#waiting.splice(place, 1)[0];
  }
}
