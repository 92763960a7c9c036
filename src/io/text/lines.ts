import { EsciSelectError } from '../../errors.js';
import type { ByteSource } from '../bytes.js';
import { utf8Chunks } from './utf8-chunks.js';

const LF = 10;

/**
 * Calls `take` with every line of a text file and its number from 1, without its line end (LF or CRLF), until the end or
 * until `take` returns false. Throws 'data' for a line over `maxBytes`, before it is read to its end.
 */
export async function forEachLine(
  source: ByteSource,
  maxBytes: number,
  take: (text: string, line: number) => boolean,
): Promise<void> {
  let line = 1;
  let parts: Buffer[] = []; // of a line that began in an earlier chunk
  let partBytes = 0;
  const finish = (last: Buffer): boolean => {
    if (partBytes + last.length > maxBytes) throw tooLong(source.path, line, maxBytes);
    const whole = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    partBytes = 0;
    return take(withoutReturn(whole), line++);
  };
  for await (const chunk of utf8Chunks(source)) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      if (!finish(chunk.subarray(start, end))) return;
      start = end + 1;
    }
    parts.push(chunk.subarray(start));
    partBytes += chunk.length - start;
    if (partBytes > maxBytes) throw tooLong(source.path, line, maxBytes);
  }
  if (partBytes > 0) finish(Buffer.alloc(0));
}

function withoutReturn(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.endsWith('\r') ? text.slice(0, -1) : text;
}

function tooLong(path: string, line: number, maxBytes: number): EsciSelectError {
  return new EsciSelectError('data', `line is longer than ${maxBytes} bytes`, {
    path,
    line,
    hint: 'one object per line is due; raise the limit on field size if the line is right',
  });
}
