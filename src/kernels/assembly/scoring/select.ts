/** AssemblyScript: leaf numbers of trees that fill their depth. */
import { PLANE } from './layout';

/**
 * A tree whose nodes are all there down to its depth. Bit n of a row's leaf number says whether it goes left at level n;
 * the plane of that is selected among those of the level by the bits above. Addresses of planes are level by level.
 */
@inline
export function selectLeaves(depth: u32, nodes: usize, quarter: usize, to: usize): void {
  if (depth == 0) return;
  const a = plane(nodes, 0, quarter);
  v128.store(to, a);
  if (depth == 1) return;
  const b = select2(nodes, 4, quarter, a);
  v128.store(to, b, PLANE);
  if (depth == 2) return;
  const c = select4(nodes, 12, quarter, a, b);
  v128.store(to, c, 2 * PLANE);
  if (depth == 3) return;
  const d = select8(nodes, 28, quarter, a, b, c);
  v128.store(to, d, 3 * PLANE);
  if (depth == 4) return;
  const e = select16(nodes, 60, quarter, a, b, c, d);
  v128.store(to, e, 4 * PLANE);
  if (depth == 5) return;
  const f = select32(nodes, 124, quarter, a, b, c, d, e);
  v128.store(to, f, 5 * PLANE);
  if (depth == 6) return;
  const left = select32(nodes, 252, quarter, b, c, d, e, f);
  const right = select32(nodes, 380, quarter, b, c, d, e, f);
  v128.store(to, v128.bitselect(left, right, a), 6 * PLANE);
}

/** A quarter of the plane whose address is `at` bytes behind `nodes`: one sum of constants, which a load's offset takes. */
@inline
function plane(nodes: usize, at: usize, quarter: usize): v128 {
  return v128.load(<usize>load<u32>(nodes + at) + quarter);
}

/** Of a level's planes, for every row the one that the bits above lead to: the first half where the first is set. */
@inline
function select2(nodes: usize, at: usize, quarter: usize, a: v128): v128 {
  return v128.bitselect(plane(nodes, at, quarter), plane(nodes, at + 4, quarter), a);
}

@inline
function select4(nodes: usize, at: usize, quarter: usize, a: v128, b: v128): v128 {
  return v128.bitselect(select2(nodes, at, quarter, b), select2(nodes, at + 8, quarter, b), a);
}

@inline
function select8(nodes: usize, at: usize, quarter: usize, a: v128, b: v128, c: v128): v128 {
  return v128.bitselect(select4(nodes, at, quarter, b, c), select4(nodes, at + 16, quarter, b, c), a);
}

@inline
function select16(nodes: usize, at: usize, quarter: usize, a: v128, b: v128, c: v128, d: v128): v128 {
  return v128.bitselect(select8(nodes, at, quarter, b, c, d), select8(nodes, at + 32, quarter, b, c, d), a);
}

@inline
function select32(nodes: usize, at: usize, quarter: usize, a: v128, b: v128, c: v128, d: v128, e: v128): v128 {
  return v128.bitselect(select16(nodes, at, quarter, b, c, d, e), select16(nodes, at + 64, quarter, b, c, d, e), a);
}
