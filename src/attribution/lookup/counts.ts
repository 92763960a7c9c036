import type { LookupCounts } from '../lookup-types.js';
import { operationsOf } from './factors.js';
import type { CoveredTree } from './groups.js';
import type { Unit } from './unit.js';

/** What some trees' look-ups consist of. */
export function countUnits(covered: readonly CoveredTree[]): LookupCounts {
  const units = covered.flatMap(({ cover }) => cover.units);
  const factored = covered.flatMap(({ cover }) => cover.factored);
  const factors = factored.flatMap((unit) => unit.factors);
  const statesOf = (some: readonly Unit[]) => some.reduce((sum, { states }) => sum + states, 0);
  const points: number[] = [];
  for (const unit of factored) {
    for (let n = points.length; n <= unit.points; n++) points.push(0);
    points[unit.points]++;
  }
  return {
    units: units.length,
    states: statesOf(units),
    factored: factored.length,
    factoredLeaves: factored.reduce((sum, { leaves }) => sum + leaves.length, 0),
    factors: factors.length,
    factorStates: statesOf(factors),
    points,
    operations: factored.reduce((sum, unit) => sum + operationsOf(unit), 0),
  };
}

/** What several lots of trees consist of together. */
export function addCounts(parts: readonly LookupCounts[]): LookupCounts {
  const sum = (of: (counts: LookupCounts) => number) =>
    parts.reduce((total, counts) => total + of(counts), 0);
  const longest = Math.max(0, ...parts.map(({ points }) => points.length));
  return {
    units: sum(({ units }) => units),
    states: sum(({ states }) => states),
    factored: sum(({ factored }) => factored),
    factoredLeaves: sum(({ factoredLeaves }) => factoredLeaves),
    factors: sum(({ factors }) => factors),
    factorStates: sum(({ factorStates }) => factorStates),
    points: Array.from({ length: longest }, (_, n) => sum(({ points }) => points[n] ?? 0)),
    operations: sum(({ operations }) => operations),
  };
}
