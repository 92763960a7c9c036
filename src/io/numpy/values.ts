import { endianness } from 'node:os';
import { EsciSelectError, quote } from '../../errors.js';
import { float16Values } from './float16.js';

/** The values of a numpy array. */
export type NpyValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** Where the bytes come from and how they are arranged. */
export interface NpyLayout {
  shape: readonly number[];
  isFortran: boolean;
  path: string;
  /** names the array in messages */
  what: string;
}

const ARRAYS = new Map<string, (buffer: ArrayBuffer) => NpyValues>([
  ['f4', (buffer) => new Float32Array(buffer)],
  ['f8', (buffer) => new Float64Array(buffer)],
  ['f2', (buffer) => new Uint16Array(buffer)], // converted at the end
  ['i1', (buffer) => new Int8Array(buffer)],
  ['i2', (buffer) => new Int16Array(buffer)],
  ['i4', (buffer) => new Int32Array(buffer)],
  ['i8', (buffer) => new BigInt64Array(buffer)],
  ['u1', (buffer) => new Uint8Array(buffer)],
  ['u2', (buffer) => new Uint16Array(buffer)],
  ['u4', (buffer) => new Uint32Array(buffer)],
  ['u8', (buffer) => new BigUint64Array(buffer)],
  ['b1', (buffer) => new Uint8Array(buffer)],
]);

/**
 * The numbers behind an npy header, in row-major order and this machine's byte order. Throws 'data' for dtypes that are
 * not plain numbers and for a shape that does not need exactly the bytes that are there.
 */
export function valuesOf(
  bytes: Uint8Array,
  descr: string,
  layout: NpyLayout,
): { dtype: string; values: NpyValues } {
  const dtype = checkedDtype(bytes.length, descr, layout);
  const size = Number(dtype.slice(1));
  const copy = new Uint8Array(bytes.length); // aligned, which the file's bytes are not
  copy.set(bytes);
  const isForeign = descr.startsWith('>') === (endianness() === 'LE');
  if (isForeign && size > 1) reverseBytes(copy, size);
  const raw = ARRAYS.get(dtype)!(copy.buffer);
  const ordered = layout.isFortran ? toRowMajor(raw, layout.shape) : raw;
  return { dtype, values: dtype === 'f2' ? float16Values(ordered as Uint16Array) : ordered };
}

/** The dtype without its byte order. Throws 'data' as valuesOf, of which it needs the number of bytes only. */
export function checkedDtype(dataBytes: number, descr: string, layout: NpyLayout): string {
  const dtype = plainDtype(descr, layout);
  const size = Number(dtype.slice(1));
  const count = layout.shape.reduce((product, length) => product * length, 1);
  if (
    !layout.shape.every(Number.isSafeInteger) ||
    !Number.isSafeInteger(count * size) ||
    count * size !== dataBytes
  ) {
    const shape = `(${layout.shape.join(', ')})`;
    throw new EsciSelectError(
      'data',
      `${layout.what} has ${dataBytes} bytes of data where shape ${shape} of ${dtype} needs ${count * size}`,
      { path: layout.path, hint: 'the file may be cut off; copy it or save it again' },
    );
  }
  return dtype;
}

function plainDtype(descr: string, { path, what }: NpyLayout): string {
  if (/^[|<>=]?O/.test(descr)) {
    throw new EsciSelectError(
      'data',
      `${what} has the dtype object, so it is a pickle, which is never loaded`,
      {
        path,
        hint: "export plain numbers: numpy.save(path, numpy.asarray(predictions, dtype='float32'))",
      },
    );
  }
  const dtype = descr.replace(/^[|<>=]/, '');
  if (ARRAYS.has(dtype)) return dtype;
  throw new EsciSelectError(
    'data',
    `${what} has the dtype ${quote(descr)}, which is not a supported number`,
    {
      path,
      hint: `convert it with .astype('float32'); supported are ${[...ARRAYS.keys()].join(', ')}`,
    },
  );
}

function reverseBytes(bytes: Uint8Array, size: number): void {
  for (let start = 0; start < bytes.length; start += size) bytes.subarray(start, start + size).reverse();
}

/** Column-major (Fortran) to row-major order, O(values). */
function toRowMajor(values: NpyValues, shape: readonly number[]): NpyValues {
  const result = values.slice();
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, 1),
  );
  const index = shape.map(() => 0);
  let source = 0;
  for (let target = 0; target < values.length; target++) {
    result[target] = values[source] as never;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += strides[axis];
      if (++index[axis] < shape[axis]) break;
      source -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}
