/** The sums of a unit's leaves, state by state: they stay in registers for as many leaves as there are at once. */
import { Unit } from './job';

/** Adds the leaves that are waiting to the sums of all states, in their order. */
export function addLeaves(unit: Unit): void {
  const begun = unit.begun != 0;
  unit.begun = 1;
  const width = <usize>unit.width;
  if (width == 2) addPairs(unit, 1, begun);
  else if (width == 4) addPairs(unit, 2, begun);
  else if (width == 6) addPairs(unit, 3, begun);
  else if (width == 8) addPairs(unit, 4, begun);
  else if (width == 10) addPairs(unit, 5, begun);
  unit.leaves = 0;
}

/** addLeaves of vectors of so many registers, a number that is known at compile time. */
@inline
function addPairs(unit: Unit, pairs: i32, begun: bool): void {
  const bytes: usize = 16 * pairs;
  const leaves = <usize>unit.leaves;
  const maskBytes = <usize>unit.maskBytes;
  const vectorBytes = <usize>unit.vectorBytes;
  const zero = f64x2.splat(0);
  let to = <usize>unit.sums;
  let masks = <usize>unit.masks;
  for (const end = masks + 2 * <usize>unit.states; masks < end; masks += 2) {
    let a = begun ? v128.load(to) : zero;
    let b = begun && pairs > 1 ? v128.load(to, 16) : zero;
    let c = begun && pairs > 2 ? v128.load(to, 32) : zero;
    let d = begun && pairs > 3 ? v128.load(to, 48) : zero;
    let e = begun && pairs > 4 ? v128.load(to, 64) : zero;
    let mask = masks;
    let vectors = <usize>unit.vectors;
    for (const last = vectors + leaves * vectorBytes; vectors < last; vectors += vectorBytes) {
      const from = vectors + <usize>load<u16>(mask) * bytes;
      a = f64x2.add(a, v128.load(from));
      if (pairs > 1) b = f64x2.add(b, v128.load(from, 16));
      if (pairs > 2) c = f64x2.add(c, v128.load(from, 32));
      if (pairs > 3) d = f64x2.add(d, v128.load(from, 48));
      if (pairs > 4) e = f64x2.add(e, v128.load(from, 64));
      mask += maskBytes;
    }
    v128.store(to, a);
    if (pairs > 1) v128.store(to, b, 16);
    if (pairs > 2) v128.store(to, c, 32);
    if (pairs > 3) v128.store(to, d, 48);
    if (pairs > 4) v128.store(to, e, 64);
    to += bytes;
  }
}
