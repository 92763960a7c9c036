import { describe, expect, it } from 'vitest';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import { crossValidateRounds, fitWithRounds } from '../../src/ensemble/training/cv.js';
import { plain, simulate } from './support.js';

describe('boosting from given margins', () => {
  const data = { ...simulate(4, 240, 5, 3), options: plain({ rounds: 8 }) };

  it('goes on where the ensemble of those margins ended: the trees of one longer run, to the bit', () => {
    const whole = fitWithRounds(data, 8);
    const first = fitWithRounds(data, 3);
    const start = scoreMargins(first, data.features);
    const rest = fitWithRounds({ ...data, start }, 5);
    expect([...first.trees, ...rest.trees]).toEqual(whole.trees);
  });

  it('in every fold takes the margins of its own', () => {
    const foldOf = Int16Array.from(data.rows, (row) => row % 2);
    const trained = [0, 1].map((fold) => data.rows.filter((row) => row % 2 !== fold));
    const firsts = trained.map((rows) => fitWithRounds({ ...data, rows }, 3));
    const starts = firsts.map((ensemble) => scoreMargins(ensemble, data.features));
    const { ensembles, rounds } = crossValidateRounds({ ...data, foldOf, folds: 2, starts });
    ensembles.forEach((ensemble, fold) => {
      const start = new Float32Array(trained[fold].length * 3);
      trained[fold].forEach((row, at) => {
        start.set(starts[fold].subarray(3 * row, 3 * row + 3), 3 * at);
      });
      const alone = fitWithRounds({ ...data, rows: trained[fold], start }, rounds);
      // bins are those of all rows in one and of the fold's in the other: structures may differ, what is learned hardly
      const margins = scoreMargins(alone, data.features, trained[fold]);
      const found = scoreMargins(ensemble, data.features, trained[fold]);
      const apart =
        margins.reduce((sum, margin, at) => sum + Math.abs(margin - found[at]), 0) / margins.length;
      expect(apart).toBeLessThan(0.05);
    });
  });

  it('refuses priors beside them', () => {
    const start = new Float32Array(240 * 3);
    expect(() => fitWithRounds({ ...data, options: plain({ priors: true }), start }, 1)).toThrow(/priors/);
  });
});
