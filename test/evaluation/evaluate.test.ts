import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, evaluationSet } from '../../src/evaluation/evaluate.js';
import { floorPredictor } from '../../src/evaluation/floor.js';
import { scoreSlices } from '../../src/evaluation/slices.js';
import type { EvaluationSet, Predictor } from '../../src/evaluation/statistics.js';
import { createRandom } from '../../src/math/random.js';
import { naiveLogLoss, naiveScores } from '../oracles/scores.js';

const OPTIONS = { replicates: 200, seed: 1 };

function makeSet(rows: number, classes: number, queries: number, seed: number): EvaluationSet {
  const random = createRandom(seed);
  const labels = Int16Array.from({ length: rows }, () => random.integer(classes));
  const groups = Int32Array.from({ length: rows }, () => random.integer(queries));
  return evaluationSet(classes, labels, groups, Int32Array.from(labels.keys()));
}

/** A predictor that is right with the given odds. */
function makePredictor(set: EvaluationSet, skill: number, seed: number, name = `skill ${skill}`): Predictor {
  const random = createRandom(seed);
  const probabilities = new Float32Array(set.labels.length * set.classes);
  for (let row = 0; row < set.labels.length; row++) {
    const raw = Array.from({ length: set.classes }, () => 0.05 + random.uniform());
    if (random.uniform() < skill) raw[set.labels[row]] += 2;
    const sum = raw.reduce((a, b) => a + b);
    for (let k = 0; k < set.classes; k++) probabilities[row * set.classes + k] = raw[k] / sum;
  }
  return { name, probabilities, covered: null };
}

function rowsOf(set: EvaluationSet, predictor: Predictor): number[][] {
  return Array.from(set.labels, (_, row) => [
    ...predictor.probabilities.subarray(row * set.classes, (row + 1) * set.classes),
  ]);
}

describe('evaluate', () => {
  it('equals scores written out from their definitions, for 2 to 6 classes, absent classes included', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 6 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        (classes, rows, seed) => {
          const set = makeSet(rows, classes, 7, seed);
          const predictor = makePredictor(set, 0.5, seed + 1);
          const [found] = evaluate(set, [predictor], { replicates: 2, seed: 1 }).evaluations;
          const byRow = rowsOf(set, predictor);
          const answers = byRow.map((row) => row.indexOf(Math.max(...row)));
          const expected = naiveScores([...set.labels], answers);
          expect(found.accuracy).toBeCloseTo(expected.accuracy, 12);
          expect(found.macroF1).toBeCloseTo(expected.macroF1, 12);
          expect(found.weightedF1).toBeCloseTo(expected.weightedF1, 12);
          expect(found.logLoss).toBeCloseTo(naiveLogLoss([...set.labels], byRow), 6);
        },
      ),
    );
  });

  it('gives the figures of a small confusion worked out by hand', () => {
    const labels = Int16Array.of(0, 0, 1, 1, 2);
    const answers = [0, 0, 1, 0, 1];
    const probabilities = Float32Array.from(
      answers.flatMap((answer) => [0, 1, 2].map((k) => (k === answer ? 1 : 0))),
    );
    const set = evaluationSet(3, labels, Int32Array.of(0, 1, 2, 3, 4), Int32Array.of(0, 1, 2, 3, 4));
    const [found] = evaluate(set, [{ name: 'm', probabilities, covered: null }], OPTIONS).evaluations;
    expect(found.accuracy).toBeCloseTo(0.6, 12);
    expect(found.macroF1).toBeCloseTo((0.8 + 0.5 + 0) / 3, 12);
    expect(found.weightedF1).toBeCloseTo((2 * 0.8 + 2 * 0.5 + 0) / 5, 12);
    expect(found.confusion).toEqual([
      [2, 0, 0],
      [1, 1, 0],
      [0, 1, 0],
    ]);
  });

  it('scores a model only on the rows it covers, and pairs it there', () => {
    const set = makeSet(300, 3, 40, 5);
    const whole = makePredictor(set, 0.9, 6, 'whole');
    const covered = Uint8Array.from(set.labels, (_, row) => (row % 3 === 0 ? 1 : 0));
    const part: Predictor = { ...makePredictor(set, 0.2, 7, 'part'), covered };
    const { evaluations, differences } = evaluate(set, [whole, part], { ...OPTIONS, pairs: [[1, 0]] });
    expect(evaluations.map(({ rows }) => rows)).toEqual([300, 100]);
    expect(differences[0].rows).toBe(100);
    const rows = [...covered.keys()].filter((row) => covered[row] === 1);
    const answers = rowsOf(set, whole).map((row) => row.indexOf(Math.max(...row)));
    const expected = naiveScores(
      rows.map((row) => set.labels[row]),
      rows.map((row) => answers[row]),
    ).accuracy;
    expect(differences[0].difference.accuracy).toBeCloseTo(expected - evaluations[1].accuracy, 12);
    expect(differences[0].intervals.accuracy[0]).toBeGreaterThan(0);
  });

  it('makes intervals that hold the score, shrink with more queries and are the same for the same seed', () => {
    const width = (queries: number) => {
      const set = makeSet(queries * 4, 4, queries, 3);
      const [found] = evaluate(set, [makePredictor(set, 0.5, 4)], OPTIONS).evaluations;
      const [low, high] = found.intervals.accuracy;
      expect(low).toBeLessThan(found.accuracy);
      expect(high).toBeGreaterThan(found.accuracy);
      return high - low;
    };
    expect(width(400)).toBeLessThan(0.75 * width(100));
    const set = makeSet(200, 4, 50, 3);
    const run = () => evaluate(set, [makePredictor(set, 0.5, 4)], OPTIONS);
    expect(run()).toEqual(run());
  });

  it('draws queries, not rows: rows that repeat their query widen the interval', () => {
    const once = makeSet(100, 3, 1e6, 9);
    const repeat = (times: number): EvaluationSet => ({
      ...once,
      labels: Int16Array.from({ length: 100 * times }, (_, at) => once.labels[at % 100]),
      groups: Int32Array.from({ length: 100 * times }, (_, at) => once.groups[at % 100]),
    });
    const interval = (times: number) => {
      const set = repeat(times);
      const single = makePredictor(once, 0.5, 2).probabilities;
      const probabilities = new Float32Array(single.length * times);
      for (let copy = 0; copy < times; copy++) probabilities.set(single, copy * single.length);
      return evaluate(set, [{ name: 'm', probabilities, covered: null }], OPTIONS).evaluations[0].intervals
        .accuracy;
    };
    expect(interval(10)).toEqual(interval(1));
  });

  it('finds no calibration error in shares told as they are, and 0.4 in answers 0.4 too sure', () => {
    const labels = Int16Array.from({ length: 10 }, (_, row) => (row < 6 ? 0 : 1));
    const rows = Int32Array.from(labels.keys());
    const set = evaluationSet(2, labels, rows, rows);
    const floor = floorPredictor(labels, 2, 10);
    const probabilities = Float32Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 1 : 0));
    const certain = { name: 'certain', probabilities, covered: null };
    const [a, b] = evaluate(set, [floor, certain], OPTIONS).evaluations;
    expect(a.calibrationError).toBeCloseTo(0, 6);
    expect(b.calibrationError).toBeCloseTo(0.4, 6);
    expect(a.logLoss).toBeCloseTo(-(0.6 * Math.log(0.6) + 0.4 * Math.log(0.4)), 6);
  });

  it('scores every slice on its own rows, slices in order of name', () => {
    const set = makeSet(120, 3, 30, 13);
    const predictor = makePredictor(set, 0.6, 14);
    const slices = Array.from(set.labels, (_, row) => (row % 3 === 0 ? 'us' : 'es'));
    const found = scoreSlices(set, predictor, slices);
    expect(found.map(({ slice, rows }) => [slice, rows])).toEqual([
      ['es', 80],
      ['us', 40],
    ]);
    const answers = rowsOf(set, predictor).map((row) => row.indexOf(Math.max(...row)));
    for (const { slice, accuracy, macroF1 } of found) {
      const rows = [...slices.keys()].filter((row) => slices[row] === slice);
      const expected = naiveScores(
        rows.map((row) => set.labels[row]),
        rows.map((row) => answers[row]),
      );
      expect(accuracy).toBeCloseTo(expected.accuracy, 12);
      expect(macroF1).toBeCloseTo(expected.macroF1, 12);
    }
  });
});
