import { gaussLegendre } from './quadrature.js';

/**
 * A leaf as a product game: v(S) = value * prod_{i in S} o_i * prod_{i not in S} z_i, where o_i says whether the row
 * meets all of player i's conditions on the path, and z_i (`shares`) is the product of cover(child) / cover(parent)
 * over the player's nodes on the path.
 */
export interface LeafGame {
  readonly value: number;
  /** shares[at .. at + count) are the z of the leaf's players */
  readonly shares: Float64Array;
  readonly at: number;
  readonly count: number;
}

/** A coalition of a leaf's players, and working space. */
export interface LeafScratch {
  /** [player of the leaf] 1 where the row meets all of the player's conditions */
  readonly satisfied: Uint8Array;
  /** the satisfied players, their shares, factors of the integrand, and integrals */
  readonly present: Int32Array;
  readonly share: Float64Array;
  readonly factor: Float64Array;
  readonly integral: Float64Array;
}

/** Working space for leaves of up to `players` players. */
export function createLeafScratch(players: number): LeafScratch {
  return {
    satisfied: new Uint8Array(players),
    present: new Int32Array(players),
    share: new Float64Array(players),
    factor: new Float64Array(players),
    integral: new Float64Array(players),
  };
}

/**
 * Adds the exact Shapley values of a leaf's game to out[start .. start + count).
 *
 * The order in which players arrive is drawn by giving each a uniform arrival time; player i arriving at t finds every
 * other player j present with probability t, so phi_i = value (o_i - z_i) * integral over t in [0, 1] of
 * prod_{j != i} (z_j (1 - t) + o_j t), a polynomial of degree count - 1: Gauss-Legendre with ceil(count / 2) nodes is
 * exact. Players whose conditions fail (o = 0) all have the same value. Terms are non-negative, so nothing cancels;
 * the only divisions are by factors >= t > 0 and 1 - t > 0 of interior nodes, so z = 0 is safe. O(count^2).
 * Source: Owen 1972 (multilinear extensions); "Quadrature TreeSHAP", arXiv 2605.04497.
 */
export function addLeafShapley(game: LeafGame, scratch: LeafScratch, out: Float64Array, start: number): void {
  const { shares, at, count } = game;
  const { satisfied, present, share, factor, integral } = scratch;
  let size = 0;
  let outside = game.value;
  for (let j = 0; j < count; j++) {
    if (satisfied[j] === 1) {
      present[size] = j;
      share[size] = shares[at + j];
      integral[size++] = 0;
    } else outside *= shares[at + j];
  }
  if (outside === 0) return;
  const absent = count - size;
  const { nodes, weights } = gaussLegendre((count + 1) >> 1);
  let absentIntegral = 0;
  for (let q = 0; q < nodes.length; q++) {
    const t = nodes[q];
    let product = weights[q];
    for (let j = 0; j < absent; j++) product *= 1 - t;
    for (let j = 0; j < size; j++) {
      factor[j] = share[j] + (1 - share[j]) * t;
      product *= factor[j];
    }
    absentIntegral += product / (1 - t);
    for (let j = 0; j < size; j++) integral[j] += product / factor[j];
  }
  for (let j = 0; j < count; j++) if (satisfied[j] === 0) out[start + j] -= outside * absentIntegral;
  for (let j = 0; j < size; j++) out[start + present[j]] += outside * (1 - share[j]) * integral[j];
}
