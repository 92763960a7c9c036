import { EsciSelectError } from '../../errors.js';
import { createRandom } from '../../math/random.js';
import { takeRows } from '../../math/rows.js';
import { SPLIT_TEST, SPLIT_TRAIN } from './examples.js';

const MAX_FOLDS = 32_767;

/**
 * A fold (0..k-1) for each element; elements of one group share a fold, and folds are balanced by elements: groups go,
 * largest first and in seeded random order among equals, to the emptiest fold. `groups` holds any numbers >= 0.
 * Throws 'usage' for a k that is not 2 or more, 'data' if there are fewer groups than folds. O(n + groups (log + k)).
 *
 * @example
 * import { groupedFolds } from 'esci-select';
 *
 * groupedFolds(Int32Array.of(0, 0, 1, 1, 2, 2), 3, 7); // => Int16Array(6) [ 1, 1, 0, 0, 2, 2 ]
 */
export function groupedFolds(groups: Int32Array, k: number, seed: number): Int16Array {
  if (!Number.isInteger(k) || k < 2 || k > MAX_FOLDS) {
    throw new EsciSelectError('usage', `the number of folds must be a whole number of at least 2, not ${k}`, {
      hint: 'such as --folds 5',
    });
  }
  const sizes = groupSizes(groups);
  const order = shuffledGroups(sizes, seed, 'folds');
  if (order.length < k) {
    throw new EsciSelectError('data', `${k} folds need at least ${k} queries, there are ${order.length}`, {
      hint: order.length >= 2 ? `give --folds ${order.length} or fewer` : 'give data with more queries',
    });
  }
  order.sort((a, b) => sizes[b] - sizes[a]);
  const foldOfGroup = new Int16Array(sizes.length);
  const loads = new Float64Array(k);
  for (const group of order) {
    const fold = emptiest(loads);
    foldOfGroup[group] = fold;
    loads[fold] += sizes[group];
  }
  return takeRows(foldOfGroup, 1, groups);
}

/**
 * SPLIT_TRAIN or SPLIT_TEST for each element; elements of one group share it. Groups in seeded random order go to the
 * test side while that brings it nearer to `testShare` of the elements; both sides get at least one group.
 * Throws 'usage' unless 0 < testShare < 1, 'data' if there are fewer than two groups.
 *
 * @example
 * import { groupedSplit } from 'esci-select';
 *
 * // 1 is train, 2 is test
 * groupedSplit(Int32Array.of(0, 0, 1, 1, 2, 2), 0.3, 7); // => Uint8Array(6) [ 2, 2, 1, 1, 1, 1 ]
 */
export function groupedSplit(groups: Int32Array, testShare: number, seed: number): Uint8Array {
  if (!(testShare > 0 && testShare < 1)) {
    throw new EsciSelectError('usage', `the test share must be between 0 and 1, not ${testShare}`, {
      hint: 'such as 0.2',
    });
  }
  const sizes = groupSizes(groups);
  const order = shuffledGroups(sizes, seed, 'split');
  if (order.length < 2) {
    throw new EsciSelectError('data', `a split needs at least 2 queries, there are ${order.length}`, {
      hint: 'give data with more queries',
    });
  }
  const target = testShare * groups.length;
  const side = new Uint8Array(sizes.length).fill(SPLIT_TRAIN);
  let test = 0;
  let tested = 0;
  for (const group of order) {
    if (tested === order.length - 1) break;
    if (Math.abs(test + sizes[group] - target) >= Math.abs(test - target)) continue;
    side[group] = SPLIT_TEST;
    test += sizes[group];
    tested++;
  }
  if (tested === 0) side[smallest(order, sizes)] = SPLIT_TEST;
  return takeRows(side, 1, groups);
}

/** Elements per group number; [group], 0 where a number is not used. */
function groupSizes(groups: Int32Array): Int32Array {
  let last = -1;
  for (const group of groups) last = Math.max(last, group);
  const sizes = new Int32Array(last + 1);
  for (const group of groups) sizes[group]++;
  return sizes;
}

function shuffledGroups(sizes: Int32Array, seed: number, label: string): number[] {
  const used: number[] = [];
  sizes.forEach((size, group) => {
    if (size > 0) used.push(group);
  });
  return createRandom(seed).fork(label).shuffle(used);
}

function emptiest(loads: Float64Array): number {
  let best = 0;
  for (let fold = 1; fold < loads.length; fold++) if (loads[fold] < loads[best]) best = fold;
  return best;
}

function smallest(order: readonly number[], sizes: Int32Array): number {
  return order.reduce((best, group) => (sizes[group] < sizes[best] ? group : best));
}
