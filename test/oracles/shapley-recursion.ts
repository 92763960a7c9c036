/**
 * TreeSHAP by the EXTEND / UNWIND recursion (Lundberg et al. 2018, arXiv 1802.03888, Algorithm 2), written from the
 * paper, for trees too large for enumeration. UNWIND divides by the share z of cover, so every cover must be positive.
 */
import type { Tree } from '../../src/ensemble/tree.js';

/** One player on the path: its index, fractions of zero (z) and one (o) paths, and the permutation weight. */
interface Step {
  player: number;
  zero: number;
  one: number;
  weight: number;
}

/** Shapley values of one tree for one row, per player. O(leaves * depth^2). */
export function shapleyByRecursion(
  tree: Tree,
  row: ArrayLike<number>,
  playerOf: ArrayLike<number>,
  players: number,
): number[] {
  const phi = new Array<number>(players).fill(0);
  const recurse = (
    node: number,
    before: readonly Step[],
    zero: number,
    one: number,
    player: number,
  ): void => {
    let path = extend(before, zero, one, player);
    if (tree.left[node] < 0) {
      for (let i = 1; i < path.length; i++) {
        const weight = unwind(path, i).reduce((sum, step) => sum + step.weight, 0);
        phi[path[i].player] += weight * (path[i].one - path[i].zero) * tree.value[node];
      }
      return;
    }
    const column = tree.feature[node];
    const value = row[column];
    const goesLeft = Number.isNaN(value) ? tree.defaultLeft[node] === 1 : value < tree.threshold[node];
    const hot = goesLeft ? tree.left[node] : tree.right[node];
    const cold = goesLeft ? tree.right[node] : tree.left[node];
    let zeroSoFar = 1;
    let oneSoFar = 1;
    const known = path.findIndex((step, i) => i > 0 && step.player === playerOf[column]);
    if (known > 0) {
      zeroSoFar = path[known].zero;
      oneSoFar = path[known].one;
      path = unwind(path, known);
    }
    const cover = tree.cover[node];
    recurse(hot, path, (zeroSoFar * tree.cover[hot]) / cover, oneSoFar, playerOf[column]);
    recurse(cold, path, (zeroSoFar * tree.cover[cold]) / cover, 0, playerOf[column]);
  };
  recurse(0, [], 1, 1, -1);
  return phi;
}

function extend(path: readonly Step[], zero: number, one: number, player: number): Step[] {
  const length = path.length;
  const longer = path.map((step) => ({ ...step }));
  longer.push({ player, zero, one, weight: length === 0 ? 1 : 0 });
  for (let i = length - 1; i >= 0; i--) {
    longer[i + 1].weight += (one * longer[i].weight * (i + 1)) / (length + 1);
    longer[i].weight = (zero * longer[i].weight * (length - i)) / (length + 1);
  }
  return longer;
}

function unwind(path: readonly Step[], removed: number): Step[] {
  const last = path.length - 1;
  const { zero, one } = path[removed];
  const shorter = path.map((step) => ({ ...step }));
  let next = shorter[last].weight;
  for (let i = last - 1; i >= 0; i--) {
    if (one !== 0) {
      const weight = shorter[i].weight;
      shorter[i].weight = (next * (last + 1)) / ((i + 1) * one);
      next = weight - (shorter[i].weight * zero * (last - i)) / (last + 1);
    } else {
      shorter[i].weight = (shorter[i].weight * (last + 1)) / (zero * (last - i));
    }
  }
  for (let i = removed; i < last; i++) {
    const { player, zero: nextZero, one: nextOne } = shorter[i + 1];
    Object.assign(shorter[i], { player, zero: nextZero, one: nextOne });
  }
  return shorter.slice(0, last);
}
