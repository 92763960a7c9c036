import { describe, expect, it } from 'vitest';
import { importPredictions } from '../../src/predictions/import.js';
import type { ImportOptions } from '../../src/predictions/import-options.js';
import { errorOf, examplesOf, fileOf, plain } from './support.js';

const examples = examplesOf(['11', '12']);
const classOrder = ['I', 'C', 'S', 'E'];
const LOGITS = [0, 0, 0, 1000, -1000, 5, 5, -1000];

/** A .npy file of version 1.0, as numpy.save writes it. */
function npy(descr: string, shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const list = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${list}), }`;
  const header = `${dictionary.padEnd(117)}\n`;
  const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  return Buffer.concat([prefix, Buffer.from(header, 'latin1'), bytes]);
}

const bytesOf = (values: ArrayBufferView) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
const float64 = (shape: readonly number[], values: readonly number[]) =>
  npy('<f8', shape, bytesOf(Float64Array.from(values)));
const importArray = (array: Uint8Array, options: ImportOptions) =>
  importPredictions([fileOf('m.npy', array)], examples, options);

describe('numpy arrays', () => {
  it('imports logits with an ids file and a declared order, in any of the ids file forms', async () => {
    const ids = [
      fileOf('ids.txt', '12\n11\n'),
      fileOf('ids.csv', 'example_id\n12\n11\n'),
      fileOf('ids.csv', 'n,id\n0,12\n1,11\n'),
      fileOf('ids.npy', npy('<i8', [2], bytesOf(BigInt64Array.of(12n, 11n)))),
    ];
    for (const path of ids) {
      const { models, inputs } = await importArray(float64([2, 4], LOGITS), {
        ids: path,
        classOrder,
        kind: 'logits',
      });
      expect(models[0].card.name).toBe('m');
      expect(plain(models[0].values)).toEqual([0, 0.5, 0.5, 0, 1, 0, 0, 0]);
      expect(inputs).toHaveLength(2);
    }
  });

  it('14: refuses an array without ids, or with ids of another length', async () => {
    const error = await errorOf(importArray(float64([2, 4], LOGITS), { classOrder, kind: 'logits' }));
    expect(error.message).toBe('array names no examples: its rows could be in any order');
    expect(error.hint).toContain('--ids FILE');
    const ids = fileOf('ids.txt', '11\n12\n13\n');
    const longer = await errorOf(importArray(float64([2, 4], LOGITS), { classOrder, kind: 'logits', ids }));
    expect(longer.message).toBe('array has 2 rows, and its ids file has 3 ids');
  });

  it('needs the class order, the kind and the shape', async () => {
    const ids = fileOf('ids.txt', '11\n12\n');
    const order = await errorOf(importArray(float64([2, 4], LOGITS), { ids, kind: 'logits' }));
    expect(order.hint).toContain('--class-order exact,substitute,complement,irrelevant');
    const kind = await errorOf(importArray(float64([2, 4], LOGITS), { ids, classOrder }));
    expect(kind.hint).toContain('--kind logits');
    const shape = await errorOf(importArray(float64([4, 2], LOGITS), { ids, classOrder }));
    expect(shape.message).toContain('ids file has 2 ids');
    const width = await errorOf(importArray(float64([2, 3], [1, 0, 0, 1, 0, 0]), { ids, classOrder }));
    expect(width.message).toBe('array is 2 x 3, and 2 x 4 is due');
  });

  it('of two classes takes a flat array as the second class', async () => {
    const two = examplesOf(['11', '12'], [], ['no', 'yes']);
    const ids = fileOf('ids.txt', '11\n12\n');
    const { models } = await importPredictions([fileOf('m.npy', float64([2], [0.25, 1]))], two, { ids });
    expect(plain(models[0].values)).toEqual([0.75, 0.25, 0, 1]);
  });

  it('22: refuses object arrays and sizes that do not fit the file', async () => {
    const ids = fileOf('ids.txt', '11\n12\n');
    const objects = await errorOf(importArray(npy('|O', [2], new Uint8Array(16)), { ids }));
    expect(objects.code).toBe('data');
    const overflow = await errorOf(importArray(npy('<f8', [2 ** 40, 4], new Uint8Array(64)), { ids }));
    expect(overflow.code).toBe('data');
  });
});
