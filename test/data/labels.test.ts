import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ESCI, labelAliases, labelSpaceOf, parseLabel } from '../../src/data/examples/labels.js';

describe('label spaces', () => {
  it('take 2 to 64 distinct names and refuse anything else', () => {
    const names = Array.from({ length: 65 }, (_, k) => `c${k}`);
    expect(labelSpaceOf(names.slice(0, 64)).classes).toHaveLength(64);
    expect(() => labelSpaceOf(names)).toThrow('2 to 64 classes are due, 65 are given');
    expect(() => labelSpaceOf(['only'])).toThrow('1 are given');
    expect(() => labelSpaceOf(['a', 'b', 'a'])).toThrow("class 'a' is given twice");
    expect(() => labelSpaceOf(['a', ''])).toThrow('empty');
    expect(() => labelSpaceOf(['a', ' b'])).toThrow('spaces around');
  });

  it('know ESCI letters and words in any case, in whatever order the classes stand', () => {
    for (const [text, k] of [
      ['E', 0],
      ['s', 1],
      ['Complement', 2],
      ['IRRELEVANT', 3],
      [' exact ', 0],
    ] as const) {
      expect(parseLabel(text, ESCI)).toBe(k);
    }
    const reversed = labelSpaceOf(['irrelevant', 'complement', 'substitute', 'exact']);
    expect(parseLabel('E', reversed)).toBe(3);
    expect(parseLabel('exact', labelSpaceOf(['E', 'I']))).toBe(0);
    expect(labelAliases(ESCI)[1]).toEqual(['substitute', 'S']);
    expect(labelAliases(labelSpaceOf(['E', 'I']))).toEqual([
      ['E', 'exact'],
      ['I', 'irrelevant'],
    ]);
  });

  it('take numbers only by declaration', () => {
    expect(parseLabel('0', ESCI)).toBeNull();
    const map = new Map([
      ['0', 'irrelevant'],
      ['2', 'E'],
    ]);
    expect(parseLabel('0', ESCI, map)).toBe(3);
    expect(parseLabel('2.0', ESCI, map)).toBe(0);
    expect(parseLabel('1', ESCI, map)).toBeNull();
    expect(parseLabel('1.0', labelSpaceOf(['0', '1']))).toBe(1);
  });

  it('take other classes by exact name, even those of the object prototype', () => {
    const space = labelSpaceOf(['__proto__', 'constructor', 'E']);
    expect(parseLabel('__proto__', space)).toBe(0);
    expect(parseLabel('constructor', space)).toBe(1);
    expect(parseLabel('toString', space)).toBeNull();
    expect(parseLabel('e', space)).toBeNull();
    expect(parseLabel('exact', space)).toBeNull();
    expect(parseLabel('exact', labelSpaceOf(['E', 'other']))).toBeNull();
  });

  it('parse every class name back to its index', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() === text);
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 2, maxLength: 64, selector: (x) => x.toLowerCase() }),
        (names) => {
          const space = labelSpaceOf(names);
          expect(names.map((text) => parseLabel(text, space))).toEqual(names.map((_, k) => k));
        },
      ),
    );
  });
});
