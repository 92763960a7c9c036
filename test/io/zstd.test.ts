import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { offsetOf } from '../../src/io/zstd/sequences.js';
import { XxHash64 } from '../../src/io/zstd/xxhash64.js';
import { unzstd } from '../../src/io/zstd/zstd.js';
import { zstdSample } from '../fixtures/io/zstd-sample.mjs';
import { failureOf } from './helpers.js';

const fixtures = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/io');

async function decompress(bytes: Uint8Array, chunkBytes = 65_536): Promise<Buffer> {
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const output: Buffer[] = [];
  for await (const chunk of unzstd('x.zst', chunks())) output.push(chunk);
  return Buffer.concat(output);
}

describe('unzstd', () => {
  for (const name of ['level-1', 'level-19', 'no-checksum']) {
    it(`decompresses ${name} as the zstd command made it`, async () => {
      const bytes = readFileSync(join(fixtures, `${name}.zst`));
      expect((await decompress(bytes)).equals(zstdSample())).toBe(true);
      expect((await decompress(bytes, 1000)).equals(zstdSample())).toBe(true);
    });
  }

  it('reads frames one after the other and passes over skippable ones', async () => {
    const bytes = readFileSync(join(fixtures, 'level-19.zst'));
    const skippable = Buffer.from([0x52, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const output = await decompress(Buffer.concat([bytes, skippable, bytes]));
    expect(output.length).toBe(2 * zstdSample().length);
    expect(await decompress(Buffer.alloc(0))).toEqual(Buffer.alloc(0));
  });

  it('refuses input that is cut off anywhere', async () => {
    const bytes = readFileSync(join(fixtures, 'no-checksum.zst'));
    for (let length = 1; length < bytes.length; length += 211) {
      const error = await failureOf(decompress(bytes.subarray(0, length)), 'data');
      expect(error).toMatchObject({
        path: 'x.zst',
        message: expect.stringContaining('truncated or corrupt'),
      });
    }
  });

  it('notices every flipped bit by the checksum or before', async () => {
    const bytes = readFileSync(join(fixtures, 'level-19.zst'));
    for (let at = 0; at < bytes.length; at += 293) {
      const flipped = Buffer.from(bytes);
      flipped[at] ^= 1 << (at % 8);
      await failureOf(decompress(flipped), 'data');
    }
  });

  it('refuses a window that is too large and a dictionary', async () => {
    const window = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xf8, 1, 0, 0]);
    expect((await failureOf(decompress(window), 'data')).message).toContain('window');
    const dictionary = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 0, 1, 0, 0]);
    expect((await failureOf(decompress(dictionary), 'data')).message).toContain('dictionary');
  });
});

describe('offsetOf', () => {
  const cases: [value: number, literals: number, offset: number, repeats: number[]][] = [
    [10, 1, 7, [7, 1, 4]],
    [1, 1, 1, [1, 4, 8]],
    [2, 1, 4, [4, 1, 8]],
    [3, 1, 8, [8, 1, 4]],
    [1, 0, 4, [4, 1, 8]],
    [2, 0, 8, [8, 1, 4]],
  ];
  for (const [value, literals, offset, repeats] of cases) {
    it(`follows RFC 8878 for value ${value} after ${literals} literals`, () => {
      const state = [1, 4, 8];
      expect([offsetOf(value, literals, state), state]).toEqual([offset, repeats]);
    });
  }

  it('takes one less than the last offset, and refuses zero', () => {
    const state = [5, 4, 8];
    expect([offsetOf(3, 0, state), state]).toEqual([4, [4, 5, 4]]);
    expect(() => offsetOf(3, 0, [1, 4, 8])).toThrow('zero');
  });
});

describe('XxHash64', () => {
  it('agrees with the reference values for seed 0', () => {
    const hash = (text: string) => {
      const state = new XxHash64();
      for (let at = 0; at < text.length; at += 5) state.update(Buffer.from(text.slice(at, at + 5)));
      return state.digest().toString(16);
    };
    expect(hash('')).toBe('ef46db3751d8e999');
    expect(hash('a')).toBe('d24ec4f1a98c6e5b');
    expect(hash('abc')).toBe('44bc2cf5ad770999');
  });
});
