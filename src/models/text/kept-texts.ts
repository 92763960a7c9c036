/** Texts by number, made when they are asked for: the same object for a number as long as few others were asked for. */
export interface Texts<Text> extends Iterable<Text> {
  readonly length: number;
  at(number: number): Text;
}

/** Products of about 6 kB each, with what models remember of them, take 100 MB. */
const MOST_KEPT = 2 ** 14;

/**
 * Texts that are made when they are asked for. The last ones made are kept, since what models remember of a document
 * (its numbers, its words' signs) goes with the object; going through all of them keeps none.
 */
export class KeptTexts<Text> implements Texts<Text> {
  readonly length: number;
  readonly #read: (number: number) => Text;
  readonly #kept = new Map<number, Text>();

  constructor(length: number, read: (number: number) => Text) {
    this.length = length;
    this.#read = read;
  }

  at(number: number): Text {
    const known = this.#kept.get(number);
    if (known !== undefined) return known;
    const made = this.#read(number);
    if (this.#kept.size >= MOST_KEPT) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest);
    }
    this.#kept.set(number, made);
    return made;
  }

  *[Symbol.iterator](): Generator<Text> {
    for (let number = 0; number < this.length; number++) {
      yield this.#kept.get(number) ?? this.#read(number);
    }
  }
}
