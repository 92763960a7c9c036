import { describe, expect, it } from 'vitest';
import { type PairedPredictor, type PairedResults, pairedIntervals } from '../../src/evaluation/paired.js';
import { pairedClassInterval } from '../../src/evaluation/paired-classes.js';

/** Two classes; one row per query of the true class `truth`, answered as `answers` says. */
function results(truth: readonly number[], answers: readonly number[], name = 'x'): PairedResults {
  const predictor: PairedPredictor = {
    name,
    rows: truth.length,
    covered: null,
    starts: truth.map((_, at) => at).concat(truth.length),
    cells: truth.map((label, at) => 2 * label + answers[at]),
    counts: truth.map(() => 1),
    losses: truth.map(() => 0.5),
  };
  return {
    schema: 'esci-select/paired/1',
    classes: ['yes', 'no'],
    rows: { count: truth.length, sha256: 'same' },
    queries: truth.length,
    predictors: [predictor],
  };
}

const truth = Array.from({ length: 60 }, (_, at) => at % 2);
const right = results(truth, truth);
/** every third row of class 0 is taken for 1 */
const worse = results(
  truth,
  truth.map((label, at) => (label === 0 && at % 3 === 0 ? 1 : label)),
);
const OPTIONS = { replicates: 500, seed: 7 };
const of = (score: 'f1' | 'precision' | 'recall', at: number) => ({ predictor: 'x', class: at, score });

describe('pairedClassInterval', () => {
  it('leaves out zero for the class that got worse, and holds the difference', () => {
    const [low, high] = pairedClassInterval(right, worse, of('recall', 0), OPTIONS)!;
    expect(high).toBeLessThan(0);
    expect(low).toBeLessThan(-1 / 3);
    expect(high).toBeGreaterThan(-1 / 3);
    expect(pairedClassInterval(right, worse, of('recall', 1), OPTIONS)).toEqual([0, 0]);
  });

  it('draws as the intervals of all classes do: with two classes, macro F1 moves between the two', () => {
    const all = pairedIntervals(right, worse, OPTIONS).get('x')!.macroF1;
    const [first, second] = [0, 1].map((at) => pairedClassInterval(right, worse, of('f1', at), OPTIONS)!);
    expect(all[0]).toBeGreaterThan(Math.min(first[0], second[0]) - 1e-12);
    expect(all[1]).toBeLessThan(Math.max(first[1], second[1]) + 1e-12);
  });

  it('is null where the rows differ or one lacks the predictor', () => {
    const other = { ...worse, rows: { ...worse.rows, sha256: 'other' } };
    expect(pairedClassInterval(right, other, of('f1', 0), OPTIONS)).toBeNull();
    expect(pairedClassInterval(right, results(truth, truth, 'y'), of('f1', 0), OPTIONS)).toBeNull();
  });
});
