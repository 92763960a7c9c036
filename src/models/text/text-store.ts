import { Growable } from '../../io/growable.js';
import type { Document } from './document.js';
import { TermCounter } from './term-counts.js';
import { GRAM_SALT, normalise, subwordsOf, tokenise, wordsOf } from './tokens.js';

/** Where a text's parts are, in the order in which they are kept. */
const FIELDS = [
  'firstByte',
  'characters',
  'bytesEach',
  'firstWord',
  'words',
  'firstTerm',
  'firstSlot',
  'wordTerms',
  'gramTerms',
] as const;

type TextPlace = Record<(typeof FIELDS)[number], number>;

const LATIN1 = /^[\0-\xff]*$/;

/**
 * Texts that are read once and asked for by number. There may be millions and few are in use at a time, so they lie in
 * a few arrays outside of the heap, and a `Document` is made when one is asked for: as `documentOf` makes it, with
 * equal words as one string.
 */
export class TextStore {
  /** how many there are */
  size = 0;
  readonly #places = Growable.of((length) => new Float64Array(length));
  readonly #bytes = Growable.of((length) => new Uint8Array(length), 2 ** 16);
  /** numbers of words in `#vocabulary` */
  readonly #words = Growable.of((length) => new Int32Array(length));
  readonly #vocabulary: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #terms = new TermCounter();

  /** Reads a text, cut at so many characters; its number. O(length). */
  add(text: string | null, maxLength: number): number {
    const normalised = normalise((text ?? '').slice(0, maxLength));
    const tokens = tokenise(normalised);
    const words = wordsOf(tokens);
    const latin = LATIN1.test(normalised);
    const place: TextPlace = {
      firstByte: this.#bytes.length,
      characters: normalised.length,
      bytesEach: latin ? 1 : 2,
      firstWord: this.#words.length,
      words: words.length,
      ...this.#terms.next(),
      wordTerms: this.#terms.count(words, 0).size,
      gramTerms: this.#terms.count(subwordsOf(tokens), GRAM_SALT).size,
    };
    this.#bytes.append(Buffer.from(normalised, latin ? 'latin1' : 'utf16le'));
    for (const word of words) this.#words.push(this.#numberOf(word));
    for (const field of FIELDS) this.#places.push(place[field]);
    return this.size++;
  }

  /** The text of a number below `size`, made anew at each call. O(words). */
  read(number: number): Document {
    const place = this.#placeOf(number);
    const { firstTerm, firstSlot, wordTerms, gramTerms } = place;
    const wordPlace = { firstTerm, firstSlot, size: wordTerms };
    return {
      normalised: this.#textOf(place),
      words: this.#wordsOf(place),
      wordCounts: this.#terms.at(wordPlace),
      gramCounts: this.#terms.at({ ...this.#terms.after(wordPlace), size: gramTerms }),
    };
  }

  #placeOf(number: number): TextPlace {
    const values = this.#places.view(number * FIELDS.length, FIELDS.length);
    return Object.fromEntries(FIELDS.map((field, at) => [field, values[at]])) as TextPlace;
  }

  #textOf({ firstByte, characters, bytesEach }: TextPlace): string {
    const { buffer, byteOffset, byteLength } = this.#bytes.view(firstByte, characters * bytesEach);
    return Buffer.from(buffer, byteOffset, byteLength).toString(bytesEach === 1 ? 'latin1' : 'utf16le');
  }

  #wordsOf({ firstWord, words }: TextPlace): string[] {
    return Array.from(this.#words.view(firstWord, words), (number) => this.#vocabulary[number]);
  }

  #numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    this.#numbers.set(word, this.#vocabulary.length);
    return this.#vocabulary.push(word) - 1;
  }
}
