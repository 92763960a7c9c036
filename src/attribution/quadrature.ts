/** Nodes and weights of a quadrature rule on [0, 1]. */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const rules = new Map<number, QuadratureRule>();

/**
 * The Gauss-Legendre rule of n nodes on [0, 1], exact for polynomials of degree 2n - 1. All weights are positive.
 * Newton's method on the Legendre polynomial from Chebyshev-like starting points (Numerical Recipes, gauleg).
 * O(n^2), kept for the next call.
 */
export function gaussLegendre(n: number): QuadratureRule {
  const known = rules.get(n);
  if (known) return known;
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const { root, slope } = legendreRoot(n, Math.cos((Math.PI * (i + 0.75)) / (n + 0.5)));
    nodes[n - 1 - i] = (1 + root) / 2;
    weights[n - 1 - i] = 1 / ((1 - root * root) * slope * slope);
  }
  const rule = { nodes, weights };
  rules.set(n, rule);
  return rule;
}

/** The root of the Legendre polynomial of degree n near `start`, and the polynomial's slope there. */
function legendreRoot(n: number, start: number): { root: number; slope: number } {
  let root = start;
  let slope = 1;
  for (let step = 0; step < 100; step++) {
    let value = 1;
    let before = 0;
    for (let degree = 1; degree <= n; degree++) {
      const next = ((2 * degree - 1) * root * value - (degree - 1) * before) / degree;
      before = value;
      value = next;
    }
    slope = (n * (root * value - before)) / (root * root - 1);
    const change = value / slope;
    root -= change;
    if (Math.abs(change) < 1e-15) break;
  }
  return { root, slope };
}
