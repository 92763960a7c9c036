import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPLIT_TEST, SPLIT_TRAIN } from '../../src/data/examples/examples.js';
import { groupedFolds, groupedSplit } from '../../src/data/examples/splits.js';

const groupsOf = fc
  .array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 300 })
  .map((groups) => Int32Array.from(groups));

/** Whether all elements of a group have one value. */
function constantWithin(groups: Int32Array, values: ArrayLike<number>): boolean {
  const seen = new Map<number, number>();
  return groups.every((group, at) => {
    if (!seen.has(group)) seen.set(group, values[at]);
    return seen.get(group) === values[at];
  });
}

function sizesOf(values: ArrayLike<number>, count: number): number[] {
  const sizes = new Array<number>(count).fill(0);
  for (let at = 0; at < values.length; at++) sizes[values[at]]++;
  return sizes;
}

describe('groupedFolds', () => {
  it('keeps groups whole, uses every fold, and balances to within the largest group', () => {
    fc.assert(
      fc.property(groupsOf, fc.integer({ min: 2, max: 7 }), fc.integer(), (groups, k, seed) => {
        const distinct = new Set(groups).size;
        fc.pre(distinct >= k);
        const folds = groupedFolds(groups, k, seed);
        expect(constantWithin(groups, folds)).toBe(true);
        const sizes = sizesOf(folds, k);
        expect(Math.min(...sizes)).toBeGreaterThan(0);
        const largest = Math.max(...sizesOf(groups, 61));
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(largest);
      }),
    );
  });

  it('depends on the seed and on nothing else', () => {
    const groups = Int32Array.from({ length: 200 }, (_, at) => at % 50);
    expect(groupedFolds(groups, 5, 7)).toEqual(groupedFolds(groups.slice(), 5, 7));
    expect(groupedFolds(groups, 5, 7)).not.toEqual(groupedFolds(groups, 5, 8));
    expect(sizesOf(groupedFolds(groups, 5, 7), 5)).toEqual([40, 40, 40, 40, 40]);
  });

  it('places large groups first, so that small ones even the folds out', () => {
    const groups = Int32Array.from({ length: 100 }, (_, at) => Math.max(0, at - 49));
    for (let seed = 0; seed < 20; seed++) expect(sizesOf(groupedFolds(groups, 2, seed), 2)).toEqual([50, 50]);
  });

  it('refuses fewer groups than folds, and folds that are none', () => {
    const groups = Int32Array.from([4, 4, 9]);
    expect(() => groupedFolds(groups, 3, 1)).toThrow('3 folds need at least 3 queries, there are 2');
    expect(() => groupedFolds(groups, 1, 1)).toThrow('at least 2');
    expect(() => groupedFolds(groups, 2.5, 1)).toThrow('whole number');
  });
});

describe('groupedSplit', () => {
  it('keeps groups whole and comes near the share', () => {
    fc.assert(
      fc.property(
        groupsOf,
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.integer(),
        (groups, share, seed) => {
          fc.pre(new Set(groups).size >= 2);
          const split = groupedSplit(groups, share, seed);
          expect(constantWithin(groups, split)).toBe(true);
          const [, train, test] = sizesOf(split, 3);
          expect(Math.min(train, test)).toBeGreaterThan(0);
          const largest = Math.max(...sizesOf(groups, 61));
          expect(Math.abs(test - share * groups.length)).toBeLessThanOrEqual(largest);
        },
      ),
    );
  });

  it('is exact where groups are small, and differs by seed', () => {
    const groups = Int32Array.from({ length: 100 }, (_, at) => at);
    const split = groupedSplit(groups, 0.2, 1);
    expect(sizesOf(split, 3)).toEqual([0, 80, 20]);
    expect(split).not.toEqual(groupedSplit(groups, 0.2, 2));
    expect([...new Set(split)].sort()).toEqual([SPLIT_TRAIN, SPLIT_TEST]);
    expect(() => groupedSplit(groups, 1, 1)).toThrow('between 0 and 1');
    expect(() => groupedSplit(Int32Array.from([3, 3]), 0.5, 1)).toThrow('at least 2 queries, there are 1');
  });
});
