import { describe, expect, it } from 'vitest';
import { gaussLegendre } from '../../src/attribution/quadrature.js';

describe('Gauss-Legendre quadrature on [0, 1]', () => {
  it.each([1, 2, 3, 5, 12, 32])('of %i nodes integrates every power up to 2n - 1', (n) => {
    const { nodes, weights } = gaussLegendre(n);
    for (let power = 0; power <= 2 * n - 1; power++) {
      const integral = nodes.reduce((sum, node, i) => sum + weights[i] * node ** power, 0);
      expect(Math.abs(integral * (power + 1) - 1)).toBeLessThan(1e-12);
    }
  });

  it('is not exact one power further', () => {
    const { nodes, weights } = gaussLegendre(2);
    const integral = nodes.reduce((sum, node, i) => sum + weights[i] * node ** 4, 0);
    expect(Math.abs(integral - 1 / 5)).toBeGreaterThan(1e-3);
  });

  it('has ascending nodes inside the interval and positive weights', () => {
    const { nodes, weights } = gaussLegendre(20);
    expect([...nodes]).toEqual([...nodes].sort((a, b) => a - b));
    expect(Math.min(...nodes)).toBeGreaterThan(0);
    expect(Math.max(...nodes)).toBeLessThan(1);
    expect(Math.min(...weights)).toBeGreaterThan(0);
  });

  it('has no nodes for degree 0', () => {
    expect(gaussLegendre(0).nodes).toHaveLength(0);
  });
});
