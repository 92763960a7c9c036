import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNpy, readNpz } from '../../src/io/numpy/npy.js';
import { failureOf, fileWith, npyBytes, zipBytes } from './helpers.js';

function bytesOf(values: ArrayBufferView): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

const LOGITS = new Float32Array([0.5, -1, 1000, -1000, 0, 7]);
const NPY = npyBytes("'<f4'", [2, 3], bytesOf(LOGITS));

async function npy(content: Uint8Array) {
  return readNpy(fileWith('a.npy', content));
}

describe('npy', () => {
  it('reads every plain dtype', async () => {
    const arrays = {
      f4: LOGITS,
      f8: new Float64Array([0.1, -2]),
      i1: new Int8Array([-1, 2]),
      i2: new Int16Array([-300, 2]),
      i4: new Int32Array([-70_000, 2]),
      i8: new BigInt64Array([-(2n ** 62n), 2n]),
      u1: new Uint8Array([255, 2]),
      u2: new Uint16Array([65_535, 2]),
      u4: new Uint32Array([2 ** 32 - 1, 2]),
      u8: new BigUint64Array([2n ** 64n - 1n, 2n]),
      b1: new Uint8Array([1, 0]),
    };
    for (const [dtype, values] of Object.entries(arrays)) {
      const mark = /^[iu]1|b1/.test(dtype) ? '|' : '<';
      const array = await npy(npyBytes(`'${mark}${dtype}'`, [values.length], bytesOf(values)));
      expect(array).toEqual({ shape: [values.length], dtype, values });
    }
  });

  it('reads half floats exactly', async () => {
    const bits = new Uint16Array([
      0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555, 0x7c00, 0xfc00, 0x7e00,
    ]);
    const { values } = await npy(npyBytes("'<f2'", [10], bytesOf(bits)));
    expect([...(values as Float32Array)]).toEqual([
      0,
      -0,
      1,
      -2,
      65_504,
      2 ** -24,
      0.333251953125,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
    ]);
  });

  it('turns big-endian and column-major files into row-major values', async () => {
    const swapped = Buffer.from(bytesOf(LOGITS)).swap32();
    expect((await npy(npyBytes("'>f4'", [2, 3], swapped))).values).toEqual(LOGITS);
    const columnMajor = new Float32Array([0.5, -1000, -1, 0, 1000, 7]);
    expect((await npy(npyBytes("'<f4'", [2, 3], bytesOf(columnMajor), true))).values).toEqual(LOGITS);
  });

  it('transposes any shape as its definition says', async () => {
    const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const count = shape.reduce((a, b) => a * b, 1);
        const source = Int32Array.from({ length: count }, (_, index) => index * 31);
        const { values } = await npy(npyBytes("'<i4'", shape, bytesOf(source), true));
        for (let target = 0; target < count; target++) {
          let rest = target;
          const index = shape.map(() => 0);
          for (let axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest = Math.floor(rest / shape[axis]);
          }
          const at = index.reduceRight((sum, position, axis) => sum * shape[axis] + position, 0);
          expect(values[target]).toBe(source[at]);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('reads scalars and empty arrays', async () => {
    expect(await npy(npyBytes("'<f4'", [], bytesOf(new Float32Array([3]))))).toMatchObject({ shape: [] });
    const empty = await npy(npyBytes("'<f4'", [0, 4], new Uint8Array(0)));
    expect(empty).toEqual({ shape: [0, 4], dtype: 'f4', values: new Float32Array(0) });
  });

  it('refuses pickles with the command that avoids them', async () => {
    const error = await failureOf(npy(npyBytes("'|O'", [2], Buffer.from('pickle'))), 'data');
    expect(error.message).toContain('pickle');
    expect(error.hint).toContain('numpy.save');
  });

  it('refuses structured, text and unknown dtypes', async () => {
    const structured = npyBytes("[('a', '<f4')]", [1], new Uint8Array(4));
    expect((await failureOf(npy(structured), 'data')).message).toContain('structured');
    for (const descr of ["'<U3'", "'|S3'", "'<c8'", "'<f16'", "'<M8[ns]'", "'__proto__'"]) {
      expect((await failureOf(npy(npyBytes(descr, [1], new Uint8Array(8))), 'data')).message).toContain(
        'dtype',
      );
    }
  });

  it('refuses shapes that do not match the data, however large', async () => {
    const shapes = [[2, 4], [2, 2], [2 ** 40, 2 ** 40], [2 ** 53], [-1, -6], [0, 2 ** 60]];
    for (const shape of shapes) await failureOf(npy(npyBytes("'<f4'", shape, bytesOf(LOGITS))), 'data');
    const huge = NPY.toString('latin1').replace('(2, 3)', '(9e9,)');
    expect((await failureOf(npy(Buffer.from(huge, 'latin1')), 'data')).message).toContain('header');
  });

  it('refuses files cut off anywhere, and other files', async () => {
    for (const length of [0, 5, 9, 11, 40, NPY.length - 1])
      await failureOf(npy(NPY.subarray(0, length)), 'data');
    await failureOf(npy(Buffer.from('a,b\n1,2 and more text\n')), 'data');
    await failureOf(readNpy('no/such.npy'), 'io');
  });
});

describe('npz', () => {
  it('reads stored, deflated and zip64 entries', async () => {
    for (const options of [{}, { deflate: true }, { zip64: true }, { deflate: true, zip64: true }]) {
      const arrays = await readNpz(fileWith('a.npz', zipBytes('__proto__.npy', NPY, options)));
      expect([...arrays]).toEqual([['__proto__', { shape: [2, 3], dtype: 'f4', values: LOGITS }]]);
    }
  });

  it('names the array that is a pickle', async () => {
    const pickle = npyBytes("'|O'", [2], Buffer.from('pickle'));
    const error = await failureOf(readNpz(fileWith('a.npz', zipBytes('logits.npy', pickle))), 'data');
    expect(error.message).toContain("array 'logits'");
  });

  it('caps decompression at the declared size and at the limit', async () => {
    const bomb = zipBytes('a.npy', Buffer.alloc(20_000_000), { deflate: true, declaredBytes: 100 });
    expect((await failureOf(readNpz(fileWith('a.npz', bomb)), 'data')).message).toContain('100 bytes');
    const content = npyBytes("'<f4'", [1_000_000], Buffer.alloc(4_000_000));
    const large = fileWith('a.npz', zipBytes('a.npy', content, { deflate: true }));
    const error = await failureOf(readNpz(large, { maxUnpacked: 1000 }), 'data');
    expect(error).toMatchObject({ path: large, message: 'file decompresses to more than 1000 bytes' });
    expect(error.hint).toContain('--max-unpacked none');
    expect((await readNpz(large, { maxUnpacked: Number.POSITIVE_INFINITY })).get('a')?.shape).toEqual([
      1_000_000,
    ]);
  });

  it('refuses archives that are cut off, corrupt or empty of arrays', async () => {
    for (const deflate of [false, true]) {
      const whole = zipBytes('a.npy', NPY, { deflate });
      for (let length = 0; length < whole.length; length += 13) {
        await failureOf(readNpz(fileWith('a.npz', whole.subarray(0, length))), 'data');
      }
      const flipped = Buffer.from(whole);
      flipped[60] ^= 1;
      expect((await failureOf(readNpz(fileWith('a.npz', flipped)), 'data')).message).toMatch(
        /checksum|decompress|dtype/,
      );
    }
    await failureOf(readNpz(fileWith('a.npz', zipBytes('readme.txt', NPY))), 'data');
  });
});
