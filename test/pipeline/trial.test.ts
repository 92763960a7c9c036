import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rank, train, trial } from '../../src/pipeline.js';
import { CLASSES, contents, listening, makeTask, trainOptions, writePredictions } from './task.js';

const OPTIONS = { importing: {}, costs: [], replicates: 200 };

describe('trial', () => {
  const task = makeTask({ queries: 20, seed: 21 });
  const run = join(task.folder, 'run');
  const ready = (async () => {
    const { context } = listening(0);
    await train(trainOptions(task, 'run', { stack: 'pool' }), context);
    return rank({ run, budgets: ['1'], replicates: 200, force: false }, context);
  })();
  const { context } = listening(0);
  const oracle = join(task.folder, 'oracle.csv');
  writePredictions(
    oracle,
    task.labels.map((label) => CLASSES.map((_, k) => (k === label ? 0.85 : 0.05))),
  );
  const copy = join(task.folder, 'copy.csv');
  writePredictions(copy, task.probabilities.get('noise')!);

  it('accepts an oracle, naming whom it displaces and by how much it is better, and leaves the run alone', async () => {
    const decision = await ready;
    const before = contents(run);
    const tried = await trial({ ...OPTIONS, run, predictions: [oracle] }, context);
    expect(tried).toMatchObject({ verdict: 'accept', why: 'better', after: ['oracle'], metric: 'macroF1' });
    expect(tried.before).toEqual(decision.kept);
    expect(tried.displaced).toEqual(decision.kept);
    expect(tried.newcomers).toMatchObject([{ model: 'oracle', kept: true, rank: 1, replaces: false }]);
    expect(tried.newcomers[0].screen).toMatchObject({ passed: true });
    expect(tried.newcomers[0].alone.accuracy).toBe(1);
    const gain = 1 - decision.metrics.pruned.accuracy;
    expect(tried.difference.difference.accuracy).toBeGreaterThan(0.5 * gain);
    expect(tried.costs.find(({ name }) => name === 'latency_ms')!.after).toBeNull();
    expect(contents(run)).toEqual(before);
  });

  it('rejects a copy of a useless model, and says which it is like', async () => {
    await ready;
    const tried = await trial({ ...OPTIONS, run, predictions: [copy] }, context);
    expect(tried).toMatchObject({ verdict: 'reject', why: 'no better than chance', displaced: [] });
    expect(tried.newcomers[0].screen.passed).toBe(false);
    expect(tried.newcomers[0].rank).toBeGreaterThanOrEqual(3);
    expect(tried.newcomers[0].mostAlike!.model).toBe('noise');
    expect(tried.newcomers[0].mostAlike!.correlation).toBeCloseTo(1, 5);
    expect(tried.after).toEqual(tried.before);
    expect(Math.abs(tried.difference.difference.accuracy)).toBeLessThan(0.02);
  });

  it('keeps to another budget, with declared costs', async () => {
    await ready;
    const costs = join(task.folder, 'new-costs.csv');
    writeFileSync(costs, 'model,latency_ms\noracle,40\n');
    const options = { ...OPTIONS, run, predictions: [oracle], costs: [costs], budgets: ['latency_ms=20'] };
    const tried = await trial(options, context);
    expect(tried).toMatchObject({ verdict: 'reject', why: 'not kept' });
    expect(tried.before).toContain('first');
  });

  it('refuses a budget of one locale, because it is about the set for all rows', async () => {
    await ready;
    const work = trial({ ...OPTIONS, run, predictions: [copy], budgets: ['2', 'es:1'] }, context);
    await expect(work).rejects.toMatchObject({
      code: 'usage',
      message: "--budget names locale 'es', which trial does not take",
    });
  });

  it('refuses a run that was not ranked', async () => {
    const bare = makeTask({ queries: 8, seed: 22 });
    await train(trainOptions(bare, 'run', { stack: 'pool' }), context);
    const work = trial({ ...OPTIONS, run: join(bare.folder, 'run'), predictions: [copy] }, context);
    await expect(work).rejects.toMatchObject({
      code: 'usage',
      hint: 'run esci-select rank --budget N with the same --run first',
    });
  });
});
