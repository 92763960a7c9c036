import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { ReadableStream } from 'node:stream/web';
import { setImmediate } from 'node:timers/promises';
import Bunzip from 'seek-bzip';
import xz from 'xz-decompress';
import { EsciSelectError } from '../errors.js';
import { cannotRead } from './errors.js';

const { XzReadableStream } = xz;
const CHUNK_BYTES = 1 << 20;
const MAX_BZIP2_BYTES = 2 ** 31 - 1; // read whole: blocks are found bit by bit

/** The content of a bzip2 file, block by block, each checked against its CRC; several streams in a row are one. */
export async function* bunzip(path: string): AsyncGenerator<Buffer> {
  const input = await wholeFile(path);
  try {
    let reader = new Bunzip(inputOf(input), new BlockOutput());
    for (;;) {
      if (reader._init_block()) {
        reader._read_bunzip();
        yield reader.outputStream.take();
        await setImmediate(); // a block takes a while: let signals through
        continue;
      }
      if (reader.reader.read(32) >>> 0 !== reader.streamCRC)
        throw new Error('stream does not match its checksum');
      const { stream } = reader.reader;
      if (stream.eof()) return;
      reader = new Bunzip(stream, new BlockOutput());
    }
  } catch (error) {
    throw corrupt(path, 'bzip2', '`bzip2 -t` checks it', error);
  }
}

async function wholeFile(path: string): Promise<Buffer> {
  const size = await stat(path).then(
    (found) => found.size,
    (error: unknown) => {
      throw cannotRead(path, error);
    },
  );
  if (size > MAX_BZIP2_BYTES) {
    throw new EsciSelectError('data', `bzip2 file has ${size} bytes, more than ${MAX_BZIP2_BYTES}`, {
      path,
      hint: 'decompress it first',
    });
  }
  return readFile(path).catch((error: unknown) => {
    throw cannotRead(path, error);
  });
}

function inputOf(bytes: Buffer): InstanceType<typeof Bunzip.Stream> {
  let at = 0;
  return Object.assign(new Bunzip.Stream(), {
    readByte: () => {
      if (at >= bytes.length) throw new Error('file is cut off');
      return bytes[at++];
    },
    eof: () => at >= bytes.length,
  });
}

/** Collects the bytes of a block. */
class BlockOutput {
  #bytes = Buffer.allocUnsafe(CHUNK_BYTES);
  #length = 0;

  writeByte(byte: number): void {
    if (this.#length === this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], 2 * this.#length);
    this.#bytes[this.#length++] = byte;
  }

  take(): Buffer {
    const block = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return block;
  }
}

/** The content of an xz file, decoded by WebAssembly and checked against its CRCs. */
export async function* unxz(path: string): AsyncGenerator<Buffer> {
  const bytes = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    const decoded = new XzReadableStream(ReadableStream.from(bytes) as globalThis.ReadableStream<Uint8Array>);
    for await (const chunk of decoded as unknown as AsyncIterable<Uint8Array>) yield Buffer.from(chunk);
  } catch (error) {
    throw corrupt(path, 'xz', '`xz -t` checks it', error);
  } finally {
    bytes.destroy();
  }
}

function corrupt(path: string, what: string, check: string, error: unknown): EsciSelectError {
  if (error instanceof EsciSelectError) return error;
  return new EsciSelectError('data', `${what} data is truncated or corrupt`, {
    path,
    hint: `download or compress the file again; ${check}`,
    cause: error,
  });
}
