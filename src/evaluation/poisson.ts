import { createHash } from 'node:crypto';

/** 2^32 times the probability that a Poisson number of mean 1 is at most 0, 1, 2, ... (1/e, 2/e, 5/2e, ...). */
const AT_MOST = [
  1_580_030_169, 3_160_060_337, 3_950_075_422, 4_213_413_783, 4_279_248_374, 4_292_415_292, 4_294_609_778,
  4_294_923_276, 4_294_962_463, 4_294_966_817, 4_294_967_253, 4_294_967_292,
];
const GOLDEN = 0x9e37_79b9;

/** The 64-bit key of a query: the first 8 bytes of the SHA-256 of its id as UTF-8 text, as two 32-bit words. */
export interface QueryKey {
  readonly low: number;
  readonly high: number;
}

/** The key of a query's id. */
export function queryKey(id: string): QueryKey {
  const digest = createHash('sha256').update(id, 'utf8').digest();
  return { low: digest.readInt32LE(0), high: digest.readInt32LE(4) };
}

/**
 * How often replicates [0, weights.length) of a bootstrap over queries draw a query: Poisson numbers of mean 1, each a pure
 * function of the seed, the query's key and the replicate's number. So the rows of a query may lie in several places, and
 * no place needs to know the others' queries (Poisson bootstrap; Hanley & MacGibbon 2006, Chamandy et al. 2012). O(replicates).
 */
export function poissonWeights(seed: number, key: QueryKey, weights: Uint8Array): Uint8Array {
  const first = mix(key.low ^ mix(seed ^ GOLDEN));
  const second = mix(key.high ^ mix(first ^ seed));
  for (let replicate = 0; replicate < weights.length; replicate++) {
    const drawn = mix(first ^ mix((second + Math.imul(replicate + 1, GOLDEN)) | 0)) >>> 0;
    let weight = 0;
    while (weight < AT_MOST.length && drawn >= AT_MOST[weight]) weight++;
    weights[replicate] = weight;
  }
  return weights;
}

/** MurmurHash3's finaliser: every bit of the result depends on every bit of a 32-bit word. */
function mix(word: number): number {
  let bits = word | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return bits ^ (bits >>> 16);
}
