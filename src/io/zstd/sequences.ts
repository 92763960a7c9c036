import { constantTable, type FseTable, fseTable, ReverseBits, readFseTable } from './bits.js';

/** What a frame's blocks hand on: entropy tables, and the last three offsets. */
export interface SequenceState {
  literalLengths: FseTable | null;
  offsets: FseTable | null;
  matchLengths: FseTable | null;
  repeats: [number, number, number];
}

/** A code's base value and how many bits are added to it. */
interface Codes {
  bases: number[];
  bits: number[];
}

/** What a kind of code allows, and its table where none is sent (RFC 8878 section 3.1.1.3.2). */
interface CodeKind {
  maxLog: number;
  maxSymbol: number;
  predefined: FseTable;
}

const LITERAL_CODES = codes(0, 16, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const MATCH_CODES = codes(3, 32, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);

const LITERAL_KIND: CodeKind = {
  maxLog: 9,
  maxSymbol: 35,
  predefined: fseTable(
    [
      4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1,
      -1, -1,
    ],
    6,
  ),
};
const MATCH_KIND: CodeKind = {
  maxLog: 9,
  maxSymbol: 52,
  predefined: fseTable(
    [
      1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ],
    6,
  ),
};
const OFFSET_KIND: CodeKind = {
  maxLog: 8,
  maxSymbol: 31,
  predefined: fseTable(
    [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
    5,
  ),
};

/** `plain` codes that stand for themselves plus `first`, then codes with the given bits, each range after the last. */
function codes(first: number, plain: number, extraBits: readonly number[]): Codes {
  const bases = Array.from({ length: plain }, (_, code) => code + first);
  const bits = bases.map(() => 0);
  let base = plain + first;
  for (const count of extraBits) {
    bases.push(base);
    bits.push(count);
    base += 2 ** count;
  }
  return { bases, bits };
}

/** The state at the start of a frame. */
export function newSequenceState(): SequenceState {
  return { literalLengths: null, offsets: null, matchLengths: null, repeats: [1, 4, 8] };
}

/** Where sequences are carried out: `offset` counts back from the end of what is written so far. */
export type ApplySequence = (literalLength: number, matchLength: number, offset: number) => void;

/** Decodes the sequences section, bytes [start, end), and carries each out in order. */
export function readSequences(
  bytes: Uint8Array,
  [start, end]: readonly [start: number, end: number],
  state: SequenceState,
  apply: ApplySequence,
): void {
  let [count, at] = readCount(bytes, start);
  if (at > end) throw new Error('sequences are cut off');
  if (count === 0) {
    if (at !== end) throw new Error('data follows a block without sequences');
    return;
  }
  const modes = bytes[at++];
  if ((modes & 3) !== 0) throw new Error('a reserved bit is set');
  const table = (mode: number, kind: CodeKind, previous: FseTable | null) => {
    const [found, next] = readTable(bytes, at, end, { mode, kind, previous });
    at = next;
    return found;
  };
  const literalLengths = table(modes >> 6, LITERAL_KIND, state.literalLengths);
  const offsets = table((modes >> 4) & 3, OFFSET_KIND, state.offsets);
  const matchLengths = table((modes >> 2) & 3, MATCH_KIND, state.matchLengths);
  Object.assign(state, { literalLengths, offsets, matchLengths });
  const bits = new ReverseBits(bytes, at, end);
  runSequences(bits, count, { literalLengths, offsets, matchLengths, repeats: state.repeats }, apply);
}

function readCount(bytes: Uint8Array, start: number): [count: number, next: number] {
  const first = bytes[start];
  if (first < 128) return [first, start + 1];
  if (first < 255) return [((first - 128) << 8) + bytes[start + 1], start + 2];
  return [bytes[start + 1] + (bytes[start + 2] << 8) + 0x7f00, start + 3];
}

function readTable(
  bytes: Uint8Array,
  start: number,
  end: number,
  { mode, kind, previous }: { mode: number; kind: CodeKind; previous: FseTable | null },
): [FseTable, number] {
  if (mode === 0) return [kind.predefined, start];
  if (mode === 2) return readFseTable(bytes, start, end, kind);
  if (mode === 1) {
    if (bytes[start] > kind.maxSymbol) throw new Error('a sequence code is out of range');
    return [constantTable(bytes[start]), start + 1];
  }
  if (previous === null) throw new Error('sequences use a table that was never sent');
  return [previous, start];
}

type Tables = { literalLengths: FseTable; offsets: FseTable; matchLengths: FseTable; repeats: number[] };

function runSequences(bits: ReverseBits, count: number, tables: Tables, apply: ApplySequence): void {
  const { literalLengths, offsets, matchLengths, repeats } = tables;
  let literalState = bits.read(literalLengths.log);
  let offsetState = bits.read(offsets.log);
  let matchState = bits.read(matchLengths.log);
  for (let index = 0; index < count; index++) {
    const offsetCode = offsets.symbols[offsetState];
    const matchCode = matchLengths.symbols[matchState];
    const literalCode = literalLengths.symbols[literalState];
    const offsetValue = 2 ** offsetCode + bits.read(offsetCode);
    const matchLength = MATCH_CODES.bases[matchCode] + bits.read(MATCH_CODES.bits[matchCode]);
    const literalLength = LITERAL_CODES.bases[literalCode] + bits.read(LITERAL_CODES.bits[literalCode]);
    if (bits.left < 0) throw new Error('sequences are cut off');
    apply(literalLength, matchLength, offsetOf(offsetValue, literalLength, repeats));
    if (index === count - 1) break;
    literalState = literalLengths.bases[literalState] + bits.read(literalLengths.bits[literalState]);
    matchState = matchLengths.bases[matchState] + bits.read(matchLengths.bits[matchState]);
    offsetState = offsets.bases[offsetState] + bits.read(offsets.bits[offsetState]);
  }
  if (bits.left !== 0) throw new Error('a sequences stream does not end with its sequences');
}

/** The offset of an offset value: a new one, or one of the last three, which move up in place (section 3.1.1.5). */
export function offsetOf(value: number, literalLength: number, repeats: number[]): number {
  const choice = value > 3 ? 3 : value - 1 + (literalLength === 0 ? 1 : 0);
  const offset = value > 3 ? value - 3 : choice === 3 ? repeats[0] - 1 : repeats[choice];
  if (offset === 0) throw new Error('an offset is zero');
  if (choice >= 2) repeats[2] = repeats[1];
  if (choice >= 1) {
    repeats[1] = repeats[0];
    repeats[0] = offset;
  }
  return offset;
}
