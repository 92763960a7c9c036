import { fits } from './limits.js';
import type { SelectionProblem } from './strategy.js';

/**
 * All non-empty sets within the limits that hold the required models, in lexicographic order; null when there are more
 * than `most`. O(sets x limits), because costs are never below 0, so no set that fits has a part that does not.
 */
export function fittingSubsets(
  { candidates, limits, required }: Pick<SelectionProblem, 'candidates' | 'limits' | 'required'>,
  most: number,
): number[][] | null {
  const free = [...candidates.keys()].filter((candidate) => !required.includes(candidate));
  const found: number[][] = required.length > 0 ? [[...required]] : [];
  const extend = (subset: readonly number[], from: number) => {
    for (let at = from; at < free.length && found.length <= most; at++) {
      const larger = [...subset, free[at]];
      if (!fits(limits, larger)) continue;
      found.push(larger);
      extend(larger, at + 1);
    }
  };
  extend(required, 0);
  return found.length > most ? null : found;
}
