import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupRows, normaliseQuery } from '../../src/data/examples/grouping.js';

describe('groupRows', () => {
  it('takes ids first, lends them to rows with the same query, then goes by locale and text', () => {
    const grouping = groupRows({
      id: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6'],
      queryId: [null, '7', null, null, '8', null, null],
      query: ['Ｕsb cable', 'usb  CABLE', 'usb cable', 'usb cable', 'other', null, null],
      locale: ['us', 'us', 'es', 'es', 'us', 'us', 'us'],
    });
    expect([...grouping.group]).toEqual([0, 0, 1, 1, 2, 3, 4]);
    expect(grouping.keys).toEqual(['7', 'es:usb cable', '8', 'row:r5', 'row:r6']);
    expect(grouping).toMatchObject({ adopted: 1, byText: 2, alone: 2 });
    expect(grouping.byQueryId).toEqual(
      new Map([
        ['7', 0],
        ['8', 2],
      ]),
    );
  });

  it('never takes a query id for the text of another query', () => {
    const grouping = groupRows({
      id: ['a', 'b'],
      queryId: ['us:x', null],
      query: ['y', 'x'],
      locale: ['us', 'us'],
    });
    expect([...grouping.group]).toEqual([0, 1]);
  });

  it('numbers groups densely in order of first appearance', () => {
    const row = fc.record({
      queryId: fc.option(fc.constantFrom('1', '2', '3')),
      query: fc.option(fc.constantFrom('a', 'b', 'A ', 'c')),
      locale: fc.constantFrom('us', 'jp'),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
        const { group, keys } = groupRows({
          id: rows.map((_, at) => `r${at}`),
          queryId: rows.map(({ queryId }) => queryId),
          query: rows.map(({ query }) => query),
          locale: rows.map(({ locale }) => locale),
        });
        let next = 0;
        for (const index of group)
          if (index === next) next++;
          else expect(index).toBeLessThan(next);
        expect(keys).toHaveLength(next);
        rows.forEach(({ queryId }, at) => {
          if (queryId !== null) expect(keys[group[at]]).toBe(queryId);
        });
      }),
    );
  });

  it('folds compatibility forms, case and white space', () => {
    expect(normaliseQuery('  ﾌｫﾝ\t ＣASE\u00a0')).toBe('フォン case');
  });
});
