import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { crc32, createInflateRaw } from 'node:zlib';
import { EsciSelectError, quote } from '../errors.js';
import { cannotRead, systemCode } from './errors.js';

/** A file inside a zip archive, as its central directory declares it. */
export interface ZipEntry {
  name: string;
  isDeflated: boolean;
  compressedBytes: number;
  bytes: number;
  crc: number;
  /** of the local header in the archive */
  offset: number;
}

const END_SIGNATURE = 0x06054b50;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR64_SIGNATURE = 0x07064b50;
const CENTRAL_SIGNATURE = 0x02014b50;
const LOCAL_SIGNATURE = 0x04034b50;
const END_BYTES = 22;
const LOCATOR64_BYTES = 20;
const END64_BYTES = 56;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT_BYTES = 0xffff;
const MAX_DIRECTORY_BYTES = 1 << 28;
const SATURATED = 0xffffffff; // the true value is in the zip64 extra field
const CHUNK_BYTES = 1 << 20;
/** What an array's header may be long: its shape is known from these bytes. */
const HEAD_BYTES = 1 << 16;

/** The entries of a zip archive (PKWARE APPNOTE 6.3, with zip64). Throws 'data' if it is cut off or malformed. */
export async function openZip(handle: FileHandle, path: string): Promise<ZipEntry[]> {
  const { size } = await handle.stat();
  const { start, length, count } = await findDirectory(handle, size, path);
  if (length > MAX_DIRECTORY_BYTES || start + length > size) throw broken(path, 'directory is out of bounds');
  const directory = await readExactly(handle, start, length, path);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + CENTRAL_BYTES > directory.length || directory.readUInt32LE(at) !== CENTRAL_SIGNATURE) {
      throw broken(path, 'directory is malformed');
    }
    const [entry, next] = parseEntry(directory, at, path);
    entries.push(entry);
    at = next;
  }
  return entries;
}

/**
 * One entry's content, decompressed and checked against its length and CRC. `checkHead` sees the first bytes before the rest is
 * decompressed; what it throws ends the reading. Throws 'data' for what is cut off or corrupt.
 */
export async function readZipEntry(
  handle: FileHandle,
  path: string,
  entry: ZipEntry,
  checkHead: (head: Buffer) => void,
): Promise<Buffer> {
  const start = await contentStart(handle, path, entry);
  const content = allocate(path, entry);
  let done = 0;
  let crc = 0;
  for await (const chunk of contentOf(path, entry, start)) {
    if (done + chunk.length > content.length) throw wrongLength(path, entry);
    const before = done;
    chunk.copy(content, done);
    done += chunk.length;
    crc = crc32(chunk, crc);
    if (before < HEAD_BYTES && done >= Math.min(HEAD_BYTES, content.length))
      checkHead(content.subarray(0, done));
  }
  if (done !== content.length) throw wrongLength(path, entry);
  if (crc !== entry.crc) throw broken(path, `${quote(entry.name)} does not match its checksum`);
  return content;
}

function allocate(path: string, { name, bytes }: ZipEntry): Buffer {
  if (bytes > constants.MAX_LENGTH) {
    throw new EsciSelectError('data', `${quote(name)} has ${bytes} bytes, more than one array can hold`, {
      path,
      hint: 'save it as several files of fewer rows',
    });
  }
  return Buffer.allocUnsafeSlow(bytes);
}

/** Where an entry's bytes start, by its local header. Throws 'data' where they do not fit the file. */
export async function contentStart(handle: FileHandle, path: string, entry: ZipEntry): Promise<number> {
  const shown = quote(entry.name);
  const header = await readExactly(handle, entry.offset, LOCAL_BYTES, path);
  if (header.readUInt32LE(0) !== LOCAL_SIGNATURE) throw broken(path, `${shown} has no local header`);
  const start = entry.offset + LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
  const { size } = await handle.stat();
  if (start + entry.compressedBytes > size) throw broken(path, `${shown} is out of bounds`);
  return start;
}

/** An entry's bytes in chunks, inflated where they are deflated; unchecked. Throws 'data' where they cannot be inflated. */
export async function* contentOf(path: string, entry: ZipEntry, start: number): AsyncGenerator<Buffer> {
  if (entry.compressedBytes === 0) return;
  const end = start + entry.compressedBytes - 1;
  const stored = createReadStream(path, { start, end, highWaterMark: CHUNK_BYTES });
  const inflated = entry.isDeflated ? stored.pipe(createInflateRaw({ chunkSize: CHUNK_BYTES })) : stored;
  stored.on('error', (error) => inflated.destroy(error));
  try {
    yield* inflated as AsyncIterable<Buffer>;
  } catch (error) {
    throw systemCode(error).startsWith('Z_') ? wrongLength(path, entry, error) : cannotRead(path, error);
  } finally {
    stored.destroy();
  }
}

function wrongLength(path: string, entry: ZipEntry, cause?: unknown): EsciSelectError {
  return broken(path, `${quote(entry.name)} does not decompress to its ${entry.bytes} bytes`, cause);
}

async function findDirectory(
  handle: FileHandle,
  size: number,
  path: string,
): Promise<{ start: number; length: number; count: number }> {
  const tailBytes = Math.min(size, END_BYTES + MAX_COMMENT_BYTES);
  const tail = await readExactly(handle, size - tailBytes, tailBytes, path);
  for (let at = tail.length - END_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_SIGNATURE) continue;
    const end64 = await findEnd64(handle, size - tailBytes + at, path);
    if (end64 !== null) return end64;
    return {
      count: tail.readUInt16LE(at + 10),
      length: tail.readUInt32LE(at + 12),
      start: tail.readUInt32LE(at + 16),
    };
  }
  throw broken(path, 'end is missing: it is cut off or not a zip file');
}

/** The zip64 end record, if a locator stands before the end record at `endAt`. */
async function findEnd64(
  handle: FileHandle,
  endAt: number,
  path: string,
): Promise<{ start: number; length: number; count: number } | null> {
  if (endAt < LOCATOR64_BYTES) return null;
  const locator = await readExactly(handle, endAt - LOCATOR64_BYTES, LOCATOR64_BYTES, path);
  if (locator.readUInt32LE(0) !== LOCATOR64_SIGNATURE) return null;
  const end = await readExactly(handle, Number(locator.readBigUInt64LE(8)), END64_BYTES, path);
  if (end.readUInt32LE(0) !== END64_SIGNATURE) throw broken(path, 'zip64 end record is malformed');
  return {
    count: Number(end.readBigUInt64LE(32)),
    length: Number(end.readBigUInt64LE(40)),
    start: Number(end.readBigUInt64LE(48)),
  };
}

/** The entry at `at` of the central directory, and where the next one starts. */
function parseEntry(directory: Buffer, at: number, path: string): [entry: ZipEntry, next: number] {
  const nameEnd = at + CENTRAL_BYTES + directory.readUInt16LE(at + 28);
  const extraEnd = nameEnd + directory.readUInt16LE(at + 30);
  const next = extraEnd + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw broken(path, 'directory is cut off');
  const name = directory.toString('utf8', at + CENTRAL_BYTES, nameEnd);
  const method = directory.readUInt16LE(at + 10);
  if ((directory.readUInt16LE(at + 8) & 1) === 1) throw broken(path, `entry ${quote(name)} is encrypted`);
  if (method !== 0 && method !== 8)
    throw broken(path, `entry ${quote(name)} uses compression method ${method}`);
  const sizes = [24, 20, 42].map((field) => directory.readUInt32LE(at + field));
  const [bytes, compressedBytes, offset] = withZip64(sizes, directory.subarray(nameEnd, extraEnd), path);
  const crc = directory.readUInt32LE(at + 16);
  return [{ name, isDeflated: method === 8, compressedBytes, bytes, crc, offset }, next];
}

/** Replaces saturated 32-bit fields by the 64-bit ones of the zip64 extra field, which stand in the same order. */
function withZip64(fields: readonly number[], extra: Buffer, path: string): number[] {
  if (!fields.includes(SATURATED)) return [...fields];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let from = at + 4;
    return fields.map((field) => {
      if (field !== SATURATED) return field;
      if (from + 8 > extra.length) throw broken(path, 'zip64 field is cut off');
      from += 8;
      return Number(extra.readBigUInt64LE(from - 8));
    });
  }
  throw broken(path, 'zip64 field is missing');
}

async function readExactly(handle: FileHandle, start: number, length: number, path: string): Promise<Buffer> {
  const { size } = await handle.stat();
  if (!Number.isSafeInteger(start) || start < 0 || start + length > size)
    throw broken(path, 'content is out of bounds');
  const buffer = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(buffer, done, Math.min(length - done, 1 << 30), start + done);
    if (bytesRead === 0) throw broken(path, 'content is cut off');
    done += bytesRead;
  }
  return buffer;
}

function broken(path: string, problem: string, cause?: unknown): EsciSelectError {
  return new EsciSelectError('data', `zip archive: ${problem}`, {
    path,
    hint: 'copy the file again, or make it anew',
    cause,
  });
}
