import { describe, expect, it } from 'vitest';
import { evaluationSet } from '../../src/evaluation/evaluate.js';
import { groupStatistics } from '../../src/evaluation/statistics.js';
import { createRandom } from '../../src/math/random.js';
import { frontierOf, kneeOf } from '../../src/selection/frontier.js';
import { resampleTallies } from '../../src/selection/resampled-scores.js';
import { scoreTally } from '../../src/selection/tally.js';

const ROWS = 400;
const random = createRandom(2);
const labels = Int16Array.from({ length: ROWS }, () => random.integer(2));
const rows = Int32Array.from(labels.keys());
const set = evaluationSet(2, labels, rows, rows);
const luck = labels.map(() => random.integer(1000));

/** Answers of a set, right on a share of the rows that is a function of the set. */
function statisticsOf(share: number) {
  const probabilities = Float32Array.from({ length: 2 * ROWS }, (_, at) => {
    const right = luck[at >> 1] < 1000 * share;
    return (at & 1) === (right ? labels[at >> 1] : 1 - labels[at >> 1]) ? 0.9 : 0.1;
  });
  return groupStatistics(set, { name: '', probabilities, covered: null });
}

const SHARES = new Map([
  ['0', 0.6],
  ['1', 0.55],
  ['0 1', 0.7],
  ['0 2', 0.65],
  ['0 1 2', 0.705],
  ['0 1 2 3', 0.69],
]);

const frontier = (chosen?: readonly number[]) =>
  frontierOf(
    {
      ...(chosen === undefined ? {} : { chosen }),
      metric: 'accuracy',
      ranking: [1, 0, 2, 3].map((model) => ({ name: `m${model}`, model })),
      sets: [...SHARES.keys()].map((key) => key.split(' ').map(Number)),
      statistics: (models) => statisticsOf(SHARES.get(models.join(' '))!),
      score: (models) => {
        const tallies = statisticsOf(SHARES.get(models.join(' '))!);
        const confusion = new Float64Array(4);
        tallies.cells.forEach((cell, at) => {
          confusion[cell] += tallies.counts[at];
        });
        return scoreTally({ classes: 2, confusion, loss: 1 });
      },
      options: { replicates: 200, seed: 1 },
    },
    { name: 'models', unit: 'models', of: (models) => models.length },
  );

describe('the chosen set on a frontier', () => {
  it('is there though it is beaten, and every point is compared with it, draw by draw', () => {
    const { points, chosen, dominated } = frontier([0, 2]);
    expect(chosen).toMatchObject({ models: ['m0', 'm2'], cost: 2 });
    expect(chosen!.score).toBeCloseTo(0.65, 1);
    const [first, second] = points.map(({ against }) => against!);
    expect(first.difference).toBeCloseTo(points[0].score - chosen!.score, 12);
    expect([first.high < 0, second.low > 0]).toEqual([true, true]); // paired, 0.05 is no noise
    expect(second.high - second.low).toBeLessThan(points[1].high - points[1].low);
    expect(dominated!.map(({ models }) => models.join(' '))).toEqual(['m1 m0 m2 m3', 'm0 m2', 'm1']);
  });

  it('and is nothing where none is chosen', () => {
    const { points, chosen } = frontier();
    expect([chosen, points[0].against]).toEqual([undefined, undefined]);
  });
});

describe('a frontier', () => {
  it('holds every set that does better than all that cost as much or less, its models in order of rank', () => {
    expect(frontier().points.map(({ models, cost }) => [models.join(' '), cost])).toEqual([
      ['m0', 1],
      ['m1 m0', 2],
      ['m1 m0 m2', 3],
    ]);
    expect(frontier().sets).toBe(6);
  });

  it('puts each score inside its interval, which is as wide as 400 rows make it', () => {
    for (const { score, low, high } of frontier().points) {
      expect(low).toBeLessThan(score);
      expect(high).toBeGreaterThan(score);
      expect(high - low).toBeGreaterThan(0.06);
      expect(high - low).toBeLessThan(0.12);
    }
  });

  it('names the knee, and the cheapest set that the rows cannot tell from the last', () => {
    expect(frontier()).toMatchObject({ knee: 1, enough: 1 });
  });
});

describe('the knee', () => {
  const knee = (...points: [cost: number, score: number][]) =>
    kneeOf(points.map(([cost, score]) => ({ cost, score })));

  it('is the point farthest above the chord, whatever the units, also where less is better', () => {
    expect(knee([1, 0.3], [2, 0.5], [3, 0.55], [9, 0.6])).toBe(2);
    expect(knee([1000, 3], [2000, 5], [3000, 5.5], [9000, 6])).toBe(2);
    expect(knee([1, 1.2], [2, 0.9], [3, 0.88], [9, 0.87])).toBe(1);
  });

  it('is none on a straight line, a valley or two points', () => {
    expect(knee([1, 0.1], [2, 0.2], [3, 0.3])).toBeNull();
    expect(knee([1, 0.1], [2, 0.11], [3, 0.3])).toBeNull();
    expect(knee([1, 0.1], [2, 0.2])).toBeNull();
  });
});

describe('resampled tallies', () => {
  it('hold as many rows in every replicate as there are one-row queries', () => {
    const { confusion, losses } = resampleTallies(statisticsOf(0.6), { replicates: 9, seed: 2 });
    for (let replicate = 0; replicate < 9; replicate++) {
      const own = confusion.subarray(replicate * 4, replicate * 4 + 4);
      expect(own.reduce((a, b) => a + b)).toBe(ROWS);
      expect(losses[replicate]).toBeGreaterThan(0);
    }
  });
});
