import { describe, expect, it } from 'vitest';
import { evaluationSet } from '../../src/evaluation/evaluate.js';
import { groupStatistics } from '../../src/evaluation/statistics.js';
import { gainsBySlice, type SliceInput } from '../../src/selection/slices.js';

/** 60 queries of two rows, classes by turns; `right` says on which rows a set answers rightly. */
const ROWS = 120;
const labels = Int16Array.from({ length: ROWS }, (_, row) => row % 2);
const all = Int32Array.from(labels.keys());
const set = evaluationSet(
  2,
  labels,
  all.map((row) => row >> 1),
  all,
);

function answers(right: (row: number) => boolean) {
  const probabilities = new Float32Array(2 * ROWS);
  for (let row = 0; row < ROWS; row++) {
    probabilities[2 * row + (right(row) ? labels[row] : 1 - labels[row])] = 1;
  }
  return groupStatistics(set, { name: 'set', probabilities, covered: null });
}

const spanish = (row: number) => (row >> 1) % 3 === 0;
/** wrong on every fifth row */
const base = (row: number) => row % 5 !== 0;
const input: SliceInput = {
  classes: ['good', 'bad'],
  metric: 'accuracy',
  kept: answers(base),
  models: [
    // without it, Spanish rows are all wrong
    {
      model: 'spanish',
      kept: true,
      with: answers(base),
      without: answers((row) => base(row) && !spanish(row)),
    },
    // with it, rows of class bad are all right
    {
      model: 'bad',
      kept: false,
      with: answers((row) => base(row) || labels[row] === 1),
      without: answers(base),
    },
    { model: 'only', kept: true, with: answers(base), without: null },
  ],
  cuts: [{ by: 'locale', of: Array.from({ length: 60 }, (_, query) => (query % 3 === 0 ? 'es' : 'us')) }],
  options: { replicates: 200, seed: 1 },
};

describe('gains by slice', () => {
  const [byClass, byLocale] = gainsBySlice(input);
  const gainOf = (table: typeof byClass, slice: string, model: string) =>
    table.slices.find(({ name }) => name === slice)!.gains.find((gain) => gain.model === model)!;

  it('finds the locale that a model is kept for', () => {
    expect(byLocale.by).toBe('locale');
    expect(byLocale.slices.map(({ name, rows, queries }) => [name, rows, queries])).toEqual([
      ['es', 40, 20],
      ['us', 80, 40],
    ]);
    const es = gainOf(byLocale, 'es', 'spanish');
    expect(es.gain).toBeCloseTo(byLocale.slices[0].score, 12);
    expect(es.interval![0]).toBeGreaterThan(0.5);
    expect(gainOf(byLocale, 'us', 'spanish')).toMatchObject({ gain: 0, interval: [0, 0], kept: true });
  });

  it('finds the class that a model left out would help, by its F1', () => {
    expect(byClass).toMatchObject({ by: 'class', score: 'f1' });
    expect(byClass.slices.map(({ name, rows, queries }) => [name, rows, queries])).toEqual([
      ['good', 60, 60],
      ['bad', 60, 60],
    ]);
    const gain = gainOf(byClass, 'bad', 'bad');
    expect(gain.kept).toBe(false);
    expect(gain.gain).toBeGreaterThan(0.05);
    expect(gain.interval![0]).toBeGreaterThan(0);
    expect(gain.interval![0]).toBeLessThan(gain.gain!);
    expect(gain.interval![1]).toBeGreaterThan(gain.gain!);
  });

  it('has no gain for the only model kept', () => {
    expect(gainOf(byLocale, 'us', 'only')).toEqual({ model: 'only', kept: true, gain: null, interval: null });
  });
});
