/** Typed arrays that threads are given. */
export type Shareable = Float32Array | Float64Array | Int16Array | Int32Array | Uint8Array;

/** Zeros in memory that threads share. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** The same of whole numbers of 32 bits, which atomics work on. */
export function sharedWords(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/** The values in memory that threads share: the same array where they lie there already, else a copy. O(values). */
export function shared<Values extends Shareable>(values: Values): Values {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const memory = new SharedArrayBuffer(values.byteLength);
  const copy = new (values.constructor as new (buffer: SharedArrayBuffer) => Values)(memory);
  copy.set(values);
  return copy;
}

/** The arrays one after the other, in memory that threads share. There must be one at least. O(values). */
export function joinShared<Values extends Shareable>(parts: readonly Values[]): Values {
  const kind = parts[0].constructor as (new (
    buffer: SharedArrayBuffer,
  ) => Values) & {
    readonly BYTES_PER_ELEMENT: number;
  };
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new kind(new SharedArrayBuffer(kind.BYTES_PER_ELEMENT * length));
  let used = 0;
  for (const part of parts) {
    all.set(part, used);
    used += part.length;
  }
  return all;
}
