import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RankOptions, rank, rankWithoutBudget, train } from '../../src/pipeline.js';
import type { Decision } from '../../src/selection/decision.js';
import { listening, makeTask, trainOptions } from './task.js';

const task = makeTask({ queries: 60, seed: 3 });
const run = join(task.folder, 'run');
const { context } = listening(0);
afterAll(() => rmSync(task.folder, { recursive: true }));
beforeAll(async () => {
  await train(trainOptions(task, 'run', { stack: 'pool' }), context);
});

const decide = async (budgets: string[], more: Partial<RankOptions> = {}): Promise<Decision> =>
  rank({ run, budgets, replicates: 100, strategy: 'greedy-pool', force: false, ...more }, context);

/** The set that the frontier of a cost ends with. */
function bestOf({ frontiers = [] }: Pick<Decision, 'frontiers'>, cost: string): readonly string[] {
  const { points } = frontiers.find((frontier) => frontier.cost === cost)!;
  return points[points.length - 1].models;
}

describe('what would be kept without the limit', () => {
  it.each([
    ['1', 'models'],
    ['latency_ms=5', 'latency_ms'],
  ])('is the set that the frontier calls the best: --budget %s', async (budget, cost) => {
    const decision = await decide([budget]);
    expect(decision.kept).toHaveLength(1);
    expect(decision.unlimited).toEqual(bestOf(decision, cost));
    expect(decision.headline).toContain('Without the limit: first and second');
  });

  it('is the same where the limit takes nothing away', async () => {
    const decision = await decide(['3']);
    expect(decision.headline).toContain('Without the limit the same would be kept.');
  });
});

describe('frontiers', () => {
  const sets = ({ frontiers = [] }: Pick<Decision, 'frontiers'>) =>
    frontiers.flatMap(({ points, dominated = [] }) => [...points, ...dominated].map(({ models }) => models));

  it('spend nothing on a model that is no better than chance, unless it must be kept', async () => {
    const decision = await decide(['2']);
    expect(sets(decision).length).toBeGreaterThan(4);
    expect(sets(decision).filter((models) => models.includes('noise'))).toEqual([]);
    const required = await decide(['2'], { require: ['noise'] });
    expect(sets(required).some((models) => models.includes('noise'))).toBe(true);
  });

  it('suggest no budget for such a model', async () => {
    const { suggestions, ranking } = await rankWithoutBudget({ run, replicates: 100 }, context);
    expect(ranking.find(({ model }) => model === 'noise')!.screen!.passed).toBe(false);
    expect(suggestions.length).toBeGreaterThan(1);
    for (const { models } of suggestions) expect(models).not.toContain('noise');
  });
});
