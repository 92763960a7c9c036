/**
 * The bounds of a FlatBuffer: what generated readers take for granted. One changed byte makes them read a vector of two
 * billion elements, so every offset and length is compared with the bytes that are there before anything is decoded
 * (as flatbuffers::Verifier does in other languages; its JavaScript has none).
 */

/** What a slot of a table holds. */
export type Slot =
  | { readonly holds: 'scalar'; readonly bytes: number }
  | { readonly holds: 'string' }
  | { readonly holds: 'table'; readonly shape: () => TableShape }
  | { readonly holds: 'tables'; readonly shape: () => TableShape }
  /** a vector of numbers or structs of so many bytes each */
  | { readonly holds: 'vector'; readonly bytes: number }
  /** a table whose shape the byte in an earlier slot tells */
  | { readonly holds: 'union'; readonly tag: number; readonly shapes: () => ReadonlyMap<number, TableShape> };

/** A table's slots by number; slots of other numbers are left alone. */
export type TableShape = ReadonlyMap<number, Slot>;

const MOST_DEPTH = 64;
const MOST_TABLES = 1_000_000;
/** Shared strings and tables make a buffer look larger than it is; this much is no attack. */
const MOST_GROWTH = 16;
const SPARE_BYTES = 1 << 20;

interface Visit {
  readonly view: DataView;
  tables: number;
  /** bytes that a reader may still be led to */
  left: number;
}

/** Throws unless a buffer holds a root table of this shape, all of it within the buffer. O(bytes). */
export function verifyFlatbuffer(bytes: Uint8Array, shape: TableShape): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const visit = { view, tables: 0, left: MOST_GROWTH * bytes.length + SPARE_BYTES };
  verifyTable(visit, follow(visit, 0), shape, 0);
}

function verifyTable(visit: Visit, table: number, shape: TableShape, depth: number): void {
  if (depth > MOST_DEPTH) throw new Error('metadata is nested too deeply');
  if (++visit.tables > MOST_TABLES) throw new Error('metadata has too many tables');
  const vtable = vtableOf(visit, table);
  for (const [slot, kind] of shape) {
    const at = placeOf(visit, { table, vtable }, slot);
    if (at === null) continue;
    if (kind.holds === 'union') {
      const tag = placeOf(visit, { table, vtable }, kind.tag);
      const found = tag === null ? undefined : kind.shapes().get(visit.view.getUint8(tag));
      if (found !== undefined) verifyTable(visit, follow(visit, at), found, depth + 1);
    } else verifySlot(visit, at, kind, depth);
  }
}

function verifySlot(visit: Visit, at: number, kind: Exclude<Slot, { holds: 'union' }>, depth: number): void {
  if (kind.holds === 'scalar') {
    need(visit, at, kind.bytes);
  } else if (kind.holds === 'table') {
    verifyTable(visit, follow(visit, at), kind.shape(), depth + 1);
  } else if (kind.holds === 'tables') {
    const start = follow(visit, at);
    const count = vectorLength(visit, start, 4);
    for (let i = 0; i < count; i++) {
      verifyTable(visit, follow(visit, start + 4 + 4 * i), kind.shape(), depth + 1);
    }
  } else vectorLength(visit, follow(visit, at), kind.holds === 'vector' ? kind.bytes : 1);
}

/** Where the vtable of a table starts, with its length checked. */
function vtableOf(visit: Visit, table: number): number {
  need(visit, table, 4);
  const vtable = table - visit.view.getInt32(table, true);
  need(visit, vtable, 4);
  const length = visit.view.getUint16(vtable, true);
  if (length < 4 || length % 2 !== 0) throw new Error('metadata has a malformed table');
  need(visit, vtable, length);
  return vtable;
}

/** Where the content of a slot starts; null where the table leaves it out. */
function placeOf(visit: Visit, { table, vtable }: { table: number; vtable: number }, slot: number) {
  const entry = 4 + 2 * slot;
  if (entry + 2 > visit.view.getUint16(vtable, true)) return null;
  const offset = visit.view.getUint16(vtable + entry, true);
  if (offset === 0) return null;
  need(visit, table + offset, 1);
  return table + offset;
}

/** The place that the offset at `at` names. */
function follow(visit: Visit, at: number): number {
  need(visit, at, 4);
  return at + visit.view.getUint32(at, true);
}

/** The number of elements of the vector at `start`, which all are there. */
function vectorLength(visit: Visit, start: number, bytesEach: number): number {
  need(visit, start, 4);
  const count = visit.view.getUint32(start, true);
  need(visit, start + 4, count * bytesEach);
  return count;
}

/** Throws unless `length` bytes at `at` are there, and spends them: many offsets may lead to the same long vector. */
function need(visit: Visit, at: number, length: number): void {
  if (at < 0 || at + length > visit.view.byteLength) throw new Error('metadata leads out of its bytes');
  visit.left -= length;
  if (visit.left < 0) throw new Error('metadata repeats itself too often');
}

/** Where the elements of a vector in a slot of the root table start, and how many there are. For verified buffers. */
export function rootVector(bytes: Uint8Array, slot: number): { start: number; count: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const table = view.getUint32(0, true);
  const vtable = table - view.getInt32(table, true);
  const entry = 4 + 2 * slot;
  const offset = entry + 2 > view.getUint16(vtable, true) ? 0 : view.getUint16(vtable + entry, true);
  if (offset === 0) return { start: 0, count: 0 };
  const vector = table + offset + view.getUint32(table + offset, true);
  return { start: vector + 4, count: view.getUint32(vector, true) };
}
