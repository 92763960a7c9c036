import type { LookupTree } from '../lookup-types.js';
import type { QuadLayout } from './quads.js';
import { BLOCK_ROWS } from './records.js';
import type { Unit } from './unit.js';

/** Bytes of a player's sums of a block where they are not dense, and of a unit's places. */
export const PLAYER_BYTES = 4 * BLOCK_ROWS;
const UNIT_BYTES = 2 * BLOCK_ROWS;
/** Bytes of a register of a state. */
const REGISTER = 16;
/** Registers that the kernel adds up at once, and what it knows an unused lane by. */
const MOST_REFS = 4;
const UNUSED = -1;

/** What the kernels read of the tables of units: src/kernels/assembly/attribution/accumulate.ts and quads.ts have the words. */
type Descriptions = Pick<LookupTree, 'vectors' | 'quads'>;

/** Whether a unit's state takes two bytes. */
export const isPaired = ({ states, byteStates }: Unit) => byteStates < states;

/** Of units whose tables hold `registers` of all players for every state, and begin at float32 `starts`. */
export function describeDense(
  units: readonly Unit[],
  starts: readonly number[],
  registers: number,
): Descriptions {
  const words = units.map((unit) => (isPaired(unit) ? REGISTER * registers * unit.byteStates : 0));
  words.push(...starts.map((start) => 4 * start));
  return { vectors: Int32Array.from(words), quads: 0 };
}

/** Of units whose tables hold registers of their own players: quads of many registers become several. */
export function describeQuads(
  units: readonly Unit[],
  starts: readonly number[],
  layout: QuadLayout,
): Descriptions {
  const words = units.map((unit) => (isPaired(unit) ? REGISTER * unit.byteStates : 0));
  let quads = 0;
  for (const { players, refs } of layout.quads) {
    const sums = Array.from({ length: 4 }, (_, lane) =>
      lane < players.length ? PLAYER_BYTES * players[lane] : UNUSED,
    );
    for (let from = 0; from < refs.length; from += MOST_REFS) {
      const some = refs.slice(from, from + MOST_REFS);
      words.push(...sums, some.length);
      for (const { unit, register } of some) {
        words.push(UNIT_BYTES * unit, 4 * starts[unit] + REGISTER * units[unit].states * register);
      }
      quads++;
    }
  }
  return { vectors: Int32Array.from(words), quads };
}
