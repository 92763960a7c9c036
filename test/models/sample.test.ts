import { describe, expect, it } from 'vitest';
import { sampleRows } from '../../src/models/sample.js';
import { rowsWhere, shop } from './shop.js';

const shops = shop({ queries: 60, perQuery: 10 });
const rows = rowsWhere(shops, (group) => group < 50);

/** Shop examples with the labels given to its rows in turn. */
const labelled = (pattern: readonly number[]) => ({
  ...shops,
  label: Int16Array.from(shops.label, (_, row) => pattern[row % pattern.length]),
});

const counts = (examples: typeof shops, kept: Int32Array) => {
  const found = examples.labelSpace.classes.map(() => 0);
  for (const row of kept) found[examples.label[row]]++;
  return found;
};

describe('a sample of rows', () => {
  it('keeps every class in its share to the row, in the order of the rows, by the seed', () => {
    const examples = labelled([0, 0, 0, 0, 0, 0, 1, 1, 2, 3]);
    const kept = sampleRows(examples, rows, { most: 100, seed: 1, by: 'row' });
    expect(counts(examples, kept)).toEqual([60, 20, 10, 10]);
    expect([...kept]).toEqual([...new Set(kept)].sort((a, b) => a - b));
    expect(kept.every((row) => rows.includes(row))).toBe(true);
    expect(sampleRows(examples, rows, { most: 100, seed: 1, by: 'row' })).toEqual(kept);
    expect(sampleRows(examples, rows, { most: 100, seed: 2, by: 'row' })).not.toEqual(kept);
  });

  it('is exactly as large as asked, whatever the shares', () => {
    const examples = labelled([0, 0, 1, 0, 2, 0, 0]);
    for (const most of [1, 2, 3, 7, 50, 333]) {
      expect(sampleRows(examples, rows, { most, seed: 1, by: 'row' })).toHaveLength(most);
    }
  });

  it('keeps one row of a class too rare for a share, and none of one that has none', () => {
    const rare = { ...shops, label: Int16Array.from(shops.label, (_, row) => (row === rows[7] ? 2 : 0)) };
    const kept = sampleRows(rare, rows, { most: 10, seed: 1, by: 'row' });
    expect(counts(rare, kept)).toEqual([9, 0, 1, 0]);
  });

  it('is all rows where they are no more than asked', () => {
    expect(sampleRows(shops, rows, { most: rows.length, seed: 1, by: 'row' })).toBe(rows);
    expect(sampleRows(shops, rows, { most: rows.length + 1, seed: 1, by: 'group' })).toBe(rows);
  });

  it('keeps queries whole where they are asked for, near the shares of the classes', () => {
    const kept = sampleRows(shops, rows, { most: 155, seed: 3, by: 'group' });
    expect(kept.length).toBeGreaterThan(140);
    expect(kept.length).toBeLessThanOrEqual(155);
    for (const group of new Set(Array.from(kept, (row) => shops.group[row]))) {
      const whole = rows.filter((row) => shops.group[row] === group);
      expect(kept.filter((row) => shops.group[row] === group)).toEqual(whole);
    }
    const all = counts(shops, rows).map((count) => count / rows.length);
    counts(shops, kept).forEach((count, k) => {
      expect(Math.abs(count / kept.length - all[k])).toBeLessThan(0.03);
    });
    expect(sampleRows(shops, rows, { most: 155, seed: 3, by: 'group' })).toEqual(kept);
    expect(sampleRows(shops, rows, { most: 155, seed: 4, by: 'group' })).not.toEqual(kept);
  });
});
