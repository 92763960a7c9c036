import { ReverseBits, readFseTable } from './bits.js';

const MAX_HUFFMAN_BITS = 11;
const MAX_WEIGHT_LOG = 6;
const MAX_WEIGHT = 12;
const MAX_LITERALS = 1 << 17;

/** A Huffman decoding table indexed by the next `maxBits` bits. */
export interface HuffmanTable {
  maxBits: number;
  symbols: Uint8Array;
  lengths: Uint8Array;
}

/** A block's literals, the table they leave for the next block, and where the sequences begin. */
export interface Literals {
  literals: Uint8Array;
  table: HuffmanTable | null;
  next: number;
}

/** Decodes the literals section of a block, bytes [start, end) (RFC 8878 section 3.1.1.3.1). */
export function readLiterals(
  bytes: Uint8Array,
  start: number,
  end: number,
  previous: HuffmanTable | null,
): Literals {
  const type = bytes[start] & 3;
  return type < 2
    ? readPlain(bytes, start, end, previous)
    : readCompressed(bytes, start, end, type === 2 ? null : previous);
}

/** Literals as they are, or one that is repeated. */
function readPlain(bytes: Uint8Array, start: number, end: number, table: HuffmanTable | null): Literals {
  const isRun = (bytes[start] & 3) === 1;
  const format = (bytes[start] >> 2) & 3;
  const headerBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
  const header = bytes[start] | (bytes[start + 1] << 8) | (bytes[start + 2] << 16);
  const size = headerBytes === 1 ? (header & 0xff) >> 3 : (header & ((1 << (8 * headerBytes)) - 1)) >> 4;
  const from = start + headerBytes;
  const next = from + (isRun ? 1 : size);
  if (next > end || size > MAX_LITERALS) throw new Error('literals are out of bounds');
  const literals = isRun ? new Uint8Array(size).fill(bytes[from]) : bytes.subarray(from, next);
  return { literals, table, next };
}

/** Huffman-coded literals, with their own table unless `kept` is to be used again. */
function readCompressed(bytes: Uint8Array, start: number, end: number, kept: HuffmanTable | null): Literals {
  const isTreeless = (bytes[start] & 3) === 3;
  const format = (bytes[start] >> 2) & 3;
  const sizeBits = format < 2 ? 10 : format === 2 ? 14 : 18;
  const headerBytes = format < 2 ? 3 : format + 2;
  const header = Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, 6).readUIntLE(0, 5));
  const size = Math.floor(header / 16) % 2 ** sizeBits;
  const compressed = Math.floor(header / 2 ** (4 + sizeBits)) % 2 ** sizeBits;
  let from = start + headerBytes;
  const next = from + compressed;
  if (next > end || size > MAX_LITERALS) throw new Error('literals are out of bounds');
  let table = kept;
  if (!isTreeless) [table, from] = readHuffmanTable(bytes, from, next);
  if (table === null) throw new Error('literals use a table that was never sent');
  const literals = new Uint8Array(size);
  if (format === 0) decodeStream(bytes, [from, next], table, literals);
  else decodeFourStreams(bytes, [from, next], table, literals);
  return { literals, table, next };
}

type Range = readonly [start: number, end: number];

function decodeFourStreams(
  bytes: Uint8Array,
  [start, end]: Range,
  table: HuffmanTable,
  out: Uint8Array,
): void {
  const quarter = (out.length + 3) >> 2;
  let from = start + 6;
  for (let stream = 0; stream < 4; stream++) {
    const at = start + 2 * stream;
    const to = stream === 3 ? end : from + (bytes[at] | (bytes[at + 1] << 8));
    if (to > end) throw new Error('a literals stream is out of bounds');
    const piece = out.subarray(stream * quarter, stream === 3 ? out.length : (stream + 1) * quarter);
    decodeStream(bytes, [from, to], table, piece);
    from = to;
  }
}

function decodeStream(bytes: Uint8Array, [start, end]: Range, table: HuffmanTable, out: Uint8Array): void {
  const bits = new ReverseBits(bytes, start, end);
  const { maxBits, symbols, lengths } = table;
  for (let i = 0; i < out.length; i++) {
    const code = bits.peek(maxBits);
    out[i] = symbols[code];
    bits.left -= lengths[code];
  }
  if (bits.left !== 0) throw new Error('a literals stream does not end with its literals');
}

function readHuffmanTable(bytes: Uint8Array, start: number, end: number): [HuffmanTable, number] {
  const header = bytes[start];
  if (header >= 128) {
    const count = header - 127;
    const next = start + 1 + ((count + 1) >> 1);
    if (next > end) throw new Error('a Huffman table is out of bounds');
    const weights = Array.from({ length: count }, (_, index) => {
      const pair = bytes[start + 1 + (index >> 1)];
      return index % 2 === 0 ? pair >> 4 : pair & 15;
    });
    return [huffmanTable(weights), next];
  }
  const next = start + 1 + header;
  if (next > end) throw new Error('a Huffman table is out of bounds');
  return [huffmanTable(readWeights(bytes, start + 1, next)), next];
}

/** Weights coded by two interleaved entropy states (section 4.2.1.2); the stream's end ends them. */
function readWeights(bytes: Uint8Array, start: number, end: number): number[] {
  const [table, from] = readFseTable(bytes, start, end, { maxLog: MAX_WEIGHT_LOG, maxSymbol: MAX_WEIGHT });
  const bits = new ReverseBits(bytes, from, end);
  const states = [bits.read(table.log), bits.read(table.log)];
  const weights: number[] = [];
  for (let turn = 0; weights.length < 255; turn = 1 - turn) {
    const state = states[turn];
    weights.push(table.symbols[state]);
    states[turn] = table.bases[state] + bits.read(table.bits[state]);
    if (bits.left < 0) {
      weights.push(table.symbols[states[1 - turn]]);
      return weights;
    }
  }
  throw new Error('a Huffman table has too many symbols');
}

/** The decoding table of all symbols' weights but the last, which follows from them (section 4.2.1). */
function huffmanTable(weights: number[]): HuffmanTable {
  const sum = weights.reduce((total, weight) => total + (weight === 0 ? 0 : 2 ** (weight - 1)), 0);
  const maxBits = sum === 0 ? 0 : 32 - Math.clz32(sum);
  const rest = 2 ** maxBits - sum;
  if (maxBits === 0 || maxBits > MAX_HUFFMAN_BITS || (rest & (rest - 1)) !== 0 || weights.length > 255) {
    throw new Error('a Huffman table is malformed');
  }
  const all = [...weights, 32 - Math.clz32(rest)];
  const table = { maxBits, symbols: new Uint8Array(1 << maxBits), lengths: new Uint8Array(1 << maxBits) };
  let code = 0;
  for (let weight = 1; weight <= maxBits; weight++) {
    for (const [symbol, own] of all.entries()) {
      if (own !== weight) continue;
      const next = code + (1 << (weight - 1));
      table.symbols.fill(symbol, code, next);
      table.lengths.fill(maxBits + 1 - weight, code, next);
      code = next;
    }
  }
  return table;
}
