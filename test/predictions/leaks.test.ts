import { describe, expect, it } from 'vitest';
import { type Examples, SPLIT_TEST, SPLIT_TRAIN } from '../../src/data/examples/examples.js';
import { createRandom } from '../../src/math/random.js';
import { examineModels } from '../../src/predictions/checks/examine.js';
import type { ImportedModel } from '../../src/predictions/import-options.js';
import { examplesOf } from './support.js';

const ROWS = 800;
const LABELS = Array.from({ length: ROWS }, (_, row) => (row * 7) % 4);

/** 800 rows of four classes, two rows a query; the second half is the test split, or folds 0 to 3 take turns. */
function examples(by: 'split' | 'fold'): Examples {
  const base = examplesOf(
    LABELS.map((_, row) => String(row)),
    LABELS,
  );
  const group = Int32Array.from(LABELS, (_, row) => row >> 1);
  const fold = Int16Array.from(LABELS, (_, row) => (row >> 1) % 4);
  const split = Uint8Array.from(LABELS, (_, row) => (row < ROWS / 2 ? SPLIT_TRAIN : SPLIT_TEST));
  return { ...base, group, ...(by === 'split' ? { split } : { fold }) };
}

/** A model that is right on a share of the rows that may depend on the row. */
function model(name: string, rightOn: (row: number) => number): ImportedModel {
  const random = createRandom(name);
  return modelOf(name, (row) => {
    const right = random.uniform() < rightOn(row);
    const answer = right ? LABELS[row] : (LABELS[row] + 1 + random.integer(3)) % 4;
    return [0, 1, 2, 3].map((k) => (k === answer ? 0.4 : 0.2) + 0.01 * random.uniform());
  });
}

function modelOf(name: string, rowOf: (row: number) => readonly number[]): ImportedModel {
  return {
    card: {
      ...{ name, family: 'text', source: 'imported', kind: 'probabilities', costs: {}, sha256: '' },
      ...{ covered: ROWS, notes: [] },
    },
    values: Float32Array.from(LABELS.flatMap((_, row) => rowOf(row))),
    missing: null,
  };
}

const findings = (one: ImportedModel, by: 'split' | 'fold' = 'split') => examineModels([one], examples(by));
const codes = (one: ImportedModel, by?: 'split' | 'fold') => findings(one, by).map(({ code }) => code);

describe('predictions on a model’s own training rows', () => {
  const train = (row: number) => row < ROWS / 2;

  it('are suspected where a model is far better in the train split than in the test split', () => {
    const [finding] = findings(model('a', (row) => (train(row) ? 0.9 : 0.6)));
    expect(finding.code).toBe('in-sample-predictions');
    expect(finding.severity).toBe('warning');
    expect(finding.message).toMatch(/of 400 rows of the train split, but on .* of 400 of the test split/);
  });

  it('are judged by rows that have a label and an answer', () => {
    const one = model('a', (row) => (train(row) ? 0.9 : 0.6));
    const values = one.values.map((value, cell) => (Math.floor(cell / 4) % 4 === 1 ? Number.NaN : value));
    const base = examples('split');
    const label = base.label.map((own, row) => (row % 8 === 2 ? -1 : own));
    const [finding] = examineModels([{ ...one, values }], { ...base, label });
    expect(finding.message).toMatch(/of 250 rows of the train split, but on .* of 250 of the test split/);
  });

  it('are not suspected of a model that is as good on both sides, or better in the test split', () => {
    expect(codes(model('a', () => 0.7))).toEqual([]);
    expect(codes(model('a', (row) => (train(row) ? 0.6 : 0.9)))).toEqual([]);
  });

  it('are not suspected for a difference that chance explains', () => {
    expect(codes(model('a', (row) => (train(row) ? 0.72 : 0.66)))).toEqual([]);
  });

  it('are suspected of one fold of the data’s own, and of all folds but one', () => {
    const inFold = (row: number) => (row >> 1) % 4 === 2;
    expect(
      findings(
        model('a', (row) => (inFold(row) ? 0.95 : 0.5)),
        'fold',
      )[0].message,
    ).toContain('rows of fold 2, but');
    expect(
      findings(
        model('a', (row) => (inFold(row) ? 0.5 : 0.95)),
        'fold',
      )[0].message,
    ).toMatch(/rows of the other folds, but on .* of fold 2/);
  });
});

describe('labels in disguise', () => {
  it('are found where one column parts a class from the others though the model answers badly', () => {
    const random = createRandom(5);
    const leaking = modelOf('a', (row) => {
      const low = (LABELS[row] === 2 ? 0.05 : 0.2) + 0.1 * random.uniform();
      return [0.5, low, 0.06, 0.44 - low];
    });
    const found = findings(leaking).filter(({ code }) => code === 'labels-in-disguise');
    expect(found).toHaveLength(1);
    expect(found[0].message).toContain(
      "its probability of 'substitute' parts the rows labelled 'complement'",
    );
  });

  it('are found where few answers stand for one label each, under other numbers', () => {
    // no single column gives a class away: classes share values in pairs
    const code = [
      [0.4, 0.1, 0.4, 0.1],
      [0.4, 0.1, 0.1, 0.4],
      [0.1, 0.4, 0.4, 0.1],
      [0.1, 0.4, 0.1, 0.4],
    ];
    const hidden = modelOf('a', (row) => code[LABELS[row]]);
    const found = findings(hidden).filter(({ code: name }) => name === 'labels-in-disguise');
    expect(found).toHaveLength(1);
    expect(found[0].message).toContain(
      '4 different answers, each of them to one label in 100.0% of 800 rows',
    );
  });

  it('are not found in a good model, nor in one that gives few answers but errs', () => {
    expect(codes(model('a', () => 0.95))).toEqual([]);
    const random = createRandom(6);
    const coarse = modelOf('b', (row) => {
      const answer = random.uniform() < 0.8 ? LABELS[row] : random.integer(4);
      return [0, 1, 2, 3].map((k) => (k === answer ? 0.7 : 0.1));
    });
    expect(codes(coarse)).toEqual([]);
  });
});
