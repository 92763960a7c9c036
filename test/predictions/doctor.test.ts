import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import { bestAssignment } from '../../src/predictions/checks/assignment.js';
import { examineModels } from '../../src/predictions/checks/examine.js';
import type { ImportedModel } from '../../src/predictions/import-options.js';
import type { PredictionKind } from '../../src/predictions/matrix.js';
import { examplesOf } from './support.js';

const ROWS = 60;
const LABELS = Array.from({ length: ROWS }, (_, row) => (row * 7) % 4);
const EXAMPLES = examplesOf(
  LABELS.map((_, row) => String(row)),
  LABELS,
);

function model(
  name: string,
  rowOf: (row: number) => number[],
  kind: PredictionKind = 'probabilities',
): ImportedModel {
  const values = Float32Array.from(LABELS.flatMap((_, row) => rowOf(row)));
  const covered = ROWS - values.filter((value) => Number.isNaN(value)).length / 4;
  return {
    card: { name, family: 'text', source: 'imported', kind, costs: {}, sha256: '', covered, notes: [] },
    values,
    missing: null,
  };
}

/** Noisy probabilities that lean to a class. */
function leaning(seed: number, classOf: (row: number) => number, weight = 2): (row: number) => number[] {
  const random = createRandom(seed);
  return (row) => {
    const own = [0, 1, 2, 3].map((k) => random.uniform() + 0.01 + (k === classOf(row) ? weight : 0));
    const sum = own.reduce((total, value) => total + value, 0);
    return own.map((value) => value / sum);
  };
}

const codes = (...models: ImportedModel[]) => examineModels(models, EXAMPLES).map(({ code }) => code);
const mostly = (row: number) => (row % 3 === 0 ? (LABELS[row] + 1 + (row % 2)) % 4 : LABELS[row]);

describe('import doctor', () => {
  it('has nothing to say about an ordinary model', () => {
    expect(codes(model('a', leaning(1, mostly)), model('b', leaning(2, mostly)))).toEqual([]);
  });

  it('sees a wrong class order, and names the right one', () => {
    const findings = examineModels(
      [
        model(
          'a',
          leaning(1, (row) => [2, 0, 1, 3][mostly(row)]),
        ),
      ],
      EXAMPLES,
    );
    expect(findings.map(({ code }) => code)).toEqual(['class-order']);
    expect(findings[0].message).toContain('in the order substitute, complement, exact, irrelevant');
    expect(findings[0].hint).toContain('rename them');
  });

  it.each([
    [17, []], // right on 0.717 of the rows, and on 0.783 in the other order
    [19, ['class-order']], // 0.683 and 0.817
  ])('speaks of another order from a gain of 0.1 on: %i of 30 rows the wrong way about', (swapped, due) => {
    const pairs = LABELS.map((label, row) => ({ label, row })).filter(({ label }) => label < 2);
    const wrong = new Set(pairs.slice(0, swapped).map(({ row }) => row));
    const answer = (row: number) => (wrong.has(row) ? 1 - LABELS[row] : LABELS[row]);
    expect(codes(model('a', leaning(1, answer)))).toEqual(due);
  });

  it('proposes an order in terms of the declared one, where classes are numbers', () => {
    const declared = [3, 1, 0, 2]; // what the user said of positions 0 to 3
    const truly = [0, 3, 1, 2]; // what stands there
    const misread = (k: number) => declared[truly.indexOf(k)];
    const wrong = model(
      'a',
      leaning(1, (row) => misread(mostly(row))),
    );
    const [finding] = examineModels([wrong], EXAMPLES, () => declared);
    expect(finding.hint).toContain(
      `--class-order ${truly.map((k) => EXAMPLES.labelSpace.classes[k]).join(',')} `,
    );
  });

  it('does not judge order or accuracy by fewer than 20 labelled rows', () => {
    const few = examplesOf(EXAMPLES.id, LABELS.slice(0, 19));
    const wrong = model(
      'a',
      leaning(1, (row) => (LABELS[row] + 1) % 4),
    );
    expect(examineModels([wrong], few)).toEqual([]);
  });

  it('doubts accuracy of 1', () => {
    expect(
      codes(
        model(
          'a',
          leaning(1, (row) => LABELS[row]),
        ),
      ),
    ).toEqual(['suspicious-accuracy']);
  });

  it('sees constant and one-class models', () => {
    expect(codes(model('a', (row) => [0.7 + row * 1e-9, 0.1, 0.1, 0.1]))).toEqual(['constant-model']);
    expect(
      codes(
        model(
          'a',
          leaning(3, () => 0, 9),
        ),
      ),
    ).toEqual(['one-class-model']);
  });

  it('sees them beside rows that they miss', () => {
    const missing = (row: number) => row % 5 === 0;
    const none = [0, 0, 0, 0].map(() => Number.NaN);
    expect(codes(model('a', (row) => (missing(row) ? none : [0.1, 0.7, 0.1, 0.1])))).toEqual([
      'constant-model',
    ]);
    const answers = leaning(3, () => 2, 9);
    expect(codes(model('a', (row) => (missing(row) ? none : answers(row))))).toEqual(['one-class-model']);
  });

  it('sees probabilities that are hard labels, unless they are declared as such', () => {
    const hard = (row: number) => [0, 1, 2, 3].map((k) => (k === mostly(row) ? 1 : 0));
    expect(codes(model('a', hard))).toEqual(['probabilities-are-labels']);
    expect(codes(model('a', hard, 'labels'))).toEqual([]);
  });

  it('groups near-copies, and leaves missing rows out of the comparison', () => {
    const original = Array.from({ length: ROWS }, (_, row) => leaning(4 + row, mostly)(row));
    const copy = (row: number) => original[row].map((value) => value * 0.999 + 0.00025);
    const partial = (row: number) => (row % 2 === 0 ? copy(row) : [0, 0, 0, 0].map(() => Number.NaN));
    const models = [
      model('a', (row) => original[row]),
      model('b', leaning(9, mostly)),
      model('c', copy),
      model('d', partial),
    ];
    const twins = examineModels(models, EXAMPLES).filter(({ code }) => code === 'near-duplicate-models');
    expect(twins.map(({ count, message }) => [count, message])).toEqual([
      [3, "models 'a', 'c', 'd' are near-copies (correlation from 1.0000): they share one credit"],
    ]);
  });
});

describe('best assignment', () => {
  function permutations(n: number): number[][] {
    if (n === 0) return [[]];
    return permutations(n - 1).flatMap((rest) =>
      Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
    );
  }

  it('has the total of the best of all permutations', () => {
    const square = fc
      .integer({ min: 1, max: 5 })
      .chain((n) =>
        fc.tuple(
          fc.constant(n),
          fc.array(fc.integer({ min: 0, max: 50 }), { minLength: n * n, maxLength: n * n }),
        ),
      );
    fc.assert(
      fc.property(square, ([n, scores]) => {
        const total = (columns: ArrayLike<number>) =>
          Array.from(columns).reduce((sum, column, row) => sum + scores[row * n + column], 0);
        const found = bestAssignment(scores, n);
        expect(new Set(found).size).toBe(n);
        expect(total(found)).toBe(Math.max(...permutations(n).map(total)));
      }),
    );
  });
});
