/** Where states lie in units' tables. */
import { Job, LANES, PASSES } from './job';

/** Bytes of a block's places in one unit. */
export const PLACES: usize = 2 * PASSES * LANES;
/** Bytes of a register. */
const REGISTER: u32 = 16;

/**
 * Writes where a pass's states, [byte][lane], lie in the units' tables, u16 bytes, to a block's places, [unit][row]. The
 * description of units begins for each with u32 bytes between states of its second byte, 0 without one.
 */
export function findPlaces(job: Job, states: usize, to: usize): void {
  const first = i16x8.splat(<i16>(REGISTER * max(1, job.width)));
  let unit = <usize>job.vectors;
  for (const end = unit + 4 * <usize>job.units; unit < end; unit += 4, to += PLACES) {
    if (load<u32>(unit) == 0) {
      placesOfByte(states, first, to);
      states += LANES;
    } else {
      placesOfPair(states, first, v128.load_splat<u16>(unit), to);
      states += 2 * LANES;
    }
  }
}

function placesOfByte(states: usize, first: v128, to: usize): void {
  for (const end = states + LANES; states < end; states += 16, to += 32) {
    const byte = v128.load(states);
    v128.store(to, i16x8.mul(i16x8.extend_low_i8x16_u(byte), first));
    v128.store(to, i16x8.mul(i16x8.extend_high_i8x16_u(byte), first), 16);
  }
}

function placesOfPair(states: usize, first: v128, second: v128, to: usize): void {
  for (const end = states + LANES; states < end; states += 16, to += 32) {
    const byte = v128.load(states);
    const other = v128.load(states, LANES);
    const low = i16x8.mul(i16x8.extend_low_i8x16_u(other), second);
    const high = i16x8.mul(i16x8.extend_high_i8x16_u(other), second);
    v128.store(to, i16x8.add(low, i16x8.mul(i16x8.extend_low_i8x16_u(byte), first)));
    v128.store(to, i16x8.add(high, i16x8.mul(i16x8.extend_high_i8x16_u(byte), first)), 16);
  }
}
