import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256, sha256File } from '../../src/io/hash.js';
import { failureOf, fileWith } from './helpers.js';

describe('sha256', () => {
  it('agrees with the standard test vector (FIPS 180-4)', async () => {
    const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256('abc')).toBe(expected);
    expect(sha256(Buffer.from('abc'))).toBe(expected);
    expect(await sha256File(fileWith('x', 'abc'))).toEqual({ bytes: 3, sha256: expected });
  });

  it('streams files larger than its buffer', async () => {
    const content = Buffer.alloc(3_000_001, 'esci');
    expect(await sha256File(fileWith('x', content))).toEqual({ bytes: 3_000_001, sha256: sha256(content) });
  });

  it('says which file is missing', async () => {
    const error = await failureOf(sha256File('no/such/file'), 'io');
    expect(error).toMatchObject({ path: 'no/such/file', message: expect.stringContaining('no such file') });
  });
});

describe('canonicalJson', () => {
  it('sorts keys at every level and leaves undefined members out', () => {
    const value = { b: [{ z: 1, a: null }], a: 'é', c: undefined, B: true };
    expect(canonicalJson(value)).toBe('{"B":true,"a":"é","b":[{"a":null,"z":1}]}');
  });

  it('treats __proto__ as a key like others', () => {
    const value = JSON.parse('{"__proto__":{"x":1},"constructor":2}') as unknown;
    expect(canonicalJson(value)).toBe('{"__proto__":{"x":1},"constructor":2}');
    expect(canonicalJson(new Map([['__proto__', 1]]))).toBe('{"__proto__":1}');
  });

  it('writes bigints and typed arrays by their digits and refuses what has no JSON', () => {
    expect(canonicalJson([2n ** 60n, new Float32Array([0.5, 2])])).toBe('[1152921504606846976,[0.5,2]]');
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, () => 1, cyclic]) {
      expect(() => canonicalJson({ value })).toThrow(TypeError);
    }
  });

  it('is the same for any order of keys and parses back to the same value', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(canonicalJson(reversed)).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
