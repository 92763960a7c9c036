import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MissingMarks } from '../../src/io/missing-marks.js';

describe('marks of missing values', () => {
  it('are those of all parts in order, and null where nothing is missing (property)', () => {
    const part = fc.oneof(
      fc.record({ count: fc.nat(40), marks: fc.constant(null) }),
      fc
        .uint8Array({ minLength: 1, maxLength: 40, max: 1 })
        .map((marks) => ({ count: marks.length, marks: marks.includes(1) ? marks : null })),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.option(fc.nat(400), { nil: undefined }),
        (parts, rows) => {
          const missing = new MissingMarks(rows);
          for (const { count, marks } of parts) missing.add(count, marks);
          const expected = parts.flatMap(({ count, marks }) => (marks ? [...marks] : Array(count).fill(0)));
          expect(missing.finish()).toEqual(expected.includes(1) ? Uint8Array.from(expected) : null);
        },
      ),
    );
  });
});
