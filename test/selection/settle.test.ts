import { describe, expect, it } from 'vitest';
import type { Interval } from '../../src/evaluation/bootstrap.js';
import type { Difference } from '../../src/evaluation/evaluate.js';
import { createRandom } from '../../src/math/random.js';
import { settlingOf } from '../../src/selection/settle.js';
import { pairsToJudge } from '../../src/selection/to-judge.js';

function difference(value: number, interval: Interval): Difference {
  const scores = { accuracy: value, macroF1: value, weightedF1: value, logLoss: value };
  const intervals = { accuracy: interval, macroF1: interval, weightedF1: interval, logLoss: interval };
  return { from: 'a', to: 'b', rows: 100, difference: scores, intervals };
}

describe('the queries that would settle a difference', () => {
  it('are as many as give 80% power, by simulation', () => {
    const [effect, queries, deviation] = [0.03, 100, 0.25];
    const half = (1.96 * deviation) / Math.sqrt(queries);
    const { furtherQueries } = settlingOf(
      difference(effect, [effect - half, effect + half]),
      'accuracy',
      queries,
    );
    const total = queries + furtherQueries!;
    const random = createRandom(4);
    const draws = 2000;
    let found = 0;
    for (let draw = 0; draw < draws; draw++) {
      let sum = 0;
      for (let query = 0; query < total; query++) sum += effect + deviation * random.normal();
      if (Math.abs(sum / total) > (1.96 * deviation) / Math.sqrt(total)) found++;
    }
    expect(found / draws).toBeGreaterThan(0.77);
    expect(found / draws).toBeLessThan(0.83);
  });

  it('are none where the interval is clear of 0, and unknown where there is no difference', () => {
    expect(settlingOf(difference(0.1, [0.05, 0.15]), 'macroF1', 50).furtherQueries).toBe(0);
    expect(settlingOf(difference(-0.1, [-0.15, -0.05]), 'macroF1', 50).furtherQueries).toBe(0);
    expect(settlingOf(difference(0, [-0.1, 0.1]), 'macroF1', 50).furtherQueries).toBeNull();
  });
});

describe('pairs to judge', () => {
  const candidates = [
    { name: 'kept', probabilities: [0.9, 0.1, 0.6, 0.4, 0.5, 0.5, 0.2, 0.8], answers: [0, 0, 0, 1] },
    { name: 'full', probabilities: [0.1, 0.9, 0.4, 0.6, 0.5, 0.5, 0.9, 0.1], answers: [1, 1, 0, 0] },
  ];

  it('are those that sets answer differently, most apart first, unjudged only', () => {
    const { pairs, second } = pairsToJudge(candidates, 2, [false, false, false, true], 10);
    expect(second).toBe(false);
    expect(pairs.map(({ row }) => row)).toEqual([0, 1, 2]);
    expect(pairs.map(({ disagreement }) => disagreement)).toEqual(
      [0.8, 0.2, 0].map((x) => expect.closeTo(x, 12)),
    );
    expect(pairs[0].answers).toEqual([0, 1]);
  });

  it('put a pair that is answered alike behind, however far apart the probabilities', () => {
    const alike = [
      { name: 'a', probabilities: [1, 0, 0.55, 0.45], answers: [0, 0] },
      { name: 'b', probabilities: [0.5, 0.5, 0.45, 0.55], answers: [0, 1] },
    ];
    expect(pairsToJudge(alike, 2, [false, false], 2).pairs.map(({ row }) => row)).toEqual([1, 0]);
  });

  it('are judged ones for a second judgement where none is unjudged, at most so many', () => {
    const { pairs, second } = pairsToJudge(candidates, 2, [true, true, true, true], 2);
    expect(second).toBe(true);
    expect(pairs.map(({ row }) => row)).toEqual([0, 3]);
  });
});
