import type { Finding, Place } from '../examples/examples.js';
import { countOf, Tally } from './findings.js';

/** Rows that cannot be used as they are, by kind of problem, with the first message of each kind. */
export class RowProblems {
  readonly #kinds = new Map<string, { message: string; hint?: string; tally: Tally }>();
  readonly #rows = new Map<number, string>();
  readonly #place: (row: number) => Place;

  constructor(place: (row: number) => Place) {
    this.#place = place;
  }

  /** `message` names the row's own value; the first of a kind stands for all of it */
  add(row: number, code: string, message: string, hint?: string): void {
    let kind = this.#kinds.get(code);
    if (kind === undefined) {
      kind = { message, hint, tally: new Tally() };
      this.#kinds.set(code, kind);
    }
    kind.tally.add(() => this.#place(row));
    if (!this.#rows.has(row)) this.#rows.set(row, message);
  }

  /** bad rows, ascending, each with its first problem */
  rows(): [row: number, message: string][] {
    return [...this.#rows].sort(([a], [b]) => a - b);
  }

  has(row: number): boolean {
    return this.#rows.has(row);
  }

  /** one error for each kind of problem, in order of first appearance */
  findings(): Finding[] {
    return [...this.#kinds].map(([code, { message, hint, tally }]) => ({
      severity: 'error',
      code,
      message: tally.count === 1 ? message : `${message} (${countOf(tally.count, 'such row')})`,
      count: tally.count,
      places: tally.places,
      hint,
    }));
  }
}
