import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../src/evaluation/bootstrap.js';
import { evaluate, evaluationSet } from '../../src/evaluation/evaluate.js';
import { classMetrics, judgedClasses, scoresOfConfusion } from '../../src/evaluation/metrics.js';
import { scoreSlices } from '../../src/evaluation/slices.js';
import { groupStatistics, type Predictor } from '../../src/evaluation/statistics.js';

const CLASSES = 4;

function confusionOf(truth: readonly number[], answers: readonly number[]): Float64Array {
  const confusion = new Float64Array(CLASSES * CLASSES);
  truth.forEach((label, row) => {
    confusion[label * CLASSES + answers[row]]++;
  });
  return confusion;
}

function predictor(name: string, answers: readonly number[]): Predictor {
  const probabilities = Float32Array.from(
    answers.flatMap((answer) => Array.from({ length: CLASSES }, (_, k) => (k === answer ? 0.7 : 0.1))),
  );
  return { name, probabilities, covered: null };
}

describe('the metrics of a class', () => {
  it('are shares of its answers and of its rows, one alone included, and 0 where there are none', () => {
    const lines = classMetrics(confusionOf([0, 1, 1, 2], [0, 1, 3, 1]), CLASSES);
    expect(lines.map(({ precision, recall, support }) => [precision, recall, support])).toEqual([
      [1, 1, 1],
      [0.5, 0.5, 2],
      [0, 0, 1],
      [0, 0, 0],
    ]);
  });
});

describe('macro F1', () => {
  // scikit-learn 1.9.1: f1_score(truth, answers, labels=judged, average='macro', zero_division=0)
  it.each([
    { truth: [0, 0, 1, 1, 2], answers: [0, 0, 1, 0, 1], judged: [0, 1, 2], macroF1: 0.43333333333333335 },
    { truth: [0, 0, 1, 1], answers: [3, 0, 1, 3], judged: [0, 1], macroF1: 0.6666666666666666 },
    { truth: [0, 0, 0, 2], answers: [0, 0, 0, 0], judged: [0, 2], macroF1: 0.42857142857142855 },
    { truth: [0, 1, 1, 0, 0], answers: [0, 1, 1, 0, 0], judged: [0, 1, 3], macroF1: 0.6666666666666666 },
    { truth: [1, 1, 1], answers: [2, 2, 2], judged: [0, 1], macroF1: 0 },
  ])("is scikit-learn's with the labels given: $truth, $answers", ({ truth, answers, judged, macroF1 }) => {
    const flags = Uint8Array.from({ length: CLASSES }, (_, k) => (judged.includes(k) ? 1 : 0));
    const scores = scoresOfConfusion(confusionOf(truth, answers), CLASSES, 0, flags);
    expect(scores.macroF1).toBeCloseTo(macroF1, 14);
  });

  it('takes the classes of the labelled rows, whatever is answered', () => {
    expect([...judgedClasses([0, 2, 2], CLASSES)]).toEqual([1, 0, 1, 0]);
    const truth = [0, 0, 2, 2];
    const set = evaluationSet(
      CLASSES,
      Int16Array.from(truth),
      Int32Array.of(0, 1, 2, 3),
      Int32Array.of(0, 1, 2, 3),
    );
    const [plain, strays] = evaluate(set, [predictor('a', [0, 0, 2, 0]), predictor('b', [0, 0, 2, 3])], {
      replicates: 2,
      seed: 1,
    }).evaluations;
    expect(plain.macroF1).toBeCloseTo((0.8 + 2 / 3) / 2, 12);
    expect(strays.macroF1).toBeCloseTo((1 + 2 / 3) / 2, 12);
  });

  it('keeps the classes of the table in draws that miss one, and for a predictor of some rows', () => {
    const labels = Int16Array.of(0, 0, 0, 1);
    const rows = Int32Array.of(0, 1, 2, 3);
    const set = evaluationSet(CLASSES, labels, rows, rows);
    const right = predictor('right', [0, 0, 0, 1]);
    const [{ macroF1 }] = bootstrap([groupStatistics(set, right)], 4, { replicates: 64, seed: 2 });
    expect(new Set(macroF1)).toEqual(new Set([0.5, 1]));
    const covered = Uint8Array.of(1, 1, 1, 0);
    const [found] = evaluate(set, [{ ...right, covered }], { replicates: 2, seed: 1 }).evaluations;
    expect(found.macroF1).toBe(0.5);
  });

  it('of a slice takes the classes of its rows', () => {
    const rows = Int32Array.of(0, 1, 2, 3);
    const set = evaluationSet(CLASSES, Int16Array.of(0, 0, 0, 1), rows, rows);
    const slices = scoreSlices(set, predictor('right', [0, 0, 0, 1]), ['us', 'us', 'es', 'es']);
    expect(slices.map(({ slice, macroF1 }) => [slice, macroF1])).toEqual([
      ['es', 1],
      ['us', 1],
    ]);
  });
});
