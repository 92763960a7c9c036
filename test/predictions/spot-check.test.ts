import { describe, expect, it } from 'vitest';
import type { ColumnSource } from '../../src/predictions/layout/column-layout.js';
import { answersAt, sampleRows, shareRight } from '../../src/predictions/layout/spot-check.js';
import { parseTextList } from '../../src/predictions/reading/text-lists.js';
import { textTable } from './support.js';

const CLASSES = ['no', 'yes', 'maybe'];
const match = (text: string) => (CLASSES.includes(text) ? CLASSES.indexOf(text) : null);

/** The answers of a model whose columns are these, in all rows of a table. */
function answers(
  source: ColumnSource,
  header: readonly string[],
  rows: readonly (readonly string[])[],
  logits = false,
): number[] {
  const model = { model: 'm', source, logits };
  const all = rows.map((_, row) => row);
  return [...answersAt(textTable(header, rows), model, all, { classes: CLASSES, match })];
}

describe('the answers by which a join is judged', () => {
  it('are the class of the largest number, where there is one', () => {
    const rows = [
      ['0.2', '0.5', '0.3'],
      ['', '0.1', '0.9'],
      ['', '', ''],
      ['0.4', '0.4', '0.2'],
    ];
    expect(answers({ shape: 'classes', columns: ['a', 'b', 'c'] }, ['a', 'b', 'c'], rows)).toEqual([
      1, 2, -1, 0,
    ]);
  });

  it('of a positive class part at one half, of logits at 0', () => {
    const rows = [['0.5'], ['0.49'], ['-0.1'], ['?']];
    const source = { shape: 'positive', column: 'p', classIndex: 1 } as const;
    expect(answers(source, ['p'], rows)).toEqual([1, 0, 0, -1]);
    expect(answers(source, ['p'], rows, true)).toEqual([1, 1, 0, -1]);
    expect(answers({ ...source, classIndex: 0 }, ['p'], rows)).toEqual([0, 1, 1, -1]);
  });

  it('are told outright in a column of labels', () => {
    expect(answers({ shape: 'label', column: 'l' }, ['l'], [['maybe'], ['perhaps'], ['no']])).toEqual([
      2, -1, 0,
    ]);
  });

  it('are in lists the place of the largest number, in the order of the list', () => {
    const lists = [[0.1, 0.9, 0], [0.7, 0.2, 0.1], [1, 0], null];
    const column = { kind: 'list' as const, values: lists };
    const table = {
      ...textTable(
        [],
        lists.map(() => []),
      ),
      columns: new Map([['v', column]]),
    };
    const model = {
      model: 'm',
      source: { shape: 'list', column: 'v', order: [2, 0, 1] },
      logits: false,
    } as const;
    expect([...answersAt(table as never, model, [0, 1, 2, 3], { classes: CLASSES, match })]).toEqual([
      0, 2, -1, -1,
    ]);
  });
});

describe('the share of rows that a join is right on', () => {
  it('is of labelled rows that are found and answered, ten at least', () => {
    const label = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, -1];
    const targets = [...label.keys()];
    expect(shareRight([0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0], targets, label)).toBe(0.8);
    expect(shareRight([0, 1, 0, 1, 0, 1, 0, 1, 1, -1, 0], targets, label)).toBeNull();
    expect(shareRight([0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0], [-1, ...targets.slice(1)], label)).toBeNull();
    const twice = [...targets.slice(0, 10), ...targets.slice(0, 10)];
    expect(
      shareRight(
        twice.map(() => 0),
        twice,
        label,
      ),
    ).toBe(0.5);
  });

  it('is taken over all rows of a small table, and over a thousand of a large one', () => {
    expect(sampleRows(3)).toEqual([0, 1, 2]);
    const rows = sampleRows(2500);
    expect([rows.length, rows[1], rows.at(-1)]).toEqual([1000, 2, 1998]);
  });
});

describe('a list as text', () => {
  it('holds numbers, missing ones and minus infinity, and nothing else', () => {
    expect(parseTextList('[0.5, nan, None, null, -inf]')).toEqual([
      0.5,
      NaN,
      NaN,
      NaN,
      Number.NEGATIVE_INFINITY,
    ]);
    expect(parseTextList('[0.5 0.25]')).toEqual([0.5, 0.25]);
    expect(parseTextList('[0.5, high]')).toBeNull();
  });
});
