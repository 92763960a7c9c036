import { describe, expect, it } from 'vitest';
import { partOf, sampleAscending } from '../../src/ensemble/training/sample.js';
import { createRandom, type Random } from '../../src/math/random.js';

describe('uniform numbers drawn many at a time', () => {
  it('are those drawn one by one, before and after, whatever else is drawn between', () => {
    const [one, many] = [createRandom('many'), createRandom('many')];
    for (const count of [1, 7, 0, 1000, 3]) {
      const drawn = new Float64Array(count);
      many.uniforms(drawn);
      expect([...drawn]).toEqual(Array.from({ length: count }, () => one.uniform()));
      expect(many.next()).toBe(one.next());
      expect(many.integer(10)).toBe(one.integer(10));
    }
  });
});

/** Algorithm S as Knuth states it. */
function sampled(total: number, count: number, random: Random): number[] {
  const sample: number[] = [];
  for (let at = 0; sample.length < count; at++) {
    if (random.uniform() * (total - at) < count - sample.length) sample.push(at);
  }
  return sample;
}

describe('a sample in ascending order', () => {
  it('is that of algorithm S, of any size', () => {
    for (const [total, fraction] of [
      [1, 1],
      [10, 0.01],
      [1024, 0.5],
      [5000, 0.8],
      [3000, 1],
      [2049, 0.999],
    ]) {
      const count = partOf(total, fraction);
      const found = sampleAscending(total, count, createRandom(total));
      expect([...found]).toEqual(sampled(total, count, createRandom(total)));
    }
  });
});
