import { createRandom } from '../math/random.js';

/** Replicates of a bootstrap that are worked on together, so that every sum is walked once for all of them. */
export const LANES = 8;

export interface BootstrapOptions {
  readonly replicates: number;
  readonly seed: number;
}

/** Up to LANES replicates of a bootstrap over queries. */
export interface DrawBlock {
  /** number of the first replicate, and how many there are; lanes beyond hold weights 0 */
  readonly first: number;
  readonly lanes: number;
  /** [query * LANES + lane] how often the query was drawn */
  readonly weights: Float64Array;
}

/**
 * Draws queries with replacement, as many as there are, once per replicate (cluster bootstrap, Field & Welsh 2007):
 * count vectors that everything summed per query shares. The same seed and number of queries give the same draws. The
 * block's weights are used again after `visit`. O(replicates x queries).
 */
export function forEachDraw(
  queries: number,
  { replicates, seed }: BootstrapOptions,
  visit: (block: DrawBlock) => void,
): void {
  const random = createRandom(seed).fork('bootstrap');
  const weights = new Float64Array(queries * LANES);
  for (let first = 0; first < replicates; first += LANES) {
    const lanes = Math.min(LANES, replicates - first);
    weights.fill(0);
    for (let lane = 0; lane < lanes; lane++) {
      for (let draw = 0; draw < queries; draw++) weights[random.integer(queries) * LANES + lane]++;
    }
    visit({ first, lanes, weights });
  }
}

/** Values of some queries; all queries in order where `queries` is null. */
export interface QueryValues {
  readonly queries: Int32Array | null;
  readonly values: Float64Array;
}

/**
 * Sums of weight x value per lane, in the order of the entries. O(entries). One local per lane, because only those stay in
 * registers: an array of sums is four times as slow.
 */
export function laneSums({ queries, values }: QueryValues, weights: Float64Array, out: Float64Array): void {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  let e = 0;
  let f = 0;
  let g = 0;
  let h = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    const start = (queries === null ? at : queries[at]) * LANES;
    a += value * weights[start];
    b += value * weights[start + 1];
    c += value * weights[start + 2];
    d += value * weights[start + 3];
    e += value * weights[start + 4];
    f += value * weights[start + 5];
    g += value * weights[start + 6];
    h += value * weights[start + 7];
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
  out[4] = e;
  out[5] = f;
  out[6] = g;
  out[7] = h;
}
