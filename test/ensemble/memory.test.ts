import { describe, expect, it } from 'vitest';
import type { BoostingOptions } from '../../src/ensemble/boosting-options.js';
import { binFeatures } from '../../src/ensemble/training/binning.js';
import { Booster } from '../../src/ensemble/training/booster.js';
import { layOutTraining } from '../../src/ensemble/training/layout.js';
import { TrainingMemory } from '../../src/ensemble/training/memory.js';
import { fillTable } from '../../src/ensemble/training/table.js';
import { plain, range, simulate } from './support.js';

const COLUMNS = 4;
const ROWS = 300;

/** The trees of two rounds, grown with room for so many bytes of histograms. */
function grow(given: Partial<BoostingOptions>, mostHistogramBytes?: number) {
  const { features, rows, labels, classes } = simulate(1, ROWS, COLUMNS, 2);
  const options = plain({ maxDepth: 6, minDataInLeaf: 3, maxLeaves: 20, ...given });
  const binned = binFeatures(features, rows, 255);
  const { slotBits } = binned.bins;
  const sizes = { positions: ROWS, columns: COLUMNS, columnsUsed: COLUMNS, slotBits, classes };
  const input = { ...sizes, boosters: 1, threads: 1, options, mostHistogramBytes };
  const memory = new TrainingMemory(input);
  try {
    fillTable(memory, binned, labels, { rows, columnAt: range(COLUMNS) });
    const table = { features, binned, columnAt: range(COLUMNS), labels, classes, options };
    const part = { training: range(ROWS), validation: new Int32Array(0) };
    const booster = new Booster(table, part, memory, memory.layout.boosters[0]);
    booster.advance();
    booster.advance();
    return { trees: booster.ensemble(2).trees, histograms: memory.layout.histogramCount };
  } finally {
    memory.close();
  }
}

describe('training memory', () => {
  it.each([
    { growth: 'depthwise' },
    { growth: 'leafwise' },
    { growth: 'depthwise', multiStrategy: 'multi_output_tree' },
    { growth: 'leafwise', multiStrategy: 'multi_output_tree' },
    { growth: 'leafwise', multiStrategy: 'multi_output_tree', maxDepth: 5, maxLeaves: 0 },
  ] as const)('changes no tree of %o when histograms are scarce', (given) => {
    const plenty = grow(given);
    const scarce = grow(given, 1);
    expect([plenty.histograms > 20, scarce.histograms]).toEqual([true, 4]);
    expect(plenty.trees[0].left.length).toBeGreaterThan(30);
    expect(scarce.trees).toEqual(plenty.trees);
  });

  // a table of 5 regions, 4 and 1 per class and range, 12 of its transposition, a root per class and 3 parts of them, a
  // bag's, 6 a booster, 15 a thread; where classes share trees, 4 and 1, a bag's, 6 of the tree's own and an order for all threads, of which
  // each has 5 besides; regions of no bytes lie where the next begins
  it.each([
    ['one_output_per_tree', 5 + 4 * 3 + 1 + 12 + 3 + 3 + 1 + 6 * 2 + 15 * 3],
    ['multi_output_tree', 5 + 4 + 1 + 12 + 1 + 6 + 6 * 2 + 1 + 5 * 3],
  ] as const)('gives every region room of its own, on cache lines, for %s', (multiStrategy, regions) => {
    const options = plain({ multiStrategy, maxDepth: 3, minDataInLeaf: 2, featureFraction: 0.5 });
    const sizes = { positions: 1001, columns: 37, columnsUsed: 19, slotBits: 6, classes: 3 };
    const layout = layOutTraining({ ...sizes, boosters: 2, threads: 3, options });
    const addresses: number[] = [];
    JSON.stringify(layout, (key, value) => {
      const size = [
        'stride',
        'columnBytes',
        'sumBytes',
        'histogramBytes',
        'batchStride',
        'columnStride',
        'bytes',
        'paddedPositions',
      ].includes(key);
      if (typeof value === 'number' && value >= 65_536 && !size) addresses.push(value);
      return value;
    });
    const distinct = new Set(addresses);
    expect(distinct.size).toBe(regions);
    if (multiStrategy === 'one_output_per_tree') expect(addresses.length).toBe(regions);
    expect(addresses.every((address) => address % 64 === 0 && address < layout.bytes)).toBe(true);
  });
});
