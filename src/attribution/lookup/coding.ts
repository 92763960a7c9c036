import { EsciSelectError } from '../../errors.js';
import type { LookupGroup, LookupPlan } from '../lookup-types.js';
import { CUT_BYTES, type LookupMemory } from './memory.js';
import { CODE_STRIDE } from './program.js';
import { LOOKUP_RECORDS } from './records.js';

const { at: CODING, bytes: CODING_BYTES } = LOOKUP_RECORDS.coding;

/** The rows of a block. */
interface BlockSize {
  readonly rows: number;
  readonly columns: number;
}

/**
 * Codes the block in `memory.values` by the group's cuts; columns without cuts are passed by. Throws 'internal' where a column
 * that the plan says is complete has a missing value.
 */
export function codeBlock(
  memory: LookupMemory,
  { missing }: LookupPlan,
  { cuts }: LookupGroup,
  size: BlockSize,
): void {
  const coded: number[] = [];
  for (let column = 0; column < size.columns; column++) {
    const own = cuts.values.subarray(cuts.start[column], cuts.start[column + 1]);
    if (own.length === 0) continue;
    loadColumn(memory, coded.length, { column, cuts: own, missing: missing[column] === 1 }, size);
    coded.push(column);
  }
  if (coded.length === 0) return;
  memory.kernels.codeColumns(memory.coding, coded.length);
  coded.forEach((column, place) => {
    const absent = memory.words[(memory.coding + place * CODING_BYTES + CODING.missing) >>> 2];
    if (absent > 0 && missing[column] === 0) {
      throw new EsciSelectError('internal', `column ${column} has missing values, the plan is for none`);
    }
  });
}

/** A column to be coded. */
interface CodedColumn {
  readonly column: number;
  readonly cuts: Float32Array;
  /** whether codes with missing values on the left are wanted too */
  readonly missing: boolean;
}

/** Writes the record and the cuts of the column that is coded as the one of number `place`. */
function loadColumn(
  { words, floats, coding, cuts: tables, codes, values }: LookupMemory,
  place: number,
  { column, cuts, missing }: CodedColumn,
  { rows, columns }: BlockSize,
): void {
  const record = coding + place * CODING_BYTES;
  const table = tables + place * CUT_BYTES;
  const size = 2 ** Math.ceil(Math.log2(cuts.length + 1));
  floats.fill(Number.POSITIVE_INFINITY, table >>> 2, (table >>> 2) + size);
  floats.set(cuts, table >>> 2);
  const right = codes + column * CODE_STRIDE;
  words[(record + CODING.values) >>> 2] = values + column * 4;
  words[(record + CODING.step) >>> 2] = columns * 4;
  words[(record + CODING.rows) >>> 2] = rows;
  words[(record + CODING.cuts) >>> 2] = table;
  words[(record + CODING.count) >>> 2] = cuts.length;
  words[(record + CODING.size) >>> 2] = size;
  words[(record + CODING.right) >>> 2] = right;
  words[(record + CODING.left) >>> 2] = missing ? right + columns * CODE_STRIDE : 0;
  words[(record + CODING.missing) >>> 2] = 0;
}
