import { type FileHandle, open } from 'node:fs/promises';
import { EsciSelectError, quote } from '../../errors.js';
import { blocking } from '../blocking.js';
import { formatByteSize } from '../byte-size.js';
import { cannotRead } from '../errors.js';
import { tooLargeUnpacked, unpackedLimit } from '../unpacked.js';
import { openZip, readZipEntry } from '../zip.js';
import { checkedDtype, type NpyValues, valuesOf } from './values.js';

/** A numpy array: `values` in row-major (C) order whatever order the file has; float16 becomes Float32Array. */
export interface NpyArray {
  shape: number[];
  /** numpy's name without byte order, such as f4, i8, u1, b1 */
  dtype: string;
  values: NpyValues;
}

/** The limits of reading numpy files. */
export interface NpyOptions {
  /** the most bytes that a .npz file may decompress to (`--max-unpacked`); by default as `unpackedLimit` has it */
  maxUnpacked?: number;
}

const MOST_ARRAY_BYTES = 3.5 * 2 ** 30; // one buffer of Node 20 holds 4 GiB
const MAGIC = '\x93NUMPY';
const HEAD_BYTES = 1 << 16;
const MAX_HEADER_BYTES = 1 << 20;
const MAX_DIMENSIONS = 32; // numpy 1's limit

/**
 * A numpy .npy file. Throws 'io' if it cannot be read and 'data' if it is cut off, its shape does not match its size, or
 * its dtype is not a plain number (objects are pickles, which are never loaded: RELIABILITY 22).
 */
export async function readNpy(path: string): Promise<NpyArray> {
  return withFile(path, async (handle) => {
    const { size } = await handle.stat();
    checkHead(await readRange(handle, 0, Math.min(size, HEAD_BYTES)), size, path, 'file');
    const bytes = await readRange(handle, 0, size);
    return blocking(() => parseNpy(bytes, path, 'file'));
  });
}

/** The arrays of a numpy .npz file by name (without .npy), stored or deflated. Throws as readNpy. */
export async function readNpz(path: string, options: NpyOptions = {}): Promise<Map<string, NpyArray>> {
  return withFile(path, async (handle) => {
    const limit = unpackedLimit((await handle.stat()).size, options.maxUnpacked);
    const arrays = new Map<string, NpyArray>();
    let left = limit;
    for (const entry of await openZip(handle, path)) {
      if (!entry.name.endsWith('.npy')) continue;
      const name = entry.name.slice(0, -'.npy'.length);
      const what = `array ${quote(name)}`;
      if (entry.bytes > left) throw tooLargeUnpacked(path, limit);
      left -= entry.bytes;
      const bytes = await readZipEntry(handle, path, entry, (head) =>
        checkHead(head, entry.bytes, path, what),
      );
      arrays.set(name, await blocking(() => parseNpy(bytes, path, what)));
    }
    if (arrays.size === 0) throw invalid(path, 'zip file holds no .npy arrays');
    return arrays;
  });
}

async function withFile<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(path, 'r');
    return await work(handle);
  } catch (error) {
    throw cannotRead(path, error);
  } finally {
    await handle?.close();
  }
}

/** Bytes [start, start + length) of a file; fewer if the file ends before. */
async function readRange(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, Math.min(length - done, 1 << 30), start + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

/** Parses one array; `what` names it in messages. */
function parseNpy(bytes: Buffer, path: string, what: string): NpyArray {
  const { start, length } = headerPlace(bytes, path, what);
  if (length > MAX_HEADER_BYTES || start + length > bytes.length) throw invalid(path, `${what} is cut off`);
  const text = bytes.toString('latin1', start, start + length);
  const { descr, isFortran, shape } = parseHeader(text, path, what);
  return { shape, ...valuesOf(bytes.subarray(start + length), descr, { shape, isFortran, path, what }) };
}

/** Throws what parsing would, from the first bytes of an array, before the rest is read or decompressed. */
function checkHead(head: Buffer, size: number, path: string, what: string): void {
  const { start, length } = headerPlace(head, path, what);
  if (length > MAX_HEADER_BYTES || start + length > size) throw invalid(path, `${what} is cut off`);
  const data = size - start - length;
  if (data > MOST_ARRAY_BYTES) {
    const most = formatByteSize(MOST_ARRAY_BYTES);
    throw invalid(path, `${what} has ${formatByteSize(data)}, more than ${most}`, 'save it as several files');
  }
  if (start + length > head.length) return; // a header so long is checked with the whole
  const text = head.toString('latin1', start, start + length);
  const { descr, isFortran, shape } = parseHeader(text, path, what);
  checkedDtype(data, descr, { shape, isFortran, path, what });
}

/** Where the header's text starts, and how long it says to be. */
function headerPlace(bytes: Buffer, path: string, what: string): { start: number; length: number } {
  if (bytes.length < 10 || bytes.toString('latin1', 0, 6) !== MAGIC) {
    throw invalid(path, `${what} is not a numpy array or is cut off`);
  }
  const isWide = bytes[6] >= 2;
  if (bytes[6] < 1 || bytes[6] > 3 || bytes.length < 12) {
    throw invalid(path, `${what} has the unknown npy version ${bytes[6]}`);
  }
  return isWide ? { start: 12, length: bytes.readUInt32LE(8) } : { start: 10, length: bytes.readUInt16LE(8) };
}

/** The header is a Python dictionary of three entries; nothing but their literal forms is accepted. */
function parseHeader(
  header: string,
  path: string,
  what: string,
): { descr: string; isFortran: boolean; shape: number[] } {
  if (/'descr'\s*:\s*\[/.test(header)) {
    throw invalid(path, `${what} has a structured dtype`, 'save each field as an array of its own');
  }
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    throw invalid(path, `${what} has a malformed header: ${quote(header.trim())}`);
  }
  const sizes = shape
    .replaceAll('L', '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (sizes.length > MAX_DIMENSIONS) throw invalid(path, `${what} has ${sizes.length} dimensions`);
  return { descr, isFortran: order === 'True', shape: sizes.map(Number) };
}

function invalid(path: string, message: string, hint = 'save it again with numpy.save'): EsciSelectError {
  return new EsciSelectError('data', message, { path, hint });
}
