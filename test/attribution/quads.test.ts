import { describe, expect, it } from 'vitest';
import { layQuads } from '../../src/attribution/lookup/quads.js';
import type { UnitPlayer } from '../../src/attribution/lookup/unit.js';
import { createRandom } from '../../src/math/random.js';

/** Units that test these players, in this order. */
const unitsOf = (...players: number[][]) =>
  players.map((own) => ({ players: own.map((player) => ({ player }) as UnitPlayer) }));

describe('layQuads', () => {
  it('gives every player of a unit a lane of its own, in as few registers as hold them', () => {
    const random = createRandom('quads');
    for (let round = 0; round < 200; round++) {
      const own = Array.from({ length: 1 + random.integer(12) }, () => {
        const all = Array.from({ length: 16 }, (_, player) => player);
        return all.filter(() => random.uniform() < 0.1 + 0.05 * random.integer(10));
      });
      const { quads, places } = layQuads(unitsOf(...own));
      const refs = quads.flatMap((quad) => quad.refs.map((ref) => ({ ...ref, players: quad.players })));
      for (const { players } of quads) {
        expect(players.length).toBeLessThanOrEqual(4);
        expect(new Set(players).size).toBe(players.length);
      }
      own.forEach((players, unit) => {
        const mine = refs.filter((ref) => ref.unit === unit);
        const registers = mine.map(({ register }) => register).sort((a, b) => a - b);
        expect(registers).toEqual(Array.from({ length: Math.ceil(players.length / 4) }, (_, at) => at));
        expect(new Set(places[unit]).size).toBe(players.length);
        players.forEach((player, at) => {
          const place = places[unit][at];
          const quad = mine.find(({ register }) => register === place >> 2);
          expect(quad?.players[place & 3]).toBe(player);
        });
      });
    }
  });

  it('adds up what units of a tree have in common', () => {
    // two siblings' path of three players, and four of their own each
    const path = [7, 11, 2];
    const { quads } = layQuads(unitsOf([...path, 20, 21, 22, 23], [...path, 30, 31, 32, 33]));
    const shared = quads.filter(({ refs }) => refs.length === 2);
    expect(shared).toHaveLength(1);
    expect(shared[0].players).toEqual(expect.arrayContaining(path));
    expect(quads).toHaveLength(3);
    // four units of the same players
    expect(layQuads(unitsOf([1, 2, 3], [3, 2, 1], [2, 1], [3])).quads).toHaveLength(1);
  });

  it('lays units without players out as nothing', () => {
    expect(layQuads(unitsOf([], []))).toEqual({ quads: [], places: [[], []] });
  });
});
