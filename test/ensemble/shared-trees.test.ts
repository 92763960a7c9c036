import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BoostingOptions } from '../../src/ensemble/boosting-options.js';
import { binFeatures } from '../../src/ensemble/training/binning.js';
import { Booster } from '../../src/ensemble/training/booster.js';
import { layOutTraining } from '../../src/ensemble/training/layout.js';
import { TrainingMemory } from '../../src/ensemble/training/memory.js';
import { partOf } from '../../src/ensemble/training/sample.js';
import { fillTable } from '../../src/ensemble/training/table.js';
import { trainBoosting } from '../../src/ensemble/training/train.js';
import { divideRows, makespan } from '../../src/ensemble/training/tree-balance.js';
import { type Grain, mostThreads, wholeTrees } from '../../src/ensemble/training/tree-layout.js';
import { plain, range, simulate } from './support.js';

/** How trees are grown, whatever the table. */
interface Growth {
  readonly threads: number;
  readonly grain?: Grain;
  readonly mostHistogramBytes?: number;
}

/** Trees and losses of two rounds, of which the second starts from what the first added to the margins. */
function grow(
  { features, rows, labels, classes }: ReturnType<typeof simulate>,
  options: BoostingOptions,
  growth: Growth,
) {
  const { columns } = features;
  const binned = binFeatures(features, rows, options.maxBins);
  const memory = new TrainingMemory({
    positions: rows.length,
    columns,
    columnsUsed: partOf(columns, options.featureFraction),
    slotBits: binned.bins.slotBits,
    classes,
    boosters: 1,
    options,
    ...growth,
  });
  try {
    const columnAt = range(columns);
    fillTable(memory, binned, labels, { rows, columnAt });
    const table = { features, binned, columnAt, labels, classes, options };
    const cut = Math.ceil(0.9 * rows.length);
    const part = { training: rows.slice(0, cut), validation: rows.slice(cut) };
    const booster = new Booster(table, part, memory, memory.layout.boosters[0]);
    booster.advance();
    booster.advance();
    const losses = [booster.trainLoss(), booster.validationLoss()];
    return { trees: booster.ensemble(2).trees, losses };
  } finally {
    memory.close();
  }
}

const table = fc.record({
  seed: fc.integer({ min: 1, max: 1000 }),
  rows: fc.integer({ min: 30, max: 900 }),
  columns: fc.integer({ min: 1, max: 40 }),
  classes: fc.integer({ min: 2, max: 7 }),
});

const settings = fc
  .record({
    growth: fc.constantFrom('depthwise' as const, 'leafwise' as const),
    maxDepth: fc.integer({ min: 0, max: 7 }),
    maxLeaves: fc.constantFrom(0, 2, 5, 12, 31),
    minDataInLeaf: fc.constantFrom(0, 2, 5),
    minChildWeight: fc.constantFrom(0, 0.7),
    alpha: fc.constantFrom(0, 0.3),
    minSplitGain: fc.constantFrom(0, 0.25),
    featureFraction: fc.constantFrom(1, 1, 0.6),
    baggingFraction: fc.constantFrom(1, 0.7),
    baggingFrequency: fc.constant(1),
    maxBins: fc.constantFrom(7, 63, 255),
  })
  .filter(({ maxDepth, maxLeaves }) => maxDepth + maxLeaves > 0);

/** Everything is divided, nothing is, or what a table of few rows divides. */
const grains: Grain[] = [
  { least: 0, codes: 0, rows: 1 },
  { least: 0, codes: Number.POSITIVE_INFINITY, rows: 1 },
  { least: 0, codes: 2000, rows: 40 },
];

describe('trees whose steps threads share', () => {
  it.each([2, 3, 8])('are those that a thread grows alone, on %i threads', (threads) => {
    let grown = 0;
    fc.assert(
      fc.property(
        table,
        settings,
        fc.constantFrom(...grains),
        fc.constantFrom(1, undefined),
        ({ seed, rows, columns, classes }, given, grain, mostHistogramBytes) => {
          const data = simulate(seed, rows, columns, classes);
          const options = plain(given);
          const alone = grow(data, options, { threads: 1, mostHistogramBytes });
          expect(grow(data, options, { threads, grain, mostHistogramBytes })).toEqual(alone);
          if (classes % threads !== 0) for (const { left } of alone.trees) grown += left.length;
        },
      ),
      { numRuns: 60, seed: threads },
    );
    expect(grown).toBeGreaterThan(3000);
  });

  it('are the same bytes where training itself divides them', () => {
    const data = simulate(9, 60_000, 48, 2);
    const sampling = { baggingFraction: 0.8, baggingFrequency: 1, featureFraction: 0.8 };
    const options = plain({ ...sampling, rounds: 2, maxDepth: 5 });
    const on = (threads: number) => {
      const { ensemble, trainLoss } = trainBoosting({ ...data, options, threads });
      return { trees: ensemble.trees, trainLoss };
    };
    const alone = on(1);
    expect(on(3)).toEqual(alone);
    expect(on(4)).toEqual(alone);
  });

  it('may be many, or have histograms so large that no root is made beforehand', () => {
    const many = simulate(3, 200, 3, 150);
    const options = plain({ maxDepth: 3 });
    expect(grow(many, options, { threads: 4, grain: grains[0] })).toEqual(
      grow(many, options, { threads: 1 }),
    );
    // a histogram takes 9,000 * (16 * 16 + 64) bytes: 31 of them are above 64 MiB
    const wide = simulate(4, 60, 9_000, 31);
    const wideOptions = plain({ maxDepth: 2, maxBins: 15 });
    expect(grow(wide, wideOptions, { threads: 2, grain: grains[0] })).toEqual(
      grow(wide, wideOptions, { threads: 1 }),
    );
  });
});

const large = { positions: 1_000_000, columnsUsed: 48, options: plain() };
const small = { ...large, positions: 20_000 };

describe('sharing trees', () => {
  it.each([
    [4, 1, 4],
    [4, 2, 4],
    [4, 4, 4],
    [3, 2, 2],
    [5, 2, 4],
    [2, 8, 0],
    [17, 16, 16],
    [40, 16, 32],
  ])('of %i classes on %i threads leaves %i to threads whole', (classes, threads, whole) => {
    expect(wholeTrees({ ...large, classes, threads })).toBe(whole);
    expect(wholeTrees({ ...small, classes, threads })).toBe(classes);
  });

  it.each([
    [1_000_000, 2, 16],
    [1_000_000, 40, 40],
    [100_000, 2, 9],
    [45_000, 2, 4],
    [20_000, 2, 2],
    [20_000, 3, 3],
  ])('of %i rows and %i classes keeps %i threads busy', (positions, classes, threads) => {
    expect(mostThreads({ ...large, positions, classes })).toBe(threads);
  });

  it('begins at larger tables where trees grow leaf-wise', () => {
    const options = plain({ growth: 'leafwise', maxLeaves: 20 });
    const table = { ...large, classes: 2, options };
    expect(mostThreads({ ...table, positions: 150_000 })).toBe(2);
    expect(wholeTrees({ ...table, positions: 150_000, threads: 4 })).toBe(2);
    expect(wholeTrees({ ...table, positions: 200_000, threads: 4 })).toBe(0);
  });

  it('takes parts of nodes, and what a thread needs, beside what trees of as many threads as classes take', () => {
    const options = plain({ maxDepth: 6 });
    const bytes = (classes: number, threads: number, columns = 48, positions = 1_000_000) => {
      const sizes = { positions, columns, columnsUsed: columns, slotBits: 8, boosters: 1 };
      return layOutTraining({ ...sizes, classes, threads, options }).bytes;
    };
    expect(bytes(2, 16) / bytes(2, 2)).toBeLessThan(1.5);
    expect(bytes(64, 12)).toBeLessThan(bytes(64, 16));
    expect(bytes(4, 8, 10_000, 20_000) / bytes(4, 4, 10_000, 20_000)).toBeLessThan(1.2);
  });
});

describe('dividing work', () => {
  it('gives the costliest task that is left to the thread that is free first', () => {
    expect(makespan([], 3)).toBe(0);
    expect(makespan([5], 3)).toBe(5);
    expect(makespan([5, 4, 3, 3], 2)).toBe(8);
    expect(makespan([4, 4, 4], 2)).toBe(8);
  });

  it('makes parts of at most so many rows, which follow one another', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ start: fc.nat(1000), rows: fc.nat(500) }), { minLength: 1 }),
        fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(Number.POSITIVE_INFINITY)),
        (given, most) => {
          const ranges = given.map(({ start, rows }) => ({ start, end: start + rows }));
          const divided = divideRows(ranges, most);
          const all = given.reduce((sum, { rows }) => sum + rows, 0);
          expect(divided.flat().length).toBeLessThanOrEqual(ranges.length + all / most);
          divided.forEach((parts, at) => {
            expect([parts[0].start, parts[parts.length - 1].end]).toEqual([ranges[at].start, ranges[at].end]);
            parts.forEach(({ start, end }, part) => {
              expect(end - start).toBeLessThanOrEqual(most);
              if (part > 0) expect(start).toBe(parts[part - 1].end);
            });
          });
        },
      ),
    );
  });
});
