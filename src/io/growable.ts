/** Typed arrays that a table's columns are made of. */
export type ColumnArray = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array;

/** A typed array that grows by doubling; `length` values are in use. Appending is amortised O(1). */
export class Growable<T extends ColumnArray> {
  length = 0;
  #array: T;
  readonly #allocate: (length: number) => T;

  constructor(array: T, allocate: (length: number) => T) {
    this.#array = array;
    this.#allocate = allocate;
  }

  static of<T extends ColumnArray>(allocate: (length: number) => T, capacity = 1024): Growable<T> {
    return new Growable(allocate(capacity), allocate);
  }

  /** Appends all of `values`, which must hold the same kind of number. */
  append(values: T): void {
    this.#reserve(values.length);
    (this.#array as Float64Array).set(values as Float64Array, this.length);
    this.length += values.length;
  }

  /** Appends one value. */
  push(value: T[number]): void {
    this.#reserve(1);
    this.#array[this.length++] = value as never;
  }

  /** Appends `count` zeros and returns where they start; the caller fills them through `view`. */
  extend(count: number): T {
    this.#reserve(count);
    const start = this.length;
    this.length += count;
    return this.#array.subarray(start, this.length) as T;
  }

  /** `count` values from a place on, which the next growth detaches from what is appended. */
  view(start: number, count: number): T {
    return this.#array.subarray(start, start + count) as T;
  }

  /** The values so far, in an array of exactly their length. */
  finish(): T {
    return (this.#array.length === this.length ? this.#array : this.#array.slice(0, this.length)) as T;
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#array.length) return;
    const larger = this.#allocate(Math.max(needed, this.#array.length * 2));
    (larger as Float64Array).set(this.#array.subarray(0, this.length) as Float64Array);
    this.#array = larger;
  }
}
