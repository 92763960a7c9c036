import { EsciSelectError } from '../errors.js';
import { formatByteSize } from './byte-size.js';

/** Tables of numbers and text shrink to a tenth of their size, seldom to a twentieth. */
const MOST_GROWTH = 25;
const ALWAYS_BYTES = 128 * 2 ** 20;
const NEVER_BYTES = 64 * 2 ** 30;

/**
 * The most bytes that a compressed file of this size may decompress to: what is given, else 25 times its size, but no less than
 * 128 MiB and no more than 64 GiB.
 */
export function unpackedLimit(packedBytes: number, given: number | undefined): number {
  return given ?? Math.min(NEVER_BYTES, Math.max(ALWAYS_BYTES, MOST_GROWTH * packedBytes));
}

/** The 'data' error of a file that decompresses to more than the limit. */
export function tooLargeUnpacked(path: string, limit: number): EsciSelectError {
  return new EsciSelectError('data', `file decompresses to more than ${formatByteSize(limit)}`, {
    path,
    hint: 'if it comes from where you expect it, give --max-unpacked none, or a size such as --max-unpacked 128GiB',
  });
}
