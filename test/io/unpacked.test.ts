import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readArrow } from '../../src/io/arrow/read.js';
import { formatByteSize, parseByteSize } from '../../src/io/byte-size.js';
import { readNpz } from '../../src/io/numpy/npy.js';
import { readTable } from '../../src/io/read.js';
import { unpackedLimit } from '../../src/io/unpacked.js';
import { failureOf, fileWith, npyBytes, zipBytes } from './helpers.js';

const frames = join(dirname(fileURLToPath(import.meta.url)), '../fixtures/io/frames');
const MIB = 2 ** 20;

describe('the size that a compressed file may unpack to', () => {
  it('is 25 times its own, 128 MiB at least, 64 GiB at most, or what is given', () => {
    expect(unpackedLimit(1000, undefined)).toBe(128 * MIB);
    expect(unpackedLimit(10 * MIB, undefined)).toBe(250 * MIB);
    expect(unpackedLimit(2 ** 40, undefined)).toBe(64 * 1024 * MIB);
    expect(unpackedLimit(1000, 5)).toBe(5);
  });

  it('stops a table that is repeated without end, and the hint helps', async () => {
    const text = `a\n${`${'1'.repeat(1023)}\n`.repeat(132 * 1024)}`; // 132 MiB in a file of some KiB
    const path = fileWith('t.csv.gz', gzipSync(text));
    const started = performance.now();
    const error = await failureOf(readTable(path, { columns: () => false }), 'data');
    expect(error).toMatchObject({ path, message: 'file decompresses to more than 128 MiB' });
    expect(error.hint).toContain('--max-unpacked none');
    expect(performance.now() - started).toBeLessThan(60_000);
  });

  it('is met by the field before the file: a field of 20 MiB is refused at 16', async () => {
    const path = fileWith('t.csv.gz', gzipSync(`a\n${'1'.repeat(20 * MIB)}\n`));
    expect(await failureOf(readTable(path), 'data')).toMatchObject({
      message: 'field is longer than 16777216 bytes',
      line: 2,
      column: 1,
    });
  });

  it('is for the buffers of Arrow, which LZ4 compresses one by one', async () => {
    const path = join(frames, 'polars-lz4.arrow');
    const error = await failureOf(readArrow(path, { maxUnpacked: 50 }), 'data');
    expect(error).toMatchObject({ path, message: 'file decompresses to more than 50 bytes' });
    expect((await readArrow(path, { maxUnpacked: Number.POSITIVE_INFINITY })).rows).toBe(6);
  });

  it('is not spent on an array whose header says that it cannot be right', async () => {
    const array = npyBytes("'<f4'", [10, 4], Buffer.alloc(8 * MIB));
    const path = fileWith('t.npz', zipBytes('a.npy', array, { deflate: true }));
    const error = await failureOf(readNpz(path), 'data');
    expect(error.message).toContain(`has ${8 * MIB} bytes of data where shape (10, 4) of f4 needs 160`);
  });
});

describe('sizes in words', () => {
  it.each([
    ['512', 512],
    ['1.5kB', 1500],
    ['64 MiB', 64 * MIB],
    ['8GiB', 8192 * MIB],
    ['2G', 2e9],
    ['1e3', 1000],
  ])('%s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', 'many', '-1', '0', '1 XB', '1e400', '5 5', '0x10'])('%s is none', (text) => {
    expect(parseByteSize(text)).toBeNull();
  });

  it('are written with one digit behind the point', () => {
    expect([5, 2048, 1.25 * MIB, 64 * 1024 * MIB].map(formatByteSize)).toEqual([
      '5 bytes',
      '2 KiB',
      '1.3 MiB',
      '64 GiB',
    ]);
  });
});
