import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/math/random.js';
import { readGraphFacts } from '../../../src/models/encoder/graph-file.js';
import { bertOnnx, bertWeightShapes, randomBert } from './bert.js';
import { SHAPE } from './folders.js';

const file = bertOnnx(SHAPE, randomBert(SHAPE, 'bert'));

/** A field of bytes, shorter than 128. */
const field = (number: number, content: Uint8Array | string) => {
  const bytes = Buffer.from(content as string);
  return Buffer.concat([Buffer.of(number * 8 + 2, bytes.length), bytes]);
};

describe('what is read of an ONNX file', () => {
  it('is its operations and the size of its weights', () => {
    const { operations, parameters, external } = readGraphFacts(file, 'model.onnx');
    expect([...operations]).toContain('LayerNormalization');
    expect(operations.has('DynamicQuantizeLinear')).toBe(false);
    expect(
      readGraphFacts(bertOnnx(SHAPE, randomBert(SHAPE, 'bert'), { dynamicInt8: true }), 'x').operations,
    ).toContain('DynamicQuantizeLinear');
    const weights = bertWeightShapes(SHAPE).reduce(
      (sum, [, sides]) => sum + sides.reduce((a, b) => a * b, 1),
      0,
    );
    // and the constants of the graph: 1, 1e-9, the root of a head's width, of 2, and 0.5
    expect(parameters).toBe(weights + 5);
    expect(external).toEqual([]);
  });

  it('is what lies in other files, packed sizes and subgraphs', () => {
    const location = Buffer.concat([field(1, 'location'), field(2, 'model.onnx_data')]);
    const offset = Buffer.concat([field(1, 'offset'), field(2, '0')]);
    const sizes = field(1, Buffer.of(0x80, 0x01, 3)); // 128 and 3, packed
    const tensor = Buffer.concat([sizes, Buffer.of(2 * 8, 1), field(13, location), field(13, offset)]);
    const inner = field(1, field(4, 'Inner'));
    const node = field(1, Buffer.concat([field(4, 'If'), field(5, field(6, inner))]));
    const facts = readGraphFacts(field(7, Buffer.concat([node, field(5, tensor)])), 'model.onnx');
    expect(facts).toEqual({
      operations: new Set(['If', 'Inner']),
      parameters: 384,
      external: ['model.onnx_data'],
    });
  });

  it('is nothing of files that are none, are cut, or are pointers to one', () => {
    const pointer = Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 90868376\n');
    const random = createRandom('noise');
    const noise = Buffer.from(Array.from({ length: 4000 }, () => random.integer(256)));
    const cuts = [1, 100, 5000, file.length - 100].map((end) => file.subarray(0, end));
    for (const bytes of [Buffer.alloc(0), Buffer.from('{}'), pointer, noise, ...cuts]) {
      expect(() => readGraphFacts(bytes, 'model.onnx')).toThrow(
        expect.objectContaining({
          code: 'data',
          message: 'file is not a complete ONNX model',
          path: 'model.onnx',
          hint: expect.stringContaining('Git LFS'),
        }),
      );
    }
  });
});
