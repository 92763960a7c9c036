import { describe, expect, it } from 'vitest';
import { codeBlock, collectCuts, cutCode } from '../../src/attribution/cuts.js';
import { createRandom } from '../../src/math/random.js';
import { randomEnsemble, randomTable } from '../properties/random-ensembles.js';

const ensemble = randomEnsemble(createRandom(1), { columns: 3, depth: 5, classes: 2, trees: 6 });

describe('cuts', () => {
  it('are the distinct thresholds of each column, ascending', () => {
    const { start, values } = collectCuts(ensemble);
    for (let column = 0; column < 3; column++) {
      const thresholds = ensemble.trees.flatMap((tree) =>
        [...tree.threshold].filter((_, node) => tree.left[node] >= 0 && tree.feature[node] === column),
      );
      const expected = [...new Set(thresholds)].sort((a, b) => a - b);
      expect(expected.length).toBeGreaterThan(2);
      expect([...values.subarray(start[column], start[column + 1])]).toEqual(expected);
    }
  });

  it('give codes that compare as the values do', () => {
    const cuts = collectCuts(ensemble);
    const awkward = [...cuts.values].flatMap((cut) => [
      cut,
      Math.fround(cut + 1e-6),
      Math.fround(cut - 1e-6),
    ]);
    for (const value of [...awkward, -0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45]) {
      for (let column = 0; column < 3; column++) {
        for (let at = cuts.start[column]; at < cuts.start[column + 1]; at++) {
          const cut = cutCode(cuts, column, cuts.values[at]);
          expect(cutCode(cuts, column, value) < cut).toBe(value < cuts.values[at]);
        }
      }
    }
  });

  it('code blocks in tiles, missing values below and above every cut', () => {
    const cuts = collectCuts(ensemble);
    const table = randomTable(createRandom(2), { rows: 11, columns: 3 });
    const block = codeBlock(cuts, table, 2, 11, 4);
    for (let row = 0; row < 9; row++) {
      for (let column = 0; column < 3; column++) {
        const at = Math.floor(row / 4) * 12 + column * 4 + (row % 4);
        const value = table.values[(row + 2) * 3 + column];
        if (Number.isNaN(value)) {
          expect(block.missingLeft[at]).toBeLessThan(0);
          expect(block.missingRight[at]).toBeGreaterThan(cuts.values.length);
        } else {
          expect(block.missingLeft[at]).toBe(cutCode(cuts, column, value));
          expect(block.missingRight[at]).toBe(block.missingLeft[at]);
        }
      }
    }
  });

  it('code a block without missing values once', () => {
    const table = randomTable(createRandom(3), { rows: 5, columns: 3, missing: 0 });
    const block = codeBlock(collectCuts(ensemble), table, 0, 5, 4);
    expect(block.missingRight).toBe(block.missingLeft);
  });
});
