import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/math/random.js';
import type { ModelCard, PredictionMatrix } from '../../src/predictions/matrix.js';
import type { TrustNode } from '../../src/report/insights.js';
import { askRows } from '../../src/report/trust/questions.js';
import { fitTrust } from '../../src/report/trust/tree.js';

function matrixOf(names: readonly string[], rows: readonly (readonly number[])[]): PredictionMatrix {
  const cards = names.map((name) => ({ name }) as ModelCard);
  return {
    rows: rows.length,
    classes: ['yes', 'no'],
    cards,
    values: Float32Array.from(rows.flat()),
    missing: null,
  };
}

describe('askRows', () => {
  it('answers with confidences in twentieths, agreement, votes, the majority and the locale', () => {
    const matrix = matrixOf(
      ['a', 'b', 'c'],
      [
        [0.9, 0.1, 0.61, 0.39, 0.2, 0.8],
        [Number.NaN, Number.NaN, 0.3, 0.7, 0.45, 0.55],
      ],
    );
    const { questions, rows } = askRows({ matrix, locales: ['us', 'es'], models: [2, 0] });
    const answers = (row: number) => new Map(questions.map(({ text }, at) => [text, rows[row][at]]));
    expect([...answers(0)]).toEqual([
      ['the confidence of c', 0.8],
      ['the confidence of a', 0.9],
      ['does c answer as most models do', 0],
      ['does a answer as most models do', 1],
      ['the number of models that answer as most do', 2],
      ['do most models answer yes', 1],
      ['do most models answer no', 0],
      ['is the locale es', 0],
      ['is the locale us', 1],
    ]);
    expect(answers(1).get('the confidence of a')).toBe(0); // silent
    expect(answers(1).get('does a answer as most models do')).toBe(0);
    expect(answers(1).get('do most models answer no')).toBe(1);
  });

  it('asks no locale where there is one', () => {
    const { questions } = askRows({ matrix: matrixOf(['a'], [[1, 0]]), locales: ['us'], models: [0] });
    expect(questions.map(({ text }) => text).join()).not.toContain('locale');
  });
});

describe('fitTrust', () => {
  const random = createRandom(5);
  const questions = ['the confidence of a', 'the confidence of b'].map((text) => ({
    text,
    kind: 'number' as const,
  }));
  const rows = Array.from({ length: 300 }, () => [0, 1].map(() => random.integer(21) / 20));
  const heldOut = rows.map((_, row) => row % 3 === 0);
  const models = ['a', '__proto__', 'b'];

  it('finds the rule behind the data and is right about it on rows it did not see', async () => {
    const trusted = rows.map(([a]) => (a < 0.625 ? 2 : 1));
    const tree = await fitTrust({ answers: { questions, rows }, trusted, models, heldOut });
    expect(tree).toMatchObject({ fittedRows: 200, heldOutRows: 100, fidelity: 1 });
    const root = tree!.root as Extract<TrustNode, { kind: 'split' }>;
    expect(root.question).toBe('the confidence of a');
    expect(root.threshold).toBeCloseTo(0.625, 9);
    expect(root.below).toMatchObject({ kind: 'leaf', model: 'b', share: 1 });
    expect(root.above).toMatchObject({ kind: 'leaf', model: '__proto__', share: 1 });
    const below = trusted.filter((model, row) => model === 2 && heldOut[row]).length;
    expect(tree!.baseline).toEqual({ model: 'b', fidelity: below / 100 });
  });

  it('claims no fidelity where there is no rule', async () => {
    const trusted = rows.map(() => random.integer(3));
    const tree = await fitTrust({ answers: { questions, rows }, trusted, models, heldOut });
    expect(tree!.fidelity).toBeLessThan(0.55);
    expect(sum(tree!.root)).toBe(200);
  });

  it('makes no tree of one model, of few rows, or without rows to judge it by', async () => {
    const one = { answers: { questions, rows }, trusted: rows.map(() => 1), models, heldOut };
    expect(await fitTrust(one)).toBeNull();
    const mixed = { ...one, trusted: rows.map((_, row) => row % 2) };
    expect(await fitTrust({ ...mixed, heldOut: rows.map(() => false) })).toBeNull();
    expect(await fitTrust({ ...mixed, heldOut: rows.map((_, row) => row >= 20) })).toBeNull();
  });
});

/** Rows of all leaves. */
function sum(node: TrustNode): number {
  return node.kind === 'leaf' ? node.rows : sum(node.below) + sum(node.above);
}
