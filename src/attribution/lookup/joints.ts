import { factorLayout } from './factor-table.js';
import type { FactoredUnit } from './factors.js';

/** Float32 of a factored unit's tables. */
export function valuesOfFactors({ factors, points }: FactoredUnit): number {
  return factors.reduce((sum, factor) => sum + factor.states * factorLayout(factor, points).width, 0);
}

/**
 * The kernel's description of factored units whose tables begin at float32 `used`, in 32-bit words, where players' sums of a
 * row are `step` bytes apart, as
 * src/kernels/assembly/attribution/join.ts reads it. Unused lanes of a register lie at its first player, whose sum they
 * add 0 to.
 */
export function describeJoints(units: readonly FactoredUnit[], used: number, step: number): Int32Array {
  const words: number[] = [];
  let table = used;
  for (const { factors, points } of units) {
    words.push(factors.length, points);
    for (const factor of factors) {
      const { width, registers } = factorLayout(factor, points);
      words.push(4 * table, 4 * width, registers);
      table += factor.states * width;
    }
    for (const { players } of factors) {
      for (let lane = 0; lane < 4 * Math.ceil(players.length / 4); lane++) {
        words.push(step * (players[lane] ?? players[lane & ~3]).player);
      }
    }
  }
  return Int32Array.from(words);
}

/** Bytes that joining needs for one row of a pass: every factor's products at all points of the largest unit. */
export function productBytes(units: readonly FactoredUnit[]): number {
  const bytes = units.map(({ factors, points }) => 16 * factors.length * Math.ceil(points / 4));
  return bytes.reduce((most, size) => Math.max(most, size), 0);
}
