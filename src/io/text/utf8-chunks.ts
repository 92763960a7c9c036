import { isUtf8 } from 'node:buffer';
import { EsciSelectError } from '../../errors.js';
import type { ByteSource } from '../bytes.js';

const LF = 10;
const CR = 13;

/**
 * A text file's bytes, checked while they stream: valid UTF-8 without NUL bytes. A byte order mark is left out. Chunks
 * end at a character's end. Throws 'data' with the byte offset of the first bad byte (from 0) and its line.
 */
export async function* utf8Chunks(source: ByteSource): AsyncGenerator<Buffer> {
  let offset = 0; // of `rest` in the file
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source.open()) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (offset === 0) {
      if (bytes.length < 3) {
        rest = bytes;
        continue;
      }
      refuseUtf16(source.path, bytes);
      if (hasMark(bytes)) {
        bytes = bytes.subarray(3);
        offset = 3;
      }
    }
    const whole = bytes.subarray(0, bytes.length - partialLength(bytes));
    await check(source, whole, offset);
    if (whole.length > 0) yield whole;
    offset += whole.length;
    rest = bytes.subarray(whole.length);
  }
  if (rest.length === 0) return;
  if (offset === 0) refuseUtf16(source.path, rest);
  await check(source, rest, offset);
  yield rest;
}

function hasMark(bytes: Buffer): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

function refuseUtf16(path: string, bytes: Buffer): void {
  const marked = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const unmarked = bytes.length >= 2 && (bytes[0] === 0) !== (bytes[1] === 0);
  if (marked || unmarked) throw utf16(path, marked ? 0 : Number(bytes[1] === 0));
}

function utf16(path: string, offset: number): EsciSelectError {
  return new EsciSelectError('data', `text is UTF-16, not UTF-8, at byte ${offset}`, {
    path,
    line: 1,
    hint: 'save it as UTF-8, for example with `iconv -f UTF-16 -t UTF-8`',
  });
}

/** Length of a character that the buffer's end cuts off: 0 to 3 bytes. */
function partialLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

async function check(source: ByteSource, bytes: Buffer, offset: number): Promise<void> {
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    throw new EsciSelectError('data', `text holds a NUL byte at byte ${offset + nul}`, {
      ...(await placeOfByte(source, offset + nul)),
      hint: 'the file may be binary or damaged; export it again as UTF-8 text',
    });
  }
  if (isUtf8(bytes)) return;
  const bad = firstInvalid(bytes);
  const shown = bytes[bad].toString(16).padStart(2, '0');
  throw new EsciSelectError('data', `text is not valid UTF-8: byte 0x${shown} at byte ${offset + bad}`, {
    ...(await placeOfByte(source, offset + bad)),
    hint: 'convert it to UTF-8, for example with `iconv -f LATIN1 -t UTF-8`',
  });
}

/** Index of the first byte of the first character that breaks UTF-8, character by character. */
function firstInvalid(bytes: Buffer): number {
  for (let start = 0; start < bytes.length; ) {
    const byte = bytes[start];
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (start + length > bytes.length) return start;
    if (byte >= 0x80 && !isUtf8(bytes.subarray(start, start + length))) return start;
    start += length;
  }
  return bytes.length;
}

/** Line and column (both from 1; the column in bytes) of a byte of the file, by reading it again from the start. */
async function placeOfByte(
  source: ByteSource,
  offset: number,
): Promise<{ path: string; line: number; column: number }> {
  let line = 1;
  let lineStart = 0;
  let position = 0;
  let previous = 0;
  for await (const chunk of source.open()) {
    for (let i = 0; i < chunk.length; i++, position++) {
      const isSecondHalf = previous === CR && chunk[i] === LF;
      if ((previous === LF || previous === CR) && !isSecondHalf) {
        line++;
        lineStart = position;
      }
      if (position >= offset) return { path: source.path, line, column: position - lineStart + 1 };
      previous = chunk[i];
    }
  }
  return { path: source.path, line, column: position - lineStart + 1 };
}
