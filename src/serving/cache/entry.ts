import { createHash } from 'node:crypto';
import { VERSION } from '../../assets.js';
import type { BundledModel } from '../bundle/manifest.js';
import { type Pair, TEXT_FIELDS } from '../pair.js';

/**
 * The key of a model's answer to a pair: a hash of all that decides it, so that nothing needs to be forgotten when something
 * changes. That is the program's version, the model with its files (and the frozen graph it reads), the locale, the query
 * (by its id, too, but for text models, which read words only), the product's id and its exact text.
 */
export function answerKey({ kind, sha256 }: Pick<BundledModel, 'kind' | 'sha256'>, pair: Pair): string {
  const parts = [VERSION, sha256, kind === 'text' ? null : pair.queryId, digestOf(pair)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** Digests by pair: several models are asked about one pair, whose text may be long. */
const digests = new WeakMap<Pair, string>();

/** A hash of what every model reads of a pair. */
function digestOf(pair: Pair): string {
  const known = digests.get(pair);
  if (known !== undefined) return known;
  const { locale, query, productId, text } = pair;
  const parts = [locale, query, productId, ...(text === null ? [] : TEXT_FIELDS.map((field) => text[field]))];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
  digests.set(pair, digest);
  return digest;
}

const CHECK_BYTES = 8;

/** An answer as bytes: a check of key and values, then the values as little-endian float32. */
export function packAnswer(key: string, values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(CHECK_BYTES + values.byteLength);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), CHECK_BYTES);
  bytes.set(checkOf(key, bytes.subarray(CHECK_BYTES)));
  return bytes;
}

/** The answer in bytes; null where they are cut, of another key, or of another number of classes. */
export function unpackAnswer(key: string, bytes: Uint8Array, classes: number): Float32Array | null {
  if (bytes.length !== CHECK_BYTES + 4 * classes) return null;
  const values = new Uint8Array(bytes.subarray(CHECK_BYTES)); // a copy: lmdb's values are views
  if (checkOf(key, values).some((byte, at) => byte !== bytes[at])) return null;
  return new Float32Array(values.buffer);
}

function checkOf(key: string, values: Uint8Array): Uint8Array {
  return createHash('sha256').update(key).update(values).digest().subarray(0, CHECK_BYTES);
}
