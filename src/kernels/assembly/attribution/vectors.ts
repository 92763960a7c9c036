/** Where the units' tables hold what is added to the rows' sums. */
import { LANES } from './job';

/** Bytes of what findVectors reads of a unit's description. */
export const UNIT: usize = 12;

/**
 * Writes where a pass's vectors lie, u32 [row]. A unit's description begins with u32 bytes from `tables` to its table, u32
 * registers between states of the second byte (0 without one), u32 registers of a state; a table has less than 2^16 of them.
 */
export function findVectors(unit: usize, state: usize, tables: usize, addresses: usize): void {
  const table = i32x4.splat(<i32>(tables + <usize>load<u32>(unit)));
  const second = v128.load_splat<u16>(unit, 4);
  const registers = v128.load_splat<u16>(unit, 8);
  const isPaired = load<u32>(unit, 4) != 0;
  for (const end = addresses + 4 * LANES; addresses < end; addresses += 32, state += 8) {
    let places = i16x8.mul(i16x8.extend_low_i8x16_u(v128.load64_zero(state)), registers);
    if (isPaired) {
      const others = i16x8.extend_low_i8x16_u(v128.load64_zero(state, LANES));
      places = i16x8.add(places, i16x8.mul(others, second));
    }
    v128.store(addresses, i32x4.add(table, i32x4.shl(i32x4.extend_low_i16x8_u(places), 4)));
    v128.store(addresses, i32x4.add(table, i32x4.shl(i32x4.extend_high_i16x8_u(places), 4)), 16);
  }
}
