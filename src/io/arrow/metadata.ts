import { rootVector, type Slot, type TableShape, verifyFlatbuffer } from './flatbuffer.js';

/** Tables of Arrow's metadata (Schema.fbs, Message.fbs and File.fbs of the format, version 1.5), as far as readers follow them. */

const BYTE: Slot = { holds: 'scalar', bytes: 1 };
const SHORT: Slot = { holds: 'scalar', bytes: 2 };
const INT: Slot = { holds: 'scalar', bytes: 4 };
const LONG: Slot = { holds: 'scalar', bytes: 8 };
const STRING: Slot = { holds: 'string' };
const BLOCK_BYTES = 24;
const DICTIONARIES_SLOT = 2;
const BATCHES_SLOT = 3;

function table(...slots: readonly (Slot | null)[]): TableShape {
  return new Map(slots.flatMap((slot, at) => (slot === null ? [] : [[at, slot] as const])));
}

function vector(bytes: number): Slot {
  return { holds: 'vector', bytes };
}

const KEY_VALUES: Slot = { holds: 'tables', shape: () => KEY_VALUE };
const KEY_VALUE = table(STRING, STRING);
const INT_TYPE = table(INT, BYTE);

/** Types by their number in the union Type; those without parameters have an empty table. */
const TYPES: ReadonlyMap<number, TableShape> = new Map([
  ...Array.from({ length: 27 }, (_, type): [number, TableShape] => [type, table()]),
  [2, INT_TYPE],
  [3, table(SHORT)], // FloatingPoint
  [7, table(INT, INT, INT)], // Decimal
  [8, table(SHORT)], // Date
  [9, table(SHORT, INT)], // Time
  [10, table(SHORT, STRING)], // Timestamp
  [11, table(SHORT)], // Interval
  [14, table(SHORT, vector(4))], // Union
  [15, table(INT)], // FixedSizeBinary
  [16, table(INT)], // FixedSizeList
  [17, table(BYTE)], // Map
  [18, table(SHORT)], // Duration
]);

const FIELD: TableShape = table(
  STRING,
  BYTE,
  BYTE,
  { holds: 'union', tag: 2, shapes: () => TYPES },
  { holds: 'table', shape: () => DICTIONARY_ENCODING },
  { holds: 'tables', shape: () => FIELD },
  KEY_VALUES,
);
const DICTIONARY_ENCODING = table(LONG, { holds: 'table', shape: () => INT_TYPE }, BYTE, SHORT);
const SCHEMA = table(SHORT, { holds: 'tables', shape: () => FIELD }, KEY_VALUES, vector(8));
const RECORD_BATCH = table(
  LONG,
  vector(16),
  vector(16),
  { holds: 'table', shape: () => table(BYTE, BYTE) },
  vector(8),
);
const DICTIONARY_BATCH = table(LONG, { holds: 'table', shape: () => RECORD_BATCH }, BYTE);
const HEADERS: ReadonlyMap<number, TableShape> = new Map([
  [1, SCHEMA],
  [2, DICTIONARY_BATCH],
  [3, RECORD_BATCH],
]);
const MESSAGE = table(SHORT, BYTE, { holds: 'union', tag: 1, shapes: () => HEADERS }, LONG, KEY_VALUES);
const FOOTER = table(
  SHORT,
  { holds: 'table', shape: () => SCHEMA },
  vector(BLOCK_BYTES),
  vector(BLOCK_BYTES),
  KEY_VALUES,
);

/** Throws unless the bytes are the metadata of a message, whole and in bounds. */
export function verifyMessage(bytes: Uint8Array): void {
  verifyFlatbuffer(bytes, MESSAGE);
}

/**
 * Where a file's batches are by its footer, in bytes from the file's start: dictionaries first, then rows. Throws unless the
 * bytes are a footer, whole and in bounds.
 */
export function footerBlocks(bytes: Buffer): { dictionaries: bigint[]; batches: bigint[] } {
  verifyFlatbuffer(bytes, FOOTER);
  const offsets = (slot: number) => {
    const { start, count } = rootVector(bytes, slot);
    return Array.from({ length: count }, (_, at) => bytes.readBigInt64LE(start + at * BLOCK_BYTES));
  };
  return { dictionaries: offsets(DICTIONARIES_SLOT), batches: offsets(BATCHES_SLOT) };
}
