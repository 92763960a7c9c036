import { describe, expect, it } from 'vitest';
import { evaluate, evaluationSet } from '../../src/evaluation/evaluate.js';
import {
  type PairedResults,
  pairedIntervals,
  pairedPredictors,
  scoresOf,
} from '../../src/evaluation/paired.js';
import type { Predictor } from '../../src/evaluation/statistics.js';
import { createRandom } from '../../src/math/random.js';

const CLASSES = 3;
const ROWS = 240;
const random = createRandom(5);
const labels = Int16Array.from({ length: ROWS }, () => random.integer(CLASSES));
const groups = Int32Array.from({ length: ROWS }, (_, row) => Math.floor(row / 6));
const set = evaluationSet(
  CLASSES,
  labels,
  groups,
  Int32Array.from({ length: ROWS }, (_, row) => row),
);

/** Answers right with the odds given. */
function predictor(name: string, skill: number, covered: Uint8Array | null = null): Predictor {
  const probabilities = new Float32Array(ROWS * CLASSES);
  labels.forEach((label, row) => {
    const answer = random.uniform() < skill ? label : random.integer(CLASSES);
    for (let k = 0; k < CLASSES; k++) probabilities[row * CLASSES + k] = k === answer ? 0.8 : 0.1;
  });
  return { name, probabilities, covered };
}

function resultsOf(predictors: readonly Predictor[], more: Partial<PairedResults> = {}): PairedResults {
  const results: PairedResults = {
    schema: 'esci-select/paired/1',
    classes: ['a', 'b', 'c'],
    rows: { count: ROWS, sha256: 'same' },
    queries: set.groupCount,
    predictors: pairedPredictors(set, predictors, (covered) => covered.join('')),
    ...more,
  };
  return JSON.parse(JSON.stringify(results)); // as it comes back from a file
}

const OPTIONS = { replicates: 200, seed: 3 };

describe('pairedIntervals', () => {
  const better = predictor('model', 0.8);
  const worse = predictor('model', 0.6);

  it('gives the interval that one evaluation of both gives, to the last digit', () => {
    const [difference] = evaluate(set, [better, worse], { ...OPTIONS, pairs: [[0, 1]] }).differences;
    const intervals = pairedIntervals(resultsOf([better]), resultsOf([worse]), OPTIONS).get('model');
    expect(intervals).toEqual(difference.intervals);
    expect(intervals!.accuracy[1]).toBeLessThan(0);
  });

  it('is zero between equal results', () => {
    const intervals = pairedIntervals(resultsOf([better]), resultsOf([better]), OPTIONS).get('model')!;
    for (const [low, high] of Object.values(intervals)) expect([low, high]).toEqual([0, 0]);
  });

  it('is missing where rows, classes or coverage differ, and where a single query says nothing', () => {
    const base = resultsOf([better]);
    const names = (next: PairedResults) => [...pairedIntervals(base, next, OPTIONS).keys()];
    expect(names(resultsOf([worse]))).toEqual(['model']);
    expect(names(resultsOf([worse], { rows: { count: ROWS, sha256: 'other' } }))).toEqual([]);
    expect(names(resultsOf([worse], { classes: ['a', 'c', 'b'] }))).toEqual([]);
    const partly = Uint8Array.from({ length: ROWS }, (_, row) => (row < 100 ? 1 : 0));
    expect(names(resultsOf([{ ...worse, covered: partly }, predictor('new', 0.5)]))).toEqual([]);
    const pair = Array.from({ length: 12 }, (_, row) => row);
    const few = evaluationSet(CLASSES, labels, groups, Int32Array.from(pair));
    const two = { ...base, queries: 2, predictors: pairedPredictors(few, [better], () => '') };
    expect([...pairedIntervals(two, two, OPTIONS).keys()]).toEqual(['model']);
    const one = { ...base, queries: 1 };
    expect([...pairedIntervals(one, one, OPTIONS).keys()]).toEqual([]);
  });

  it('adds up to the scores of the whole', () => {
    const [evaluation] = evaluate(set, [better], OPTIONS).evaluations;
    const { accuracy, macroF1, weightedF1, logLoss } = evaluation;
    expect(scoresOf(resultsOf([better])).get('model')).toEqual({ accuracy, macroF1, weightedF1, logLoss });
  });
});
