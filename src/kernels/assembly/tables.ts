/**
 * AssemblyScript, compiled to dist/kernels/tables.wasm: how look-up tables of attribution are filled
 * (src/attribution/lookup/table.ts lays out the memory). ENGINE: "Exact TreeSHAP as table look-ups".
 */
import { Unit } from './tables/job';
import { findMasks, leafVectors } from './tables/leaf';

/** Zeros a unit's sums. */
export function beginUnit(pointer: usize): void {
  const unit = changetype<Unit>(pointer);
  memory.fill(<usize>unit.sums, 0, 8 * <usize>unit.states * <usize>unit.width);
}

/** Adds one leaf's Shapley values to the sums of all states of its unit. */
export function addLeaf(pointer: usize): void {
  const unit = changetype<Unit>(pointer);
  findMasks(unit);
  leafVectors(unit);
  const bytes: usize = 8 * <usize>unit.width;
  const vectors = <usize>unit.vectors;
  const end: usize = <usize>unit.masks + 2 * <usize>unit.states;
  let to = <usize>unit.sums;
  for (let mask = <usize>unit.masks; mask < end; mask += 2) {
    const from = vectors + <usize>load<u16>(mask) * bytes;
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to + at, f64x2.add(v128.load(to + at), v128.load(from + at)));
    }
    to += bytes;
  }
}

/** Writes the sums to a table of float32, each player's of the first state at its u32 place, of the next `step` bytes on. */
export function endUnit(pointer: usize, table: usize, places: usize, step: usize): void {
  const unit = changetype<Unit>(pointer);
  let from = <usize>unit.sums;
  for (const end = table + <usize>unit.states * step; table < end; table += step) {
    for (let player: usize = 0; player < <usize>unit.players; player++) {
      store<f32>(table + 4 * <usize>load<u32>(places + 4 * player), <f32>load<f64>(from + 8 * player));
    }
    from += 8 * <usize>unit.width;
  }
}

/** Where the record's fields lie, for the library to compare. */
export { unit } from './tables/records';
