import { EsciSelectError } from '../../errors.js';
import { type HuffmanTable, readLiterals } from './literals.js';
import { newSequenceState, readSequences, type SequenceState } from './sequences.js';
import { XxHash64 } from './xxhash64.js';

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50; // to ...5f
const MAX_BLOCK_BYTES = 1 << 17;
const MAX_WINDOW_BYTES = 2 ** 27; // what the zstd command allows without --long
const SLACK_BYTES = 8; // the bit readers look a few bytes beyond a block

/**
 * Decompresses Zstandard (RFC 8878) while streaming: Node 20 has no zstd, and DuckDB, which has, takes a truncated file for a
 * short one. Frames may follow each other; content checksums are verified; dictionaries are not supported. Memory is twice
 * the window (at most 256 MiB). Throws 'data' for input that is cut off or corrupt.
 */
export async function* unzstd(path: string, input: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const reader = new InputReader(input);
  try {
    for (;;) {
      const magic = await reader.optional(4);
      if (magic === null) return;
      const number = magic.readUInt32LE(0);
      if ((number & 0xfffffff0) >>> 0 === SKIPPABLE_MAGIC)
        await reader.skip((await reader.take(4)).readUInt32LE(0));
      else if (number === FRAME_MAGIC) yield* frame(reader);
      else throw new ZstdFault('a frame does not start as one');
    }
  } catch (error) {
    if (error instanceof EsciSelectError || (error as { code?: unknown }).code !== undefined) throw error;
    throw new EsciSelectError('data', `zstd data is truncated or corrupt: ${(error as Error).message}`, {
      path,
      hint: 'download or compress the file again; `zstd -t` checks it',
      cause: error,
    });
  }
}

class ZstdFault extends Error {}

interface FrameHeader {
  windowBytes: number;
  contentBytes: number | null;
  hasChecksum: boolean;
}

async function readHeader(reader: InputReader): Promise<FrameHeader> {
  const descriptor = (await reader.take(1))[0];
  if ((descriptor & 8) !== 0) throw new ZstdFault('a reserved bit is set');
  const isSingle = (descriptor & 32) !== 0;
  const window = isSingle ? 0 : windowOf((await reader.take(1))[0]);
  const dictionary = await reader.take([0, 1, 2, 4][descriptor & 3]);
  if (dictionary.some((byte) => byte !== 0)) throw new ZstdFault('it needs a dictionary');
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6];
  const field = await reader.take(sizeBytes);
  const contentBytes =
    sizeBytes === 0
      ? null
      : sizeBytes === 8
        ? Number(field.readBigUInt64LE(0))
        : field.readUIntLE(0, sizeBytes);
  const content = contentBytes !== null && sizeBytes === 2 ? contentBytes + 256 : contentBytes;
  const windowBytes = isSingle ? (content ?? 0) : window;
  if (windowBytes > MAX_WINDOW_BYTES) throw new ZstdFault(`its window of ${windowBytes} bytes is too large`);
  return { windowBytes, contentBytes: content, hasChecksum: (descriptor & 4) !== 0 };
}

function windowOf(byte: number): number {
  const base = 2 ** (10 + (byte >> 3));
  return base + (base / 8) * (byte & 7);
}

async function* frame(reader: InputReader): AsyncGenerator<Buffer> {
  const header = await readHeader(reader);
  const history = new History(header.windowBytes);
  const state: BlockState = { huffman: null, sequences: newSequenceState() };
  const hash = new XxHash64();
  let total = 0;
  for (let isLast = false; !isLast; ) {
    const word = (await reader.take(3)).readUIntLE(0, 3);
    isLast = (word & 1) === 1;
    history.startBlock();
    await readBlock(reader, (word >> 1) & 3, word >> 3, { history, state });
    const output = history.block();
    if (header.hasChecksum) hash.update(output);
    total += output.length;
    if (output.length > 0) yield output;
  }
  if (header.contentBytes !== null && total !== header.contentBytes)
    throw new ZstdFault('its length is wrong');
  if (!header.hasChecksum) return;
  const expected = (await reader.take(4)).readUInt32LE(0);
  if (Number(hash.digest() & 0xffffffffn) !== expected) throw new ZstdFault('its checksum is wrong');
}

interface BlockState {
  huffman: HuffmanTable | null;
  sequences: SequenceState;
}

async function readBlock(
  reader: InputReader,
  type: number,
  size: number,
  { history, state }: { history: History; state: BlockState },
): Promise<void> {
  if (size > MAX_BLOCK_BYTES || type === 3) throw new ZstdFault('a block is malformed');
  if (type === 0) history.append(await reader.take(size));
  else if (type === 1) history.append(Buffer.alloc(size, (await reader.take(1))[0]));
  else decodeBlock(await reader.take(size), size, history, state);
}

/** A compressed block: literals, and sequences that interleave them with copies from the history. */
function decodeBlock(content: Buffer, size: number, history: History, state: BlockState): void {
  const bytes = new Uint8Array(size + SLACK_BYTES);
  bytes.set(content);
  const { literals, table, next } = readLiterals(bytes, 0, size, state.huffman);
  state.huffman = table;
  let used = 0;
  readSequences(bytes, [next, size], state.sequences, (literalLength, matchLength, offset) => {
    if (used + literalLength > literals.length) throw new ZstdFault('literals run out');
    history.appendRange(literals, used, used + literalLength);
    used += literalLength;
    history.copy(offset, matchLength);
  });
  history.append(literals.subarray(used));
}

/** The last window of output, and the block being written behind it. */
class History {
  readonly #bytes: Uint8Array;
  readonly #window: number;
  #end = 0;
  #blockStart = 0;

  constructor(window: number) {
    this.#window = window;
    this.#bytes = new Uint8Array(2 * window + MAX_BLOCK_BYTES);
  }

  startBlock(): void {
    if (this.#end + MAX_BLOCK_BYTES > this.#bytes.length) {
      this.#bytes.copyWithin(0, this.#end - this.#window, this.#end);
      this.#end = this.#window;
    }
    this.#blockStart = this.#end;
  }

  append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Appends bytes [from, to): sequences bring a few at a time, for which a loop is faster than a view. */
  appendRange(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    const bytes = this.#bytes;
    for (let at = from; at < to; at++) bytes[this.#end++] = source[at];
  }

  copy(offset: number, length: number): void {
    if (offset > this.#end || offset > this.#window + this.#end - this.#blockStart) {
      throw new ZstdFault('an offset points before the window');
    }
    this.#reserve(length);
    const bytes = this.#bytes;
    if (offset >= length && length > 32)
      bytes.copyWithin(this.#end, this.#end - offset, this.#end - offset + length);
    else for (let at = this.#end; at < this.#end + length; at++) bytes[at] = bytes[at - offset];
    this.#end += length;
  }

  block(): Buffer {
    return Buffer.from(this.#bytes.slice(this.#blockStart, this.#end).buffer);
  }

  #reserve(length: number): void {
    if (this.#end + length - this.#blockStart > MAX_BLOCK_BYTES) throw new ZstdFault('a block is too large');
  }
}

/** Takes exact numbers of bytes from chunks of any size. */
class InputReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #buffer: Buffer = Buffer.alloc(0);

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  async take(count: number): Promise<Buffer> {
    const taken = await this.optional(count);
    if (taken === null) throw new ZstdFault('it ends too early');
    return taken;
  }

  /** `count` bytes, or null at the end of the input. */
  async optional(count: number): Promise<Buffer | null> {
    while (this.#buffer.length < count) {
      const { done, value } = await this.#chunks.next();
      if (done) {
        if (this.#buffer.length > 0) throw new ZstdFault('it ends too early');
        return null;
      }
      this.#buffer = Buffer.concat([this.#buffer, value]);
    }
    const taken = this.#buffer.subarray(0, count);
    this.#buffer = this.#buffer.subarray(count);
    return taken;
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const step = Math.min(left, MAX_BLOCK_BYTES);
      await this.take(step);
      left -= step;
    }
  }
}
