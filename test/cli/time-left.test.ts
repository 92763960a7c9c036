import { describe, expect, it } from 'vitest';
import { TimeLeft } from '../../src/cli/time-left.js';
import { taskShares } from '../../src/models/cross-fit/shares.js';
import type { FitTask, Fold } from '../../src/models/cross-fit/task.js';
import { modelNamed, resolveModels } from '../../src/models/registry.js';
import { WaitingTasks } from '../../src/threads/waiting-tasks.js';

describe('the time left', () => {
  it('is unknown at first, then what is left at the pace since the start', () => {
    const left = new TimeLeft(5000, 0);
    expect(left.at(5000, 0)).toBeNull();
    expect(left.at(5500, 0.1)).toBeNull();
    expect(left.at(7000, 0)).toBeNull();
    expect(left.at(15_000, 0.25)).toBe(30_000);
    expect(left.at(45_000, 1)).toBe(0);
  });

  it('does not count what an earlier run has done as done at this pace', () => {
    const left = new TimeLeft(0, 0.8);
    expect(left.at(60_000, 0.9)).toBeCloseTo(60_000, 6);
    // without the earlier share it would say 7 seconds
    expect(left.at(60_000, 0.8)).toBeNull();
  });
});

/** Seconds of a fold of each model at 8,231 rows on one thread: until the first epoch ends, and in all; epochs, at most. */
const MEASURED: Readonly<
  Record<string, readonly [first: number, all: number, epochs: number, most: number]>
> = {
  'cross-encoder': [4.3, 13.1, 4, 4],
  gatv2: [3.6, 7.5, 10, 12],
  gcn: [2, 5.2, 12, 12],
  graphsage: [1.5, 4.2, 11, 12],
  'two-tower': [1.5, 3.5, 10, 16],
  lexical: [2.8, 5.3, 24, 40],
};
/** Rows are three times as many here. */
const LONGER = 3;

interface Fit {
  readonly model: string;
  readonly fold: Fold;
}

/** Goes through all fits on two threads; what was said of the time left, by seconds since the start, and the end. */
function cross(doneBefore: number) {
  const models = resolveModels(['all', 'cross-encoder']);
  const effort = (model: string) => modelNamed(model).effort ?? 1;
  const folds: Fold[] = ['refit', 0, 1, 2, 3, 4];
  const fits: Fit[] = models
    .sort((a, b) => effort(b) - effort(a))
    .flatMap((model) => folds.map((fold) => ({ model, fold })));
  const shares = taskShares(fits as FitTask[], effort);
  for (let at = 0; at < doneBefore; at++) shares.setDone(at);
  const left = new TimeLeft(0, shares.all());
  const waiting = new WaitingTasks(fits.length - doneBefore);
  const events: { at: number; tell: () => void }[] = [];
  const free = [0, 0];
  for (let next = waiting.take(null, []); next !== null; next = waiting.take(null, [])) {
    const task = next + doneBefore;
    const { model, fold } = fits[task];
    const [first, all, epochs, most] = MEASURED[model];
    const longer = LONGER * (fold === 'refit' ? 1.5 : 1);
    const thread = free[0] <= free[1] ? 0 : 1;
    const began = free[thread];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const at = began + longer * (first + ((all - first) * (epoch - 1)) / epochs);
      events.push({ at, tell: () => shares.setEpochs(task, epoch, most) });
    }
    free[thread] += longer * all;
    events.push({ at: free[thread], tell: () => shares.setDone(task) });
  }
  const end = Math.max(...free);
  const said = events
    .sort((a, b) => a.at - b.at)
    .map(({ at, tell }) => {
      tell();
      return { at, left: left.at(1000 * at, shares.all()) };
    });
  return { said, end };
}

describe.each([0, 6, 20])('the time left of cross-fitting with %d fits done before', (doneBefore) => {
  it('is right within a fifth of the whole from the first minute', () => {
    const { said, end } = cross(doneBefore);
    const later = said.filter(({ at }) => at >= 60);
    expect(later.length).toBeGreaterThan(50);
    for (const { at, left } of later) {
      const off = Math.abs(left! / 1000 - (end - at)) / end;
      expect(off, `at ${at.toFixed(0)} s of ${end.toFixed(0)}`).toBeLessThan(0.2);
    }
  });
});
