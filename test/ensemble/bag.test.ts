import { describe, expect, it } from 'vitest';
import { TrainingMemory } from '../../src/ensemble/training/memory.js';
import { BAG_JOB } from '../../src/ensemble/training/records.js';
import { partOf, sampleAscending } from '../../src/ensemble/training/sample.js';
import { writeRecord } from '../../src/kernels/records.js';
import { createRandom } from '../../src/math/random.js';
import { plain } from './support.js';

/** What the kernel lists of every third number from 1 on, so many numbers, of which so many are drawn. */
function drawn(total: number, count: number, seed: string): number[] {
  const sizes = { positions: total + 1, columns: 1, columnsUsed: 1, slotBits: 2, classes: 2 };
  const memory = new TrainingMemory({ ...sizes, boosters: 1, threads: 1, options: plain({}) });
  try {
    const { bagJob, boosters } = memory.layout;
    const { training: list, positions } = boosters[0];
    memory.words.set(
      Uint32Array.from({ length: total }, (_, place) => 1 + 3 * place),
      list >>> 2,
    );
    // what follows belongs to others
    memory.words[(positions >>> 2) + total] = 77;
    const [a, b, c, counter] = createRandom(seed).state();
    writeRecord(memory, BAG_JOB, bagJob, { a, b, c, counter, list, total, count, positions });
    memory.run('drawBag', [bagJob]);
    expect(memory.words[(positions >>> 2) + total]).toBe(77);
    return [...memory.words.subarray(positions >>> 2, (positions >>> 2) + total)];
  } finally {
    memory.close();
  }
}

describe('the bag of a round', () => {
  it.each([
    [1, 1],
    [10, 0.01],
    [1023, 0.5],
    [5000, 0.8],
    [3000, 1],
    [2049, 0.999],
  ])('of %d positions, a part of %d, is a sample of the list, and then the others', (total, part) => {
    const count = partOf(total, part);
    const seed = `${total} ${part}`;
    const taken = sampleAscending(total, count, createRandom(seed));
    const isTaken = new Set(taken);
    const others = Array.from({ length: total }, (_, place) => place).filter((place) => !isTaken.has(place));
    expect(drawn(total, count, seed)).toEqual([...taken, ...others].map((place) => 1 + 3 * place));
  });

  it('goes on from a state, as the numbers drawn one by one do', () => {
    const random = createRandom('state');
    for (let at = 0; at < 5; at++) random.next();
    const state = random.state();
    expect(state.every((word) => Number.isInteger(word) && word >= 0)).toBe(true);
    // sfc32 by its definition
    expect(random.next()).toBe((state[0] + state[1] + state[3]) % 2 ** 32);
    expect(random.state()[3]).toBe((state[3] + 1) % 2 ** 32);
  });
});
