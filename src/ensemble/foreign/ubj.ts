import { EsciSelectError } from '../../errors.js';

/** Deepest nesting: XGBoost's files have seven levels. */
const MOST_DEPTH = 64;

/** Bytes of a value of fixed size, and how it is read. */
const NUMBERS: Readonly<Record<string, { readonly size: number; read(view: DataView, at: number): number }>> =
  {
    i: { size: 1, read: (view, at) => view.getInt8(at) },
    U: { size: 1, read: (view, at) => view.getUint8(at) },
    I: { size: 2, read: (view, at) => view.getInt16(at) },
    l: { size: 4, read: (view, at) => view.getInt32(at) },
    L: { size: 8, read: (view, at) => Number(view.getBigInt64(at)) },
    d: { size: 4, read: (view, at) => view.getFloat32(at) },
    D: { size: 8, read: (view, at) => view.getFloat64(at) },
  };
const WHOLE = 'iUIlL';

/** Markers that are a value by themselves. */
const CONSTANTS: ReadonlyMap<string, null | boolean> = new Map([
  ['Z', null],
  ['T', true],
  ['F', false],
]);

/**
 * The value of a UBJSON document (draft 12, big-endian), as XGBoost writes models: objects without a prototype, lists, and
 * Float64Array for lists of one numeric type. Lengths that a document declares are held against the bytes that are left
 * before anything is allocated, so that memory is at most a small multiple of the document's. Throws 'model' with the
 * byte where it is broken. O(bytes).
 *
 * @example
 * parseUbj(Uint8Array.of(0x7b, 0x69, 1, 0x61, 0x55, 7, 0x7d)).a; // => 7
 */
export function parseUbj(bytes: Uint8Array, path?: string): unknown {
  const reader = new UbjReader(bytes, path);
  const value = reader.value(0);
  reader.end();
  return value;
}

class UbjReader {
  readonly #view: DataView;
  readonly #path: string | undefined;
  readonly #text = new TextDecoder('utf-8', { fatal: true });
  #at = 0;

  constructor(bytes: Uint8Array, path: string | undefined) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#path = path;
  }

  end(): void {
    if (this.#at < this.#view.byteLength) throw this.#broken('goes on after its end');
  }

  value(depth: number, marker = this.#marker()): unknown {
    if (depth > MOST_DEPTH) throw this.#broken(`nests deeper than ${MOST_DEPTH} levels`);
    if (Object.hasOwn(NUMBERS, marker)) return this.#number(marker);
    if (CONSTANTS.has(marker)) return CONSTANTS.get(marker);
    if (marker === 'S') return this.#string(this.#length());
    if (marker === 'C') return this.#string(1);
    if (marker === '[') return this.#list(depth);
    if (marker === '{') return this.#object(depth);
    throw this.#broken(`has no value that begins with byte ${marker.charCodeAt(0)}`);
  }

  #object(depth: number): Record<string, unknown> {
    const { type, count } = this.#container();
    const record: Record<string, unknown> = Object.create(null);
    for (let done = 0; count === null ? this.#peek() !== '}' : done < count; done++) {
      const key = this.#string(this.#length());
      record[key] = this.value(depth + 1, type ?? this.#marker());
    }
    if (count === null) this.#at++;
    return record;
  }

  #list(depth: number): unknown {
    const { type, count } = this.#container();
    if (type !== null && Object.hasOwn(NUMBERS, type)) return this.#numbers(type, count as number);
    const list: unknown[] = [];
    while (count === null ? this.#peek() !== ']' : list.length < count) {
      list.push(this.value(depth + 1, type ?? this.#marker()));
    }
    if (count === null) this.#at++;
    return list;
  }

  /** The type and the count of a container, where it declares them; every member takes a byte at least. */
  #container(): { readonly type: string | null; readonly count: number | null } {
    let type: string | null = null;
    if (this.#peek() === '$') {
      this.#at++;
      type = this.#marker();
      // values of no bytes would let a few bytes stand for any number of them
      if (CONSTANTS.has(type)) throw this.#broken(`declares a list of values that take no bytes`);
      if (this.#peek() !== '#') throw this.#broken('declares the type of a list without its length');
    }
    if (this.#peek() !== '#') return { type, count: null };
    this.#at++;
    return { type, count: this.#length(type === null ? 1 : (NUMBERS[type]?.size ?? 1)) };
  }

  #numbers(type: string, count: number): Float64Array {
    const { size, read } = NUMBERS[type];
    this.#need(count * size);
    const values = new Float64Array(count);
    for (let place = 0; place < count; place++) values[place] = read(this.#view, this.#at + place * size);
    this.#at += count * size;
    return values;
  }

  #number(marker: string): number {
    const { size, read } = NUMBERS[marker];
    this.#need(size);
    const value = read(this.#view, this.#at);
    this.#at += size;
    return value;
  }

  /** A declared length in units of so many bytes, for which there must be room. */
  #length(unit = 1): number {
    const marker = this.#marker();
    if (!WHOLE.includes(marker)) throw this.#broken('has a length that is no whole number');
    const length = this.#number(marker);
    if (length < 0) throw this.#broken(`has the length ${length}`);
    this.#need(length * unit);
    return length;
  }

  #string(length: number): string {
    this.#need(length);
    const { buffer, byteOffset } = this.#view;
    const bytes = new Uint8Array(buffer, byteOffset + this.#at, length);
    this.#at += length;
    try {
      return this.#text.decode(bytes);
    } catch {
      this.#at -= length;
      throw this.#broken('holds text that is not UTF-8');
    }
  }

  #marker(): string {
    let marker = this.#peek();
    while (marker === 'N') {
      this.#at++;
      marker = this.#peek();
    }
    this.#at++;
    return marker;
  }

  #peek(): string {
    this.#need(1);
    return String.fromCharCode(this.#view.getUint8(this.#at));
  }

  #need(bytes: number): void {
    if (!(bytes <= this.#view.byteLength - this.#at)) {
      throw this.#broken(`declares ${bytes} bytes where ${this.#view.byteLength - this.#at} are left`);
    }
  }

  #broken(problem: string): EsciSelectError {
    return new EsciSelectError('model', `UBJ model file ${problem}, at byte ${this.#at}`, {
      path: this.#path,
      hint: 'if the file was cut off, save the model again: booster.save_model("model.ubj")',
    });
  }
}
