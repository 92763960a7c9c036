/** Where the units' tables hold what is added to the rows' sums. */
import { LANES } from './job';

/** Bytes of what findVectors reads of a unit's description. */
export const UNIT: usize = 12;

/**
 * Writes where a pass's vectors lie, u32 [row]. A unit's description begins with u32 bytes from `tables` to its table, u32 bytes
 * between states of the second byte (0 without one), u32 bytes of a state.
 */
export function findVectors(unit: usize, state: usize, tables: usize, addresses: usize): void {
  const table = i32x4.splat(<i32>(tables + <usize>load<u32>(unit)));
  const second = v128.load_splat<u32>(unit, 4);
  const bytes = v128.load_splat<u32>(unit, 8);
  const isPaired = load<u32>(unit, 4) != 0;
  for (const end = addresses + 4 * LANES; addresses < end; addresses += 32, state += 8) {
    const states = i16x8.extend_low_i8x16_u(v128.load64_zero(state));
    let low = i32x4.add(table, i32x4.mul(i32x4.extend_low_i16x8_u(states), bytes));
    let high = i32x4.add(table, i32x4.mul(i32x4.extend_high_i16x8_u(states), bytes));
    if (isPaired) {
      const others = i16x8.extend_low_i8x16_u(v128.load64_zero(state, LANES));
      low = i32x4.add(low, i32x4.mul(i32x4.extend_low_i16x8_u(others), second));
      high = i32x4.add(high, i32x4.mul(i32x4.extend_high_i16x8_u(others), second));
    }
    v128.store(addresses, low);
    v128.store(addresses, high, 16);
  }
}

