/**
 * AssemblyScript, compiled to dist/kernels/tables.wasm: how look-up tables of attribution are filled
 * (src/attribution/lookup/table.ts lays out the memory). ENGINE: "Exact TreeSHAP as table look-ups".
 */
import { LEAVES, Unit } from './tables/job';
import { findMasks, leafVectors } from './tables/leaf';
import { addLeaves } from './tables/sums';

/** Begins a unit without leaves. */
export function beginUnit(pointer: usize): void {
  const unit = changetype<Unit>(pointer);
  unit.leaves = 0;
  unit.begun = 0;
}

/** Takes one leaf's Shapley values in all states of its unit. */
export function addLeaf(pointer: usize): void {
  const unit = changetype<Unit>(pointer);
  const leaf = <usize>unit.leaves;
  unit.leaves++;
  findMasks(unit, <usize>unit.masks + leaf * <usize>unit.maskBytes);
  leafVectors(unit, <usize>unit.vectors + leaf * <usize>unit.vectorBytes);
  if (unit.leaves == LEAVES) addLeaves(unit);
}

/** Writes the sums to a table of float32, each player's of the first state at its u32 place, of the next `step` bytes on. */
export function endUnit(pointer: usize, table: usize, places: usize, step: usize): void {
  const unit = changetype<Unit>(pointer);
  addLeaves(unit);
  let from = <usize>unit.sums;
  for (const end = table + <usize>unit.states * step; table < end; table += step) {
    for (let player: usize = 0; player < <usize>unit.players; player++) {
      store<f32>(table + 4 * <usize>load<u32>(places + 4 * player), <f32>load<f64>(from + 8 * player));
    }
    from += 8 * <usize>unit.width;
  }
}

/** Where the record's fields lie, for the library to compare. */
export { place, unit } from './tables/records';
