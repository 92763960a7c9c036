import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../src/kernels/wasm.js';
import { createRandom } from '../../src/math/random.js';

/** Columns of equal length as codeColumns reads them (src/kernels/assembly/attribution/coding.ts), and what it writes of each. */
function codesOf(columns: readonly (readonly number[])[], cuts: readonly (readonly number[])[]) {
  const { functions, buffer } = loadKernels<{ codeColumns(jobs: number, count: number): void }>(
    'attribution',
    131_072,
  );
  const rows = columns[0].length;
  const [words, floats] = [new Int32Array(buffer), new Float32Array(buffer)];
  const placesOf = (column: number) => ({
    job: 4096 + 36 * column,
    cuts: 9216 + 1024 * column,
    right: 32_768 + 4096 * column,
    left: 65_536 + 4096 * column,
  });
  columns.forEach((values, column) => {
    const at = placesOf(column);
    const size = 2 ** Math.ceil(Math.log2(cuts[column].length + 1));
    const padded = Array.from(
      { length: size },
      (_, place) => cuts[column][place] ?? Number.POSITIVE_INFINITY,
    );
    values.forEach((value, row) => {
      floats[(16_384 >> 2) + row * columns.length + column] = value;
    });
    floats.set(padded, at.cuts >> 2);
    const job = [
      16_384 + 4 * column,
      4 * columns.length,
      rows,
      at.cuts,
      cuts[column].length,
      size,
      at.right,
      at.left,
      0,
    ];
    words.set(job, at.job >> 2);
  });
  functions.codeColumns(4096, columns.length);
  return columns.map((_, column) => {
    const { job, right, left } = placesOf(column);
    const codes = (at: number) => [...new Int8Array(buffer, at, rows)];
    return { missing: words[(job + 32) >> 2], right: codes(right), left: codes(left) };
  });
}

describe('kernels', () => {
  it('code values by the thresholds at or below them, missing ones apart', () => {
    const [{ missing, right, left }] = codesOf(
      [[0.5, 1, -0, 0, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
      [[0, 1, 2]],
    );
    expect(missing).toBe(1);
    expect(right.map((code) => code + 127)).toEqual([1, 2, 1, 1, 3, 254, 3, 0]);
    expect(left.map((code) => code + 127)).toEqual([1, 2, 1, 1, 3, -1, 3, 0]);
  });

  it('code by as many thresholds as a byte has room for', () => {
    const cuts = Array.from({ length: 253 }, (_, at) => at);
    const [{ right }] = codesOf([[-1, 0, 126.5, 251, 252, 1e9]], [cuts]);
    expect(right.map((code) => code + 127)).toEqual([0, 1, 127, 252, 253, 253]);
  });

  it('code columns of any number of rows, four at a time or one', () => {
    const random = createRandom('codes');
    for (const rows of [1, 3, 4, 255, 257, 511, 700]) {
      const columns = Array.from({ length: 3 }, () =>
        Array.from({ length: rows }, () =>
          random.uniform() < 0.1 ? Number.NaN : Math.fround(random.normal()),
        ),
      );
      const cuts = [1, 4, 100].map((count) =>
        [...Float32Array.from({ length: count }, () => random.normal())].sort((a, b) => a - b),
      );
      codesOf(columns, cuts).forEach(({ missing, right, left }, column) => {
        const below = (value: number) => cuts[column].filter((cut) => cut <= value).length - 127;
        const codes = (missingCode: number) =>
          columns[column].map((value) => (Number.isNaN(value) ? missingCode : below(value)));
        expect(right).toEqual(codes(127));
        expect(left).toEqual(codes(-128));
        expect(missing).toBe(columns[column].filter(Number.isNaN).length);
      });
    }
  });

  it('say what to do where they are not built', () => {
    expect(() => loadKernels('nothing', 1)).toThrow(
      expect.objectContaining({
        message: "module 'nothing.wasm' is not built",
        hint: 'run npm run build',
      }),
    );
  });
});
