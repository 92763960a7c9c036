import { writeRecord } from '../../kernels/records.js';
import type { TrainingMemory } from './memory.js';
import { MOVE } from './records.js';

/** Columns that one instruction moves. */
const LANES = 16;
/** An index of a swizzle that gives 0. */
const NOTHING = 0xff;

/**
 * Writes how the codes of some columns (ascending) are brought together when rows are gathered: 16 columns at a time are
 * picked out of 16 bytes of a row. Returns the number of moves; 0 where all columns are wanted and rows are copied whole.
 */
export function writeMoves(memory: TrainingMemory, columns: Int32Array, k: number): number {
  const { layout, bytes } = memory;
  if (columns.every((column, place) => column === place)) return 0;
  let count = 0;
  for (let to = 0; to < columns.length; to += LANES) {
    const wanted = columns.subarray(to, to + LANES);
    const sources = new Set(Array.from(wanted, (column) => LANES * Math.floor(column / LANES)));
    let joins = 0;
    for (const from of sources) {
      const record = layout.moves[k] + count * MOVE.bytes;
      const mask = record + MOVE.at.mask;
      writeRecord(memory, MOVE, record, { from, to, joins, unused: 0 });
      bytes.fill(NOTHING, mask, mask + LANES);
      wanted.forEach((column, lane) => {
        if (column >= from && column < from + LANES) bytes[mask + lane] = column - from;
      });
      joins = 1;
      count++;
    }
  }
  return count;
}
