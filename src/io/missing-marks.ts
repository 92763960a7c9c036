import { Growable } from './growable.js';

/** Marks of a column's missing values, [row] 1 for missing, which take no memory as long as none is. */
export class MissingMarks {
  readonly #rows: number;
  #marks: Growable<Uint8Array> | null = null;
  #length = 0;

  /** `rows`: how many there will be, as far as that is known. */
  constructor(rows?: number) {
    this.#rows = rows ?? 0;
  }

  /** Takes the next `count` values: those that `marks` has a 1 for are missing, none where it is null. */
  add(count: number, marks: Uint8Array | null): void {
    if (marks !== null) {
      this.#marks ??= Growable.of(
        (length) => new Uint8Array(length),
        Math.max(this.#rows, this.#length + count),
      );
      this.#marks.extend(this.#length - this.#marks.length);
      this.#marks.append(marks.subarray(0, count));
    }
    this.#length += count;
  }

  /** The marks of all values, or null if none is missing. */
  finish(): Uint8Array | null {
    this.#marks?.extend(this.#length - this.#marks.length);
    return this.#marks?.finish() ?? null;
  }
}
