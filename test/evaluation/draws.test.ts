import { describe, expect, it } from 'vitest';
import { bootstrap, percentileInterval, weightedScores } from '../../src/evaluation/bootstrap.js';
import { forEachDraw, LANES } from '../../src/evaluation/draws.js';
import { evaluationSet } from '../../src/evaluation/evaluate.js';
import { SCORE_NAMES } from '../../src/evaluation/metrics.js';
import { groupStatistics, rowLoss } from '../../src/evaluation/statistics.js';
import { createRandom } from '../../src/math/random.js';

const QUERIES = 17;

function statisticsOf(seed: number) {
  const random = createRandom(seed);
  const labels = Int16Array.from({ length: 90 }, () => random.integer(3));
  const groups = Int32Array.from(labels, (_, row) => (row < QUERIES ? row : random.integer(QUERIES)));
  const set = evaluationSet(3, labels, groups, Int32Array.from(labels.keys()));
  const probabilities = Float32Array.from({ length: 270 }, () => 0.05 + random.uniform());
  return groupStatistics(set, { name: 'any', probabilities, covered: null });
}

describe('draws of queries', () => {
  it('draw as many queries as there are in every replicate, the last block being as short as needed', () => {
    const blocks: [number, number][] = [];
    forEachDraw(QUERIES, { replicates: 11, seed: 3 }, ({ first, lanes, weights }) => {
      blocks.push([first, lanes]);
      for (let lane = 0; lane < LANES; lane++) {
        let sum = 0;
        for (let query = 0; query < QUERIES; query++) sum += weights[query * LANES + lane];
        expect(sum).toBe(lane < lanes ? QUERIES : 0);
      }
    });
    expect(blocks).toEqual([
      [0, 8],
      [8, 3],
    ]);
  });

  it('give every replicate the scores that its weights give one at a time', () => {
    const options = { replicates: 11, seed: 3 };
    const predictors = [statisticsOf(1), statisticsOf(2)];
    const found = bootstrap(predictors, QUERIES, options);
    forEachDraw(QUERIES, options, ({ first, lanes, weights }) => {
      for (let lane = 0; lane < lanes; lane++) {
        const own = Float64Array.from({ length: QUERIES }, (_, query) => weights[query * LANES + lane]);
        predictors.forEach((statistics, at) => {
          const expected = weightedScores(statistics, own);
          for (const name of SCORE_NAMES)
            expect(found[at][name][first + lane]).toBeCloseTo(expected[name], 12);
        });
      }
    });
    expect(new Set(found[0].accuracy).size).toBeGreaterThan(5);
  });
});

describe('intervals', () => {
  it('run from the 2.5% to the 97.5% quantile of the replicates that have rows', () => {
    const values = Float64Array.from({ length: 1001 }, (_, at) => (at * 8) % 1001);
    expect(percentileInterval(Float64Array.of(Number.NaN, ...values, Number.NaN))).toEqual([25, 975]);
  });
});

describe('the log-loss of a row', () => {
  it('is of the probabilities rescaled to sum 1, none below the floor', () => {
    expect(rowLoss([9, 0.25, 0.25, 0.5, 9], 1, 3, 2)).toBeCloseTo(Math.log(2), 12);
    expect(rowLoss([3, 1], 0, 2, 1)).toBeCloseTo(Math.log(4), 12);
    expect(rowLoss([1, 0], 0, 2, 1)).toBeCloseTo(Math.log(2 ** 23 + 1), 12);
  });
});
