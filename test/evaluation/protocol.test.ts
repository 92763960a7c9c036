import { describe, expect, it } from 'vitest';
import type { Examples } from '../../src/data/examples/examples.js';
import { ESCI } from '../../src/data/examples/labels.js';
import type { EsciSelectError } from '../../src/errors.js';
import { type EvaluationMode, type ProtocolOptions, planProtocol } from '../../src/evaluation/protocol.js';

/** Examples of `queries` queries with four rows each; `split` and `label` by row. */
function examples(
  queries: number,
  split: (row: number) => number = () => 0,
  label = (row: number) => row % 4,
): Examples {
  const rows = queries * 4;
  const each = <T>(value: (row: number) => T) => Array.from({ length: rows }, (_, row) => value(row));
  return {
    rows,
    labelSpace: ESCI,
    id: each(String),
    query: each((row) => `q${row >> 2}`),
    group: Int32Array.from(each((row) => row >> 2)),
    groupKeys: Array.from({ length: queries }, (_, query) => `q${query}`),
    productId: each(String),
    product: Int32Array.from(each((row) => row)),
    products: rows,
    locale: each(() => 'us'),
    label: Int16Array.from(each(label)),
    split: Uint8Array.from(each(split)),
    fold: null,
    source: null,
    text: null,
    behaviours: null,
  };
}

const TRAIN = 1;
const TEST = 2;
const official = (row: number) => ((row >> 2) % 3 === 0 ? TEST : TRAIN);
const options = (more: Partial<ProtocolOptions> = {}): ProtocolOptions => ({
  evaluation: 'auto' as EvaluationMode,
  folds: 5,
  seed: 7,
  imported: null,
  ...more,
});

function failure(run: () => unknown): EsciSelectError {
  try {
    run();
  } catch (error) {
    return error as EsciSelectError;
  }
  throw new Error('nothing was thrown');
}

describe('planProtocol', () => {
  it('respects an official split, and puts every training row in a fold with its whole query', () => {
    const data = examples(30, official);
    const protocol = planProtocol(data, options());
    expect(protocol.mode).toBe('holdout');
    expect([...protocol.evaluationRows]).toEqual(
      [...data.split.keys()].filter((row) => data.split[row] === TEST),
    );
    expect(protocol.trainRows.length + protocol.evaluationRows.length).toBe(data.rows);
    for (let row = 0; row < data.rows; row++) {
      expect(protocol.foldOf[row]).toBe(protocol.foldOf[row & ~3]);
      expect(protocol.foldOf[row] >= 0).toBe(data.split[row] === TRAIN);
    }
    expect(new Set(protocol.trainRows.map((row) => protocol.foldOf[row])).size).toBe(5);
  });

  it('holds out whole queries by seed when models are trained here and nothing says how to split', () => {
    const data = examples(40);
    const protocol = planProtocol(data, options());
    expect(protocol.mode).toBe('holdout');
    const side = (rows: Int32Array) => new Set(rows.map((row) => data.group[row]));
    const [train, test] = [side(protocol.trainRows), side(protocol.evaluationRows)];
    expect([...train].filter((query) => test.has(query))).toEqual([]);
    expect(train.size + test.size).toBe(40);
    expect(planProtocol(data, options())).toEqual(protocol);
    expect(planProtocol(data, options({ seed: 8 })).evaluationRows).not.toEqual(protocol.evaluationRows);
  });

  it('cross-validates over all labelled rows when predictions were imported for one labelled set', () => {
    const data = examples(10, undefined, (row) => (row % 5 === 0 ? -1 : 1));
    const protocol = planProtocol(data, options({ imported: new Uint8Array(data.rows).fill(1) }));
    expect(protocol.mode).toBe('cross-validated');
    expect([...protocol.trainRows]).toEqual([...data.label.keys()].filter((row) => data.label[row] !== -1));
    expect(protocol.evaluationRows).toEqual(protocol.trainRows);
  });

  it('cross-validates over the test rows when imported predictions cover only those', () => {
    const data = examples(30, official);
    const imported = Uint8Array.from(data.split, (side) => (side === TEST ? 1 : 0));
    const protocol = planProtocol(data, options({ imported }));
    expect(protocol.mode).toBe('cross-validated');
    expect([...protocol.trainRows].every((row) => data.split[row] === TEST)).toBe(true);
    expect(protocol.trainRows.length).toBe(40);
  });

  it('holds a single query out where there are but three, and refuses to where there is one', () => {
    const told = options({ evaluation: 'holdout' });
    const { trainRows, evaluationRows } = planProtocol(examples(3), told);
    expect([trainRows.length, evaluationRows.length]).toEqual([8, 4]);
    expect(() => planProtocol(examples(1), told)).toThrow(
      expect.objectContaining({ code: 'data', hint: 'give data with more queries' }),
    );
  });

  it('does as told', () => {
    expect(planProtocol(examples(30, official), options({ evaluation: 'cross-validate' })).mode).toBe(
      'cross-validated',
    );
    const imported = new Uint8Array(120).fill(1);
    expect(planProtocol(examples(30), options({ evaluation: 'holdout', imported })).mode).toBe('holdout');
  });

  it('says what is missing: labels, queries, folds', () => {
    expect(
      failure(() =>
        planProtocol(
          examples(5, undefined, () => -1),
          options(),
        ),
      ).message,
    ).toContain('no row has a label');
    const few = failure(() => planProtocol(examples(2), options({ evaluation: 'cross-validate' })));
    expect([few.code, few.message]).toEqual([
      'data',
      'training rows belong to 2 queries, expected at least 3',
    ]);
    const folds = failure(() =>
      planProtocol(examples(9), options({ evaluation: 'cross-validate', folds: 2 })),
    );
    expect([folds.code, folds.hint]).toEqual(['usage', 'use --folds 3 or more, or --evaluation holdout']);
    expect(planProtocol(examples(4), options({ evaluation: 'cross-validate', folds: 9 })).folds).toBe(4);
  });
});
