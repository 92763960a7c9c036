import type { Random } from '../../math/random.js';

/**
 * `count` of the numbers 0..total-1, ascending, each subset equally likely. Knuth's algorithm S (TAOCP volume 2, 3.4.2).
 * O(total).
 */
export function sampleAscending(total: number, count: number, random: Random): Int32Array {
  // every number is written where the next one taken goes: a branch that nobody can foretell takes longer
  const sample = new Int32Array(count + 1);
  const drawn = new Float64Array(Math.min(total, DRAWN_AT_ONCE));
  let taken = 0;
  for (let from = 0; from < total; from += drawn.length) {
    random.uniforms(drawn);
    const to = Math.min(total, from + drawn.length);
    for (let at = from; at < to; at++) {
      sample[taken] = at;
      taken += drawn[at - from] * (total - at) < count - taken ? 1 : 0;
    }
  }
  return sample.subarray(0, count);
}

const DRAWN_AT_ONCE = 1024;

/** How many of `total` a fraction is: rounded, and at least one. */
export function partOf(total: number, fraction: number): number {
  return Math.max(1, Math.round(total * fraction));
}

/** Column indices in order of their names (of equal names, the earlier column first): what breaks ties and sampling. */
export function columnsByName(names: readonly string[]): Int32Array {
  const columns = Int32Array.from(names, (_, column) => column);
  return columns.sort((a, b) => (names[a] === names[b] ? a - b : names[a] < names[b] ? -1 : 1));
}
