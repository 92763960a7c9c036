import { hashText } from './hashing.js';

/**
 * How often terms occur in a text, by their hashes, in order of first appearance. Millions of them are held at once, so they
 * lie in arrays that texts share, and not in a Map a text.
 */
export class TermCounts {
  readonly #terms: Terms;
  readonly #first: number;
  readonly #firstSlot: number;
  readonly #slots: number;
  /** distinct terms */
  readonly size: number;

  constructor(terms: Terms, { firstTerm, firstSlot, size }: TermsPlace) {
    this.#terms = terms;
    this.#first = firstTerm;
    this.size = size;
    this.#firstSlot = firstSlot;
    this.#slots = slotsFor(size);
  }

  /** The hash of a term, by its place. */
  hashAt(place: number): number {
    return this.#terms.hashes[this.#first + place];
  }

  /** How often the term at a place occurs: 1 at least. */
  countAt(place: number): number {
    return this.#terms.counts[this.#first + place];
  }

  /** How often the term of a hash occurs; 0 where it does not. */
  countOf(hash: number): number {
    if (this.size === 0) return 0;
    const { hashes, counts, slots } = this.#terms;
    const mask = this.#slots - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const place = slots[this.#firstSlot + slot];
      if (place === 0) return 0;
      if (hashes[this.#first + place - 1] === hash) return counts[this.#first + place - 1];
    }
  }
}

/** Slots of an open hash table, of which at least a half are free; a power of two. */
function slotsFor(size: number): number {
  return size === 0 ? 0 : 2 ** Math.ceil(Math.log2(2 * size));
}

/** The terms of many texts, one text after the other. */
interface Terms {
  hashes: Uint32Array;
  counts: Uint16Array;
  /** places + 1 of terms in their text, by hash; 0 is free */
  slots: Uint16Array;
}

/** Where terms begin that are counted together. */
interface TermsStart {
  readonly firstTerm: number;
  readonly firstSlot: number;
}

/** Where counted terms are: their counter finds them again by it. */
interface TermsPlace extends TermsStart {
  /** distinct terms */
  readonly size: number;
}

/** Terms of a text at most, so that places and counts fit 16 bits. */
const MOST_TERMS = 2 ** 16 - 2;

/** Collects the terms of texts that are held together. */
export class TermCounter {
  readonly #terms: Terms = {
    hashes: new Uint32Array(64),
    counts: new Uint16Array(64),
    slots: new Uint16Array(256),
  };
  #used = 0;
  #usedSlots = 0;

  /** Counts a text's terms (its first 65,534 distinct ones), each hashed with the salt. O(terms). */
  count(items: readonly string[], salt: number): TermCounts {
    const terms = this.#terms;
    const first = this.#used;
    const places = new Map<number, number>();
    terms.hashes = withRoom(terms.hashes, first + items.length);
    terms.counts = withRoom(terms.counts, first + items.length);
    for (const item of items) {
      const hash = hashText(item, salt);
      const place = places.get(hash);
      if (place !== undefined) {
        terms.counts[first + place] = Math.min(terms.counts[first + place] + 1, 2 ** 16 - 1);
      } else if (places.size < MOST_TERMS) {
        terms.hashes[first + places.size] = hash;
        terms.counts[first + places.size] = 1;
        places.set(hash, places.size);
      }
    }
    const found = { ...this.next(), size: places.size };
    ({ firstTerm: this.#used, firstSlot: this.#usedSlots } = this.after(found));
    this.#fillSlots(found);
    return this.at(found);
  }

  /** Where the next terms to be counted will be. */
  next(): TermsStart {
    return { firstTerm: this.#used, firstSlot: this.#usedSlots };
  }

  /** Where the terms are that were counted after these. */
  after({ firstTerm, firstSlot, size }: TermsPlace): TermsStart {
    return { firstTerm: firstTerm + size, firstSlot: firstSlot + slotsFor(size) };
  }

  /** Terms that were counted before. */
  at(place: TermsPlace): TermCounts {
    return new TermCounts(this.#terms, place);
  }

  #fillSlots({ firstTerm, size, firstSlot }: TermsPlace): void {
    const terms = this.#terms;
    const count = slotsFor(size);
    terms.slots = withRoom(terms.slots, firstSlot + count);
    for (let place = 0; place < size; place++) {
      let slot = terms.hashes[firstTerm + place] & (count - 1);
      while (terms.slots[firstSlot + slot] !== 0) slot = (slot + 1) & (count - 1);
      terms.slots[firstSlot + slot] = place + 1;
    }
  }
}

/** An array of at least so many values that begins with those of another: itself, or one of half more. */
function withRoom<Values extends Uint32Array | Uint16Array>(values: Values, length: number): Values {
  if (values.length >= length) return values;
  const larger = new (values.constructor as new (length: number) => Values)(Math.ceil(1.5 * length));
  larger.set(values);
  return larger;
}
