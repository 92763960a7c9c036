import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { cannotRead } from './errors.js';

/** SHA-256 of bytes (text as UTF-8), in lower-case hexadecimal. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Bytes of a file that are read at once. */
const READ_BYTES = 2 ** 20;

/** Size in bytes and SHA-256 of a file, read in pieces. Throws 'io' if it cannot be read. */
export async function sha256File(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const handle = await open(path, 'r');
    try {
      // one piece of memory: what a stream allocates of a large file keeps the garbage collector busy
      const memory = Buffer.allocUnsafeSlow(READ_BYTES);
      for (;;) {
        const { bytesRead } = await handle.read(memory, 0, READ_BYTES, null);
        if (bytesRead === 0) break;
        hash.update(memory.subarray(0, bytesRead));
        bytes += bytesRead;
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw cannotRead(path, error);
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * JSON with keys in code-unit order at every level and no white space, so equal values give equal text: for hashing and
 * comparing. Maps are written as objects; undefined members are left out, as JSON.stringify does; bigint is written as
 * its digits. Throws a TypeError on NaN, infinities, functions and cycles, which would hash unequal values alike.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

function write(value: unknown, ancestors: readonly unknown[]): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`canonical JSON cannot hold ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value !== 'object') throw new TypeError(`canonical JSON cannot hold a ${typeof value}`);
  if (ancestors.includes(value)) throw new TypeError('canonical JSON cannot hold a cycle');
  const inside = [...ancestors, value];
  if (Array.isArray(value)) return `[${value.map((item) => write(item ?? null, inside)).join(',')}]`;
  if (ArrayBuffer.isView(value)) {
    return `[${Array.from(value as unknown as ArrayLike<unknown>, (item) => write(item, inside)).join(',')}]`;
  }
  return `{${members(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, inside)}`)
    .join(',')}}`;
}

function members(value: object): [string, unknown][] {
  const entries: [string, unknown][] =
    value instanceof Map ? [...value].map(([key, member]) => [String(key), member]) : Object.entries(value);
  return entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
