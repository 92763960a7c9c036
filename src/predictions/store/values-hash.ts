import { sha256 } from '../../io/hash.js';

/** The hash on a model card: SHA-256 of the float32 values [row][class], little-endian, NaN where missing. */
export function hashOfValues(values: Float32Array): string {
  return sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}
