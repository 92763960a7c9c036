import { DataType, type Field, Message } from 'apache-arrow';
import { tooLargeUnpacked } from '../unpacked.js';
import { footerBlocks, verifyMessage } from './metadata.js';

/** Start and end of a file in the file format. */
export const MAGIC = 'ARROW1';
export const FOOTER_BYTES = 10; // the footer's length and the closing magic
const STREAM_START = 8;
const CONTINUATION = -1;
const LENGTH_BYTES = 8;
const MOST_PADDING = 64;
/** Metadata versions whose buffers are laid out as today: V4 of 2017 and V5. */
const OLDEST_VERSION = 3;
/** A byte that is compressed holds at most 255 of LZ4, and each of these 8 values. */
const MOST_VALUES_PER_BYTE = 255 * 8;

interface Found {
  readonly message: Message;
  readonly body: Buffer;
  readonly end: number;
}

/** What a batch of rows or of a dictionary declares. */
export interface BatchHeader {
  readonly length: number;
  readonly nodes: readonly { readonly length: number; readonly nullCount: number }[];
  readonly buffers: readonly { readonly offset: number; readonly length: number }[];
  readonly compression: unknown;
  readonly variadicBufferCounts: readonly number[];
}

/** The limit of what a file may decompress to. */
export interface UnpackedLimit {
  readonly path: string;
  readonly maxBytes: number;
}

/**
 * Throws unless every offset, length and count that the metadata of an Arrow file or stream declares fits what is there, so
 * that a reader can trust them: messages follow one another to the end, the footer of a file lists all of them, and buffers lie
 * in their batch one beside the other. Gives back the headers of the batches of rows. O(metadata).
 */
export function verifyArrow(bytes: Buffer, limit: UnpackedLimit): BatchHeader[] {
  const isFile = bytes.toString('latin1', 0, MAGIC.length) === MAGIC;
  const rows: BatchHeader[] = [];
  let unpacked = 0;
  for (const { message, body } of isFile ? messagesOfFile(bytes) : messagesOfStream(bytes)) {
    if (message.isSchema()) continue;
    const batch = batchHeader(message);
    unpacked += verifyBatch(batch, body, bytes.length);
    if (unpacked > limit.maxBytes) throw tooLargeUnpacked(limit.path, limit.maxBytes);
    if (message.isRecordBatch()) rows.push(batch);
  }
  return rows;
}

/** The messages of a stream to the mark of its end, or to the end of the bytes. */
function* messagesOfStream(bytes: Buffer): Generator<Found> {
  let schemas = 0;
  for (let at = 0; at < bytes.length; ) {
    const found = messageAt(bytes, at);
    if (found === null) return;
    if (found.message.isSchema() && ++schemas > 1) throw new Error('there is a second schema');
    if (found.message.isSchema() && found.body.length > 0) throw new Error('the schema has a body');
    yield found;
    at = found.end;
  }
}

/**
 * The messages that a file's footer lists. They fill the file from behind the schema to the mark of the end, so that none can be
 * missing from the list; the schema itself, which the footer repeats, is left out by some writers and framed otherwise by others.
 */
function* messagesOfFile(bytes: Buffer): Generator<Found> {
  const length = bytes.readInt32LE(bytes.length - FOOTER_BYTES);
  const start = bytes.length - FOOTER_BYTES - length;
  const { dictionaries, batches } = footerBlocks(bytes.subarray(start, start + length));
  const body = bytes.subarray(0, start);
  const offsets = [...dictionaries, ...batches].map(Number).sort((a, b) => a - b);
  const rows = new Set(batches.map(Number));
  let at = schemaEnd(body);
  for (const offset of offsets) {
    if (at !== null) checkGap(body, at, offset);
    const found = messageAt(body, offset);
    if (found === null || found.message.isRecordBatch() !== rows.has(offset) || found.message.isSchema())
      throw new Error('the footer lists what is no batch');
    yield found;
    at = found.end;
  }
  if (at === null) return;
  const isMarked = at + 4 <= start && body.readInt32LE(at) === CONTINUATION;
  checkGap(body, isMarked ? at + 4 : at, start);
}

/** Where the first batch may stand: behind the magic and the schema; null where the schema is not framed as a message. */
function schemaEnd(body: Buffer): number | null {
  if (body.length < STREAM_START + 4 || body.readInt32LE(STREAM_START) !== CONTINUATION) return null;
  const first = messageAt(body, STREAM_START);
  return first?.message.isSchema() ? first.end : STREAM_START;
}

/** Throws unless there is nothing but a little padding from one place to another. */
function checkGap(bytes: Buffer, from: number, to: number): void {
  const isPadding =
    to >= from && to - from <= MOST_PADDING && bytes.subarray(from, to).every((byte) => byte === 0);
  if (!isPadding) throw new Error('the footer lists other batches than there are');
}

function messageAt(bytes: Buffer, at: number): Found | null {
  const first = readLength(bytes, at);
  const isMarked = first === CONTINUATION;
  const length = isMarked ? readLength(bytes, at + 4) : first;
  const start = at + (isMarked ? 8 : 4);
  if (length === 0) {
    if (bytes.subarray(start).some((byte) => byte !== 0))
      throw new Error('bytes follow the end of the stream');
    return null;
  }
  const bodyStart = start + length;
  if (length < 0 || bodyStart > bytes.length) throw new Error('a message is cut off');
  const message = decodeMessage(bytes.subarray(start, bodyStart));
  const end = bodyStart + message.bodyLength;
  if (end > bytes.length) throw new Error("a message's body is cut off");
  return { message, body: bytes.subarray(bodyStart, end), end };
}

/** A message's metadata: whole, of a version and a kind that are read, its body not of negative length. */
export function decodeMessage(metadata: Uint8Array): Message {
  verifyMessage(metadata);
  const message = Message.decode(metadata);
  const { version, bodyLength } = message;
  if (version < OLDEST_VERSION) throw new Error(`metadata version ${version + 1} is older than 4`);
  if (!(message.isSchema() || message.isRecordBatch() || message.isDictionaryBatch()))
    throw new Error(`a message is of the unknown type ${message.headerType}`);
  if (bodyLength < 0) throw new Error("a message's body is cut off");
  return message;
}

/** What a batch of rows or of a dictionary declares. */
export function batchHeader(message: Message): BatchHeader {
  const header = message.header();
  return (message.isRecordBatch() ? header : (header as { data: unknown }).data) as BatchHeader;
}

function readLength(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw new Error('a message is cut off');
  return bytes.readInt32LE(at);
}

/** Checks what a batch declares; the bytes that its buffers decompress to. */
export function verifyBatch(batch: BatchHeader, body: Buffer, fileBytes: number): number {
  const most = fileBytes * MOST_VALUES_PER_BYTE;
  for (const { length, nullCount } of [{ ...batch, nullCount: 0 }, ...batch.nodes]) {
    if (length < 0 || length > most) throw new Error(`a column of ${length} values is declared`);
    if (nullCount < 0 || nullCount > length) throw new Error(`${nullCount} of ${length} values are missing`);
  }
  let total = 0;
  let unpacked = 0;
  for (const { offset, length } of batch.buffers) {
    if (length < 0 || (length > 0 && (offset < 0 || offset + length > body.length)))
      throw new Error('a buffer is outside its batch');
    total += length;
    if (batch.compression) unpacked += declaredBytes(body, offset, length);
  }
  if (total > body.length) throw new Error('buffers of a batch overlap');
  const views = batch.variadicBufferCounts.reduce((sum, count) => sum + Math.max(0, count), 0);
  if (views > batch.buffers.length) throw new Error('more buffers of text are declared than there are');
  return unpacked;
}

/**
 * Throws unless a batch has the columns of the schema, each with as many values as the batch has rows: a reader would fill up a
 * shorter one with missing values.
 */
export function verifyColumns({ length, nodes }: BatchHeader, fields: readonly Field[]): void {
  let at = 0;
  for (const { type } of fields) {
    if (nodes[at]?.length !== length) throw new Error('columns of a batch differ in length');
    at += nodesOf(type);
  }
  if (at !== nodes.length) throw new Error('a batch has other columns than the schema');
}

/** How many columns a type's values are in, the column itself among them; a dictionary's values are elsewhere. */
function nodesOf(type: DataType): number {
  if (DataType.isDictionary(type)) return 1;
  const children: readonly Field[] = type.children ?? [];
  return children.reduce((sum, child) => sum + nodesOf(child.type), 1);
}

/** What a compressed buffer says to be decompressed; -1 says that it is not compressed. */
function declaredBytes(body: Buffer, offset: number, length: number): number {
  if (length === 0) return 0;
  if (length < LENGTH_BYTES) throw new Error('a compressed buffer is cut off');
  return Math.max(0, Number(body.readBigInt64LE(offset)));
}
