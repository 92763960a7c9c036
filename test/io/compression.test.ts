import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { quoteLiteral, withDuckDB } from '../../src/io/duckdb/duckdb.js';
import { readTable } from '../../src/io/read.js';
import { cells, failureOf, fileWith, temporaryFolder } from './helpers.js';

/** A zstd file of one text column, each value on a line of its own, made by DuckDB. */
async function zstdFile(name: string, lines: readonly string[]): Promise<string> {
  const path = join(temporaryFolder(), name);
  const values = lines.map((line) => `(${quoteLiteral(line)})`).join(',');
  await withDuckDB({ threads: 1 }, async (connection) => {
    const rows = `SELECT * FROM (VALUES ${values}) t(line)`;
    const settings = "FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\u0001', COMPRESSION zstd";
    await connection.run(`COPY (${rows}) TO ${quoteLiteral(path)} (${settings})`);
  });
  return path;
}

describe('compressed tables', () => {
  it('reads zstd JSON Lines and CSV as their plain text', async () => {
    const lines = ['{"id": 9007199254740993, "t": "é \\" , ü 😀"}', '{"id": 2, "t": "\'x\'"}'];
    const jsonl = await readTable(await zstdFile('t.jsonl.zstd', lines));
    expect(cells(jsonl)).toEqual([
      ['id', ['9007199254740993', '2']],
      ['t', ['é " , ü 😀', "'x'"]],
    ]);
    const csv = await readTable(await zstdFile('t.csv.zst', ['a,b', '"x,y",é', '"two', 'lines",z']));
    expect(cells(csv)).toEqual([
      ['a', ['x,y', 'two\nlines']],
      ['b', ['é', 'z']],
    ]);
    expect([...csv.lines!]).toEqual([2, 3]);
  });

  it('tells format and compression by content where the name does not', async () => {
    expect((await readTable(await zstdFile('data.zst', ['{"a":1}']))).format).toBe('jsonl');
    expect((await readTable(fileWith('data', gzipSync('a,b\n1,2\n')))).format).toBe('csv');
    expect((await readTable(fileWith('data', '\ufeff {"a":1}'))).format).toBe('jsonl');
    expect((await readTable(fileWith('plain.csv.gz', 'a\n1\n'))).rows).toBe(1);
  });

  it('caps decompression while streaming', async () => {
    const bomb = fileWith('bomb.csv.gz', gzipSync(Buffer.alloc(50_000_000, 'a\n')));
    const error = await failureOf(readTable(bomb, { maxUnpacked: 1_000_000 }), 'data');
    expect(error.message).toBe('file decompresses to more than 976.6 KiB');
    const lines = Array.from({ length: 2000 }, () => `{"a":"${'x'.repeat(1000)}"}`);
    const zstd = await zstdFile('bomb.jsonl.zst', lines);
    await failureOf(readTable(zstd, { maxUnpacked: 1_000_000 }), 'data');
    expect((await readTable(zstd)).rows).toBe(2000);
  });

  it('refuses what declares more than it may hold before it reads a row', async () => {
    const bomb = fileWith('declared.csv.gz', gzipSync(Buffer.alloc(50_000_000, 'a\n')));
    let seen = 0;
    const limited = { maxUnpacked: 40_000_000, onRows: () => seen++ };
    expect((await failureOf(readTable(bomb, limited), 'data')).message).toContain('more than 38.1 MiB');
    expect(seen).toBe(0);
    // what is cut off is called so, whatever its last bytes say
    const small = gzipSync('a,b\n1,2\n'.repeat(1000));
    const cut = fileWith('cut.csv.gz', Buffer.concat([small.subarray(0, 40), Buffer.alloc(4, 0xff)]));
    expect((await failureOf(readTable(cut), 'data')).message).toContain('truncated or corrupt');
  });

  it('refuses truncated and corrupt files', async () => {
    const gzip = gzipSync('a,b\n1,2\n'.repeat(1000));
    const cut = await failureOf(readTable(fileWith('t.csv.gz', gzip.subarray(0, gzip.length - 9))), 'data');
    expect(cut.message).toContain('gzip');
    const flipped = Buffer.from(gzip);
    flipped[flipped.length - 6] ^= 1; // the checksum
    await failureOf(readTable(fileWith('t.csv.gz', flipped)), 'data');
    const path = await zstdFile(
      't.jsonl.zst',
      Array.from({ length: 500 }, (_, row) => `{"a":${row * 7919}}`),
    );
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, bytes.length - 20));
    expect((await failureOf(readTable(path), 'data')).message).toContain('zstd');
  });

  it('refuses a zstd line over the limit', async () => {
    const path = await zstdFile('t.jsonl.zst', [`{"a":"${'x'.repeat(100_000)}"}`]);
    await failureOf(readTable(path, { maxFieldBytes: 50_000 }), 'data');
  });

  it('says what other files are', async () => {
    const cases: [string, string | Uint8Array, RegExp][] = [
      ['x', Buffer.from('\x93NUMPY\x01', 'latin1'), /numpy/],
      ['x', 'PK\x03\x04', /zip/],
      ['x', 'FEA1....', /Feather version 1/],
      ['x.pkl', Buffer.from([0x80, 4, 0x95]), /pickle/],
      ['x.parquet.gz', gzipSync('PAR1'), /compressed as a whole/],
    ];
    for (const [name, content, message] of cases) {
      expect((await failureOf(readTable(fileWith(name, content)), 'data')).message).toMatch(message);
    }
    expect((await failureOf(readTable('no/such.csv'), 'io')).message).toContain('no such file');
    expect((await failureOf(readTable(temporaryFolder()), 'io')).message).toContain('folder');
  });
});
