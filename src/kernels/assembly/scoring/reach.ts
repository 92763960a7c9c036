/** AssemblyScript: leaf numbers of trees of any shape. */
import { PLANE, REACH, Tree } from './layout';

/**
 * A tree of any shape. The rows that reach a node's children are those that reach the node and go left or right there;
 * a bit of the leaf number is set for the rows that reach any of certain nodes. The structure: u32 bytes from REACH to the
 * plane of the rows that reach split n, for all n (its children's planes are 2n + 1 and 2n + 2; all rows reach the first
 * plane); then for every bit u32 count of nodes, and these bytes for the planes of each.
 */
export function reach(tree: Tree, nodes: usize, to: usize): void {
  let at = <usize>tree.structure;
  let target = REACH + PLANE;
  for (const end = at + 4 * <usize>tree.splits; at < end; at += 4) {
    const from = <usize>load<u32>(at);
    const left = <usize>load<u32>(nodes);
    nodes += 4;
    const r0 = v128.load(from, REACH);
    const r1 = v128.load(from, REACH + 16);
    const r2 = v128.load(from, REACH + 32);
    const r3 = v128.load(from, REACH + 48);
    const c0 = v128.load(left);
    const c1 = v128.load(left, 16);
    const c2 = v128.load(left, 32);
    const c3 = v128.load(left, 48);
    v128.store(target, v128.and(r0, c0));
    v128.store(target, v128.and(r1, c1), 16);
    v128.store(target, v128.and(r2, c2), 32);
    v128.store(target, v128.and(r3, c3), 48);
    v128.store(target, v128.andnot(r0, c0), PLANE);
    v128.store(target, v128.andnot(r1, c1), PLANE + 16);
    v128.store(target, v128.andnot(r2, c2), PLANE + 32);
    v128.store(target, v128.andnot(r3, c3), PLANE + 48);
    target += 2 * PLANE;
  }
  for (const last = to + <usize>tree.bits * PLANE; to < last; to += PLANE) {
    const count = <usize>load<u32>(at);
    at += 4;
    let s0 = i8x16.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    for (const end = at + 4 * count; at < end; at += 4) {
      const from = <usize>load<u32>(at);
      s0 = v128.or(s0, v128.load(from, REACH));
      s1 = v128.or(s1, v128.load(from, REACH + 16));
      s2 = v128.or(s2, v128.load(from, REACH + 32));
      s3 = v128.or(s3, v128.load(from, REACH + 48));
    }
    v128.store(to, s0);
    v128.store(to, s1, 16);
    v128.store(to, s2, 32);
    v128.store(to, s3, 48);
  }
}
