import { type Message, type RecordBatch, RecordBatchReader, type Schema } from 'apache-arrow';
import { EsciSelectError, quote } from '../../errors.js';
import { tooLargeUnpacked, unpackedLimit } from '../unpacked.js';
import { checkData } from './check-data.js';
import { registerLz4 } from './lz4.js';
import { batchHeader, decodeMessage, MAGIC, verifyBatch, verifyColumns } from './verify.js';

registerLz4();

const CONTINUATION = -1;
const LENGTH_BYTES = 4;
/** Most bytes of a message's metadata and of its body: a batch is held as a whole. */
const MOST_METADATA = 2 ** 26;
const MOST_BODY = 2 ** 30;

/** What a stream holds: first the schema alone, then batch after batch. */
export interface StreamPart {
  readonly schema: Schema;
  readonly batch: RecordBatch | null;
}

/**
 * The batches of an Arrow IPC stream as its bytes come in, one at a time: the next is read only when it is asked for, so
 * that whoever writes the stream waits. Of a stream without any bytes there is nothing. Every number of the metadata is checked
 * before it is believed. Throws 'data' where the stream is cut off, corrupt, or has a batch of more than 1 GiB.
 *
 * @param name what errors call the stream
 */
export async function* arrowBatches(
  source: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<StreamPart> {
  const bytes = new ByteQueue(source);
  const feed = new MessageFeed();
  let reader: RecordBatchReader | null = null;
  try {
    for (;;) {
      const found = await nextMessage(bytes);
      if (found === null) return;
      const { message, body, pieces } = found;
      feed.push(pieces);
      if (message.isSchema()) {
        if (reader !== null) throw new Error('there is a second schema');
        reader = openReader(feed);
        yield { schema: reader.schema, batch: null };
        continue;
      }
      if (reader === null) throw new Error('a batch comes before the schema');
      checkBatch(message, body, name);
      if (!message.isRecordBatch()) continue;
      verifyColumns(batchHeader(message), reader.schema.fields);
      const { value: batch } = reader.next() as IteratorResult<RecordBatch>;
      for (const child of batch.data.children) checkData(child);
      yield { schema: reader.schema, batch };
    }
  } catch (error) {
    throw streamError(name, error);
  }
}

function openReader(feed: MessageFeed): RecordBatchReader {
  const reader = RecordBatchReader.from(feed) as RecordBatchReader;
  reader.open({ autoDestroy: false });
  if (!reader.schema) throw new Error('there is no schema');
  return reader;
}

function checkBatch(message: Message, body: Buffer, name: string): void {
  const unpacked = verifyBatch(batchHeader(message), body, body.length);
  const most = unpackedLimit(body.length, undefined);
  if (unpacked > most) throw tooLargeUnpacked(name, most);
}

interface FramedMessage {
  readonly message: Message;
  readonly body: Buffer;
  /** all of its bytes */
  readonly pieces: readonly Buffer[];
}

/** The next message; null at the mark of the end, or where the bytes end between two messages. */
async function nextMessage(bytes: ByteQueue): Promise<FramedMessage | null> {
  const first = await bytes.take(LENGTH_BYTES);
  if (first === null) return null;
  if (first.toString('latin1') === MAGIC.slice(0, LENGTH_BYTES)) throw new Error('this is an arrow file');
  const isMarked = first.readInt32LE() === CONTINUATION;
  const size = isMarked ? await needed(bytes, LENGTH_BYTES) : first;
  const length = size.readInt32LE();
  if (length === 0) return null;
  if (length < 0 || length > MOST_METADATA) throw new Error(`metadata of ${length} bytes is declared`);
  const metadata = await needed(bytes, length);
  const message = decodeMessage(metadata);
  if (message.bodyLength > MOST_BODY) throw new Error(`a batch of ${message.bodyLength} bytes is declared`);
  const body = await needed(bytes, message.bodyLength);
  return { message, body, pieces: isMarked ? [first, size, metadata, body] : [size, metadata, body] };
}

async function needed(bytes: ByteQueue, count: number): Promise<Buffer> {
  const taken = await bytes.take(count);
  if (taken === null) throw new Error('a message is cut off');
  return taken;
}

/** Takes bytes of a source in pieces of any length. What is asked for is held only once it has come. */
class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunks: Uint8Array[] = [];
  #length = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The next bytes; null where there are none at all. Throws where there are fewer. */
  async take(count: number): Promise<Buffer | null> {
    while (this.#length < count) {
      const next = await this.#source.next();
      if (next.done) {
        if (this.#length === 0) return null;
        throw new Error('a message is cut off');
      }
      this.#chunks.push(next.value);
      this.#length += next.value.length;
    }
    return this.#cut(count);
  }

  #cut(count: number): Buffer {
    const taken = Buffer.allocUnsafeSlow(count);
    let done = 0;
    let used = 0;
    while (done < count) {
      const chunk = this.#chunks[used];
      const part = chunk.subarray(0, count - done);
      taken.set(part, done);
      done += part.length;
      if (part.length === chunk.length) used++;
      else this.#chunks[used] = chunk.subarray(part.length);
    }
    this.#chunks.splice(0, used);
    this.#length -= count;
    return taken;
  }
}

/** Gives the package's reader the bytes of whole messages, which it takes as it needs them. */
class MessageFeed implements Iterable<Uint8Array> {
  readonly #pieces: Uint8Array[] = [];
  #idle = 0;

  push(pieces: readonly Uint8Array[]): void {
    this.#pieces.push(...pieces.filter(({ length }) => length > 0));
    this.#idle = 0;
  }

  *[Symbol.iterator](): Generator<Uint8Array> {
    for (;;) {
      const piece = this.#pieces.shift();
      // it looks ahead once; a second look finds a message that promises more than it holds
      if (piece === undefined && this.#idle++ > 1) throw new Error('a message is cut off');
      yield piece ?? new Uint8Array(0);
    }
  }
}

function streamError(name: string, error: unknown): EsciSelectError {
  if (error instanceof EsciSelectError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new EsciSelectError('data', `arrow stream is cut off or corrupt: ${quote(message)}`, {
    path: name,
    hint: 'write an Arrow IPC stream, as pyarrow.ipc.new_stream does, in batches of some thousand rows',
    cause: error,
  });
}
