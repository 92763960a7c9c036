/** ENGINE's index kernel: which state each row is in. */
import { LANES } from './job';

/** Bytes of a condition: u32 offset of its column's codes, i8 cut, u8 stride (or flip), two unused. */
const CONDITION: usize = 8;

/**
 * Writes the states of 64 rows in every unit. A unit's program: u32 count of free conditions, u32 count of players on
 * its path, the free conditions; then for each of these players u16 count of inner conditions, u16 count of path
 * conditions, u8 stride, three unused, and both lists. A state is the sum of strides of the free conditions met, and
 * for each path player whose path conditions all hold, of its stride and the strides of its inner conditions met.
 */
export function findStates(program: usize, units: usize, codes: usize, states: usize): void {
  let at = program;
  for (let target = states, last = states + units * LANES; target < last; target += LANES) {
    let s0 = i8x16.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    const free = <usize>load<u32>(at) * CONDITION;
    let players = load<u32>(at, 4);
    at += 8;
    for (const end = at + free; at < end; at += CONDITION) {
      const code = codes + <usize>load<u32>(at);
      const cut = v128.load_splat<u8>(at, 4);
      const stride = v128.load_splat<u8>(at, 5);
      s0 = i8x16.add(s0, v128.and(i8x16.gt_s(cut, v128.load(code)), stride));
      s1 = i8x16.add(s1, v128.and(i8x16.gt_s(cut, v128.load(code, 16)), stride));
      s2 = i8x16.add(s2, v128.and(i8x16.gt_s(cut, v128.load(code, 32)), stride));
      s3 = i8x16.add(s3, v128.and(i8x16.gt_s(cut, v128.load(code, 48)), stride));
    }
    for (; players > 0; players--) {
      const inner = <usize>load<u16>(at) * CONDITION;
      const path = <usize>load<u16>(at, 2) * CONDITION;
      let a0 = v128.load_splat<u8>(at, 4);
      let a1 = a0;
      let a2 = a0;
      let a3 = a0;
      at += CONDITION;
      for (const end = at + inner; at < end; at += CONDITION) {
        const code = codes + <usize>load<u32>(at);
        const cut = v128.load_splat<u8>(at, 4);
        const stride = v128.load_splat<u8>(at, 5);
        a0 = i8x16.add(a0, v128.and(i8x16.gt_s(cut, v128.load(code)), stride));
        a1 = i8x16.add(a1, v128.and(i8x16.gt_s(cut, v128.load(code, 16)), stride));
        a2 = i8x16.add(a2, v128.and(i8x16.gt_s(cut, v128.load(code, 32)), stride));
        a3 = i8x16.add(a3, v128.and(i8x16.gt_s(cut, v128.load(code, 48)), stride));
      }
      for (const end = at + path; at < end; at += CONDITION) {
        const code = codes + <usize>load<u32>(at);
        const cut = v128.load_splat<u8>(at, 4);
        const flip = v128.load_splat<u8>(at, 5);
        a0 = v128.and(a0, v128.xor(i8x16.gt_s(cut, v128.load(code)), flip));
        a1 = v128.and(a1, v128.xor(i8x16.gt_s(cut, v128.load(code, 16)), flip));
        a2 = v128.and(a2, v128.xor(i8x16.gt_s(cut, v128.load(code, 32)), flip));
        a3 = v128.and(a3, v128.xor(i8x16.gt_s(cut, v128.load(code, 48)), flip));
      }
      s0 = i8x16.add(s0, a0);
      s1 = i8x16.add(s1, a1);
      s2 = i8x16.add(s2, a2);
      s3 = i8x16.add(s3, a3);
    }
    v128.store(target, s0);
    v128.store(target, s1, 16);
    v128.store(target, s2, 32);
    v128.store(target, s3, 48);
  }
}
