import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../src/kernels/wasm.js';

/** A job of codeColumn, and what it writes: see src/kernels/assembly/attribution.ts. */
function codesOf(values: readonly number[], cuts: readonly number[]) {
  const { functions, buffer } = loadKernels<{ codeColumn(job: number): number }>('attribution', 65_536);
  const size = 2 ** Math.ceil(Math.log2(cuts.length + 1));
  const padded = Array.from({ length: size }, (_, at) => cuts[at] ?? Number.POSITIVE_INFINITY);
  new Float32Array(buffer).set(values, 8192 >> 2);
  new Float32Array(buffer).set(padded, 9216 >> 2);
  new Int32Array(buffer).set([8192, 4, values.length, 9216, cuts.length, size, 10_240, 11_264], 4096 >> 2);
  const missing = functions.codeColumn(4096);
  const codes = (at: number) => [...new Int8Array(buffer, at, values.length)];
  return { missing, right: codes(10_240), left: codes(11_264) };
}

describe('kernels', () => {
  it('code values by the thresholds at or below them, missing ones apart', () => {
    const { missing, right, left } = codesOf(
      [0.5, 1, -0, 0, 2, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
      [0, 1, 2],
    );
    expect(missing).toBe(1);
    expect(right.map((code) => code + 127)).toEqual([1, 2, 1, 1, 3, 254, 3, 0]);
    expect(left.map((code) => code + 127)).toEqual([1, 2, 1, 1, 3, -1, 3, 0]);
  });

  it('code by as many thresholds as a byte has room for', () => {
    const cuts = Array.from({ length: 253 }, (_, at) => at);
    const { right } = codesOf([-1, 0, 126.5, 251, 252, 1e9], cuts);
    expect(right.map((code) => code + 127)).toEqual([0, 1, 127, 252, 253, 253]);
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
