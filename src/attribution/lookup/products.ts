/**
 * A leaf of a product game (see TreePlan) at one quadrature point. If every player is present with probability t, the
 * leaf is worth value * prod_j f_j; phi_i is the integral over t of value (o_i - z_i) prod_{j != i} f_j (Owen 1972).
 */
export interface LeafAtPoint {
  /** what every product is multiplied by */
  readonly value: number;
  /** [player] z */
  readonly shares: ArrayLike<number>;
  /** in (0, 1) */
  readonly t: number;
}

/**
 * Writes products[mask] = value * prod_j f_j for every set of satisfied players (bit j of mask is o_j), where
 * f_j = o_j t + z_j (1 - t) >= 0. O(2^players).
 */
export function fillProducts(products: Float64Array, { value, shares, t }: LeafAtPoint): void {
  products[0] = value;
  for (let player = 0, sets = 1; player < shares.length; player++, sets *= 2) {
    const absent = shares[player] * (1 - t);
    const present = absent + t;
    for (let mask = 0; mask < sets; mask++) {
      products[sets + mask] = products[mask] * present;
      products[mask] *= absent;
    }
  }
}

/** (o - z) / f of a satisfied player: a product times this is the slope. At most 1 / t. */
export function presentGain(share: number, t: number): number {
  return (1 - share) / (t + share * (1 - t));
}

/** (o - z) / f of a player that is not satisfied, whatever its share: of a share of 0 the product is 0. */
export function absentGain(t: number): number {
  return -1 / (1 - t);
}
