import { describe, expect, it } from 'vitest';
import { createMemo, densePlace, forget } from '../../src/attribution/memo.js';
import { planAttribution } from '../../src/attribution/plan.js';
import { featurePlayers } from '../../src/attribution/players.js';
import { createRandom } from '../../src/math/random.js';
import { randomEnsemble } from '../properties/random-ensembles.js';

const ensemble = randomEnsemble(createRandom(3), { columns: 4, depth: 3, split: 1, classes: 1, trees: 2 });
const plan = planAttribution(ensemble, featurePlayers(ensemble));

describe('memo', () => {
  it('computes a state once', () => {
    const memo = createMemo(plan);
    const place = densePlace(memo, plan.trees[0], 0, 5);
    const { used } = memo;
    expect(densePlace(memo, plan.trees[0], 0, 5)).toBe(place);
    expect(memo.used).toBe(used);
    expect(densePlace(memo, plan.trees[0], 0, 6)).not.toBe(place);
    expect(memo.used).toBeGreaterThan(used);
  });

  it('uses its storage again for the next tree', () => {
    const memo = createMemo(plan);
    const first = densePlace(memo, plan.trees[0], 0, 1);
    const before = memo.values.slice(first, first + 4);
    forget(memo, plan.trees[0]);
    const other = densePlace(memo, plan.trees[1], 0, 1);
    expect(other).toBe(first);
    expect(memo.values.slice(other, other + 4)).not.toEqual(before);
    forget(memo, plan.trees[1]);
    expect(memo.values.slice(densePlace(memo, plan.trees[0], 0, 1)).subarray(0, 4)).toEqual(before);
  });
});
