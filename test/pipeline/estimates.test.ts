import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ensembleEstimate,
  ensembleWork,
  fitEstimate,
  memoryEstimate,
} from '../../src/pipeline/stages/estimates.js';
import { ROOT } from '../docs/markdown.js';

interface Task {
  readonly rows: number;
  readonly models: number;
  readonly mode: 'holdout' | 'cross-validated';
  /** processor seconds of the ensembles as `train` fitted them: those of train less those of train --plan */
  readonly cpu: number;
}

/** Simulated predictions unless it is said; four classes, five folds. */
const MEASURED: Readonly<Record<string, Task>> = {
  '400 rows': { rows: 400, models: 3, mode: 'cross-validated', cpu: 6.6 },
  '1,600 rows': { rows: 1600, models: 12, mode: 'cross-validated', cpu: 18.5 },
  '1,598 real rows': { rows: 1598, models: 12, mode: 'cross-validated', cpu: 7.4 },
  '4,500 rows': { rows: 4500, models: 6, mode: 'holdout', cpu: 5.3 },
  '6,000 rows': { rows: 6000, models: 6, mode: 'holdout', cpu: 7.2 },
  'the sample': { rows: 6108, models: 6, mode: 'holdout', cpu: 4.6 },
  '7,500 rows': { rows: 7500, models: 12, mode: 'holdout', cpu: 12 },
  '15,000 rows': { rows: 15_000, models: 24, mode: 'holdout', cpu: 27.4 },
};
/** Cores that ensembles keep busy of two: 33.9 processor seconds in 22.9, of reports/bench-scale.json. */
const BUSY = 1.5;

function sizeOf(rows: number, models: number, mode: Task['mode'] = 'holdout') {
  return { models, classes: 4, protocol: { mode, folds: 5, trainRows: new Int32Array(rows) } };
}

describe('the reference times of ensembles', () => {
  it.each(Object.entries(MEASURED))('%s: at most 2.6 times too long, and twice too short', (_, task) => {
    const size = sizeOf(task.rows, task.models, task.mode);
    const { seconds, basis } = ensembleEstimate(size, 2, null);
    expect(basis).toBe('reference');
    expect(seconds / (task.cpu / BUSY)).toBeGreaterThan(0.5);
    expect(seconds / (task.cpu / BUSY)).toBeLessThan(2.6);
    expect(ensembleEstimate(size, 1, null).seconds).toBeCloseTo(2 * seconds, 9);
  });

  it('are within a third of what reports/bench-scale.json measured', () => {
    const { sizes } = JSON.parse(readFileSync(join(ROOT, 'reports/bench-scale.json'), 'utf8')) as {
      sizes: {
        rows: number;
        models: number;
        commands: { command: string; stages: { stage: string; seconds: number }[] }[];
      }[];
    };
    expect(sizes.map(({ rows }) => rows)).toEqual([100_000, 500_000, 2_621_288]);
    for (const { rows, models, commands } of sizes) {
      const stages = commands.find(({ command }) => command === 'train')!.stages;
      const { seconds } = stages.find(({ stage }) => stage.startsWith('ensemble'))!;
      const ratio = ensembleWork(sizeOf(rows, models)) / seconds;
      expect(ratio).toBeGreaterThan(0.7);
      expect(ratio).toBeLessThan(1.3);
    }
  });
});

describe('the reference times of fits', () => {
  it('are within a tenth of what reports/bench-zoo.json measured of one fold', () => {
    const lines = readFileSync(join(ROOT, 'reports/bench-zoo.md'), 'utf8').split('\n');
    const rows = lines.map((line) => line.split('|').map((cell) => cell.trim()));
    const folds = rows.filter((cells) => cells[2] === '8,000' && cells[3] === 'now');
    expect(folds.map(([, model]) => model)).toHaveLength(6);
    for (const [, name, , , , learntFrom, , cpu] of folds) {
      const { seconds } = fitEstimate({ name }, Number(learntFrom.replace(',', '')), null);
      expect(seconds / Number(cpu), name).toBeGreaterThan(0.9);
      expect(seconds / Number(cpu), name).toBeLessThan(1.1);
    }
  });
});

describe('the memory that training is planned to take', () => {
  it('is what reports/bench-zoo.json measured on two threads, or up to a seventh more', () => {
    const text = readFileSync(join(ROOT, 'reports/bench-zoo.json'), 'utf8');
    const { sizes } = JSON.parse(text) as {
      sizes: { rows: number; threads: number; as: string; all?: { peakGiB: number; models: number } }[];
    };
    const own = sizes.filter(({ as, threads, all }) => as === 'now' && threads === 2 && all !== undefined);
    expect(own.length).toBeGreaterThan(3);
    for (const { rows, all } of own) {
      const planned = memoryEstimate({ rows, models: all!.models, classes: 4, fitsAtOnce: 2 });
      const part = planned / (all!.peakGiB * 2 ** 30);
      expect(part, `${rows} rows`).toBeGreaterThan(0.98);
      expect(part, `${rows} rows`).toBeLessThan(1.15);
    }
  });
});
