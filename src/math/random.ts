/** A seeded stream of pseudo-random numbers. Always a parameter, never global state. */
export interface Random {
  /** uniform unsigned 32-bit integer */
  next(): number;
  /** uniform in [0, 1), 53 bits */
  uniform(): number;
  /** the next numbers of `uniform`, many at a time: several times as quick */
  uniforms(into: Float64Array): void;
  /** four unsigned 32-bit integers that `next` goes on from: sfc32's a, b, c and counter, for kernels that draw the same */
  state(): readonly [number, number, number, number];
  /** uniform integer in [0, bound); bound in 1..2^32 */
  integer(bound: number): number;
  /** standard normal (Box-Muller, one value per call) */
  normal(): number;
  /** in-place Fisher-Yates shuffle; returns its argument */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T;
  /** an independent stream that depends only on this stream's seed and the label, not on what was drawn */
  fork(label: string | number): Random;
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand), seeded by hashing `seed` and the fork labels with FNV-1a.
 * Same seed, same numbers, on any machine.
 */
export function createRandom(seed: number | string): Random {
  return fromKey(String(seed));
}

function fromKey(key: string): Random {
  const hash = fnv1a(key);
  let a = hash;
  let b = fnv1a(`${key}\u0001`);
  let c = fnv1a(`${key}\u0002`);
  let counter = 1;

  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  }
  for (let warm = 0; warm < 15; warm++) next();

  function uniforms(into: Float64Array): void {
    // in variables of its own, which stay in registers
    let x = a;
    let y = b;
    let z = c;
    let count = counter;
    for (let at = 0; at < into.length; at++) {
      const high = (x + y + count++) | 0;
      x = y ^ (y >>> 9);
      y = (z + (z << 3)) | 0;
      z = (((z << 21) | (z >>> 11)) + high) | 0;
      const low = (x + y + count++) | 0;
      x = y ^ (y >>> 9);
      y = (z + (z << 3)) | 0;
      z = (((z << 21) | (z >>> 11)) + low) | 0;
      into[at] = ((high >>> 5) * 67_108_864 + (low >>> 6)) * 2 ** -53;
    }
    a = x;
    b = y;
    c = z;
    counter = count | 0;
  }

  const uniform = () => ((next() >>> 5) * 67_108_864 + (next() >>> 6)) / 9_007_199_254_740_992;
  const integer = (bound: number) => Math.floor(uniform() * bound);
  return {
    next,
    uniform,
    uniforms,
    state: () => [a >>> 0, b >>> 0, c >>> 0, counter >>> 0],
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffle(items) {
      for (let last = items.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        const kept = items[last];
        (items as { [index: number]: unknown })[last] = items[other];
        (items as { [index: number]: unknown })[other] = kept;
      }
      return items;
    },
    fork: (label) => fromKey(`${key}/${label}`),
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
    hash ^= hash >>> 15;
  }
  return hash | 0;
}
