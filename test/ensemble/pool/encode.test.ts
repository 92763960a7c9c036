import { describe, expect, it } from 'vitest';
import { encodePool } from '../../../src/ensemble/pool/encode.js';
import { planPool } from '../../../src/ensemble/pool/plan.js';
import { quantizeColumn } from '../../../src/ensemble/pool/quantize.js';
import { createRandom } from '../../../src/math/random.js';
import { poolTask } from './support.js';

describe('rows as a pool reads them', () => {
  it('say what the bin says that a value lies in, also of values that no bin was made from', () => {
    const task = poolTask({ rows: 700, classes: 3, soft: 3, hard: 1, silent: 0.1 });
    const { features, classes } = task;
    const { columns, values } = features;
    const half = Int32Array.from({ length: 300 }, (_, at) => 2 * at);
    const plan = planPool(features, half, classes);
    // the first column is no probability any more, but next to and on its cuts
    const [source] = plan.sources;
    if (source.kind !== 'probabilities') throw new Error('expected probabilities');
    const { cuts } = source.columns[0];
    const moved = values.slice();
    for (let row = 0; row < features.rows; row++) {
      const cut = cuts[row % cuts.length];
      moved[row * columns] = [cut, cut - 1e-7, cut + 1e-7, -2, 3, 0, Number.NaN][row % 7];
    }
    const all = Int32Array.from({ length: features.rows }, (_, at) => features.rows - 1 - at);
    const { evidence } = encodePool(plan, { ...features, values: moved }, all);
    const width = plan.sources.length * classes;
    plan.sources.forEach((each, model) => {
      for (let k = 0; k < classes; k++) {
        const column = model * classes + k;
        all.forEach((row, position) => {
          const value = moved[row * columns + column];
          const isSilent = Number.isNaN(value) || each.kind === 'answers';
          const bins = isSilent ? null : each.columns[k];
          const bin = bins === null ? 0 : bins.cuts.filter((cut) => cut <= value).length;
          const said = bins === null ? 0 : bins.values[bin] - plan.centres[column];
          expect(evidence[position * width + column]).toBe(Math.fround(said));
        });
      }
    });
  });
});

/** Bins by trying every split of every part, the part that gains most first. */
function byDefinition(values: Float32Array, most: number): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const squares = (from: number, to: number) => {
    const own = sorted.slice(from, to).map(Math.log);
    const mean = own.reduce((a, b) => a + b, 0) / own.length;
    return own.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  };
  const starts = [0];
  while (starts.length < most) {
    let best = { gain: 1e-6, at: -1 };
    starts.forEach((from, part) => {
      const to = starts[part + 1] ?? sorted.length;
      for (let at = from + 1; at < to; at++) {
        if (sorted[at] === sorted[at - 1]) continue;
        const gain = squares(from, to) - squares(from, at) - squares(at, to);
        if (gain > best.gain) best = { gain, at };
      }
    });
    if (best.at < 0) break;
    starts.push(best.at);
    starts.sort((a, b) => a - b);
  }
  return starts;
}

describe('bins of a column', () => {
  it('are split where that takes away most error, among values of which many are alike', () => {
    const random = createRandom('bins');
    const values = Float32Array.from({ length: 80 }, () => (1 + random.integer(40)) / 41);
    const starts = byDefinition(values, 9);
    const { cuts, counts } = quantizeColumn(values.slice(), 9, Math.log);
    const ends = [...starts.slice(1), values.length];
    expect([...counts]).toEqual(starts.map((from, part) => ends[part] - from));
    const sorted = values.slice().sort();
    starts.slice(1).forEach((from, at) => {
      expect(cuts[at]).toBeGreaterThan(sorted[from - 1]);
      expect(cuts[at]).toBeLessThanOrEqual(sorted[from]);
    });
  });

  it('are one where all values are alike, and one of nothing where there are none', () => {
    const alike = quantizeColumn(new Float32Array(9).fill(0.5), 4, Math.log);
    expect([alike.cuts.length, alike.values[0], alike.counts[0]]).toEqual([0, Math.log(0.5), 9]);
    const none = quantizeColumn(new Float32Array(0), 4, Math.log);
    expect([none.cuts.length, none.counts.length]).toEqual([0, 0]);
  });
});
