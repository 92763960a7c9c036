import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteIdentifier, quoteLiteral, readQuery, withDuckDB } from '../../src/io/duckdb/duckdb.js';
import { type ParquetColumn, writeParquet } from '../../src/io/duckdb/parquet-write.js';
import { describeTable, readTable } from '../../src/io/read.js';
import type { NumberColumn } from '../../src/io/table.js';
import { cells, failureOf, namesIn, temporaryFolder } from './helpers.js';

const COLUMNS: ParquetColumn[] = [
  { name: 'id', type: 'int64', values: [2n ** 53n + 1n, 2, null, -1n] },
  { name: 'text', type: 'string', values: ['E', null, 'more than twelve bytes é', ''] },
  { name: '__proto__', type: 'float', values: new Float32Array([0.1, 2, 3, 4]) },
  { name: 'say "n"', type: 'int32', values: [1, undefined, 3, -4] },
];
const EXPECTED = [
  ['id', ['9007199254740993', '2', null, '-1']],
  ['text', ['E', null, 'more than twelve bytes é', '']],
  ['__proto__', ['0.1', '2', '3', '4']],
  ['say "n"', ['1', null, '3', '-4']],
];

async function query(sql: string) {
  return withDuckDB({ threads: 1 }, (connection) => readQuery(connection, sql, 'query'));
}

describe('parquet', () => {
  it('reads back what it writes, with every type and what is missing', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'sub', 't.parquet');
    await writeParquet(path, COLUMNS);
    const table = await readTable(path);
    expect(table).toMatchObject({ path, format: 'parquet', rows: 4, lines: null });
    expect(cells(table)).toEqual(EXPECTED);
    expect(table.columns.get('id')).toMatchObject({ kind: 'integer', missing: new Uint8Array([0, 0, 1, 0]) });
    expect(table.columns.get('__proto__')).toMatchObject({ values: expect.any(Float32Array), missing: null });
    expect(table.columns.get('say "n"')).toMatchObject({ values: new Int32Array([1, 0, 3, -4]) });
    expect(namesIn(join(folder, 'sub'))).toEqual(['t.parquet']);
  });

  it('writes the same bytes for the same input', async () => {
    const values = Array.from({ length: 10_000 }, (_, row) => `text ${row % 97}`);
    const folder = temporaryFolder();
    for (const name of ['a', 'b'])
      await writeParquet(join(folder, name), [{ name: 't', type: 'string', values }]);
    expect(readFileSync(join(folder, 'a')).equals(readFileSync(join(folder, 'b')))).toBe(true);
    expect((await readTable(join(folder, 'a'))).rows).toBe(10_000);
  });

  it('reads many chunks in order, with missing values across them', async () => {
    const table = await query(
      'SELECT i AS id, CASE WHEN i % 5 = 0 THEN NULL ELSE i / 2 END AS half, i::VARCHAR AS text FROM range(5000) t(i)',
    );
    const [id, half, text] = cells(table).map(([, column]) => column);
    expect(id).toEqual(Array.from({ length: 5000 }, (_, row) => String(row)));
    expect(text).toEqual(id);
    expect(half).toEqual(id.map((value, row) => (row % 5 === 0 ? null : String(Number(value) / 2))));
  });

  it.each([
    ['as a whole', {}],
    ['row by row, as where memory is limited', { streamed: true }],
    ['of more rows than were told of', { rows: 10 }],
    ['of fewer rows than were told of', { rows: 90_000 }],
    ['of some rows', { maxRows: 3000 }],
  ])('reads numbers %s', async (_, options) => {
    const sql = `SELECT i AS id, CASE WHEN i = 4999 THEN NULL ELSE (i / 3)::FLOAT END AS third FROM range(5000) t(i)`;
    const rows = 'maxRows' in options ? 3000 : 5000;
    const table = await withDuckDB({ threads: 1 }, (connection) =>
      readQuery(connection, sql, 'query', { rows: 5000, ...options }),
    );
    expect(table.rows).toBe(rows);
    const { values: ids } = table.columns.get('id')!;
    expect(Array.from(ids as BigInt64Array, Number)).toEqual(Array.from({ length: rows }, (_, row) => row));
    const third = table.columns.get('third') as NumberColumn;
    expect(third.values).toEqual(
      Float32Array.from({ length: rows }, (_, row) => (row === 4999 ? 0 : row / 3)),
    );
    expect(third.missing?.indexOf(1) ?? -1).toBe(rows === 5000 ? 4999 : -1);
    expect(third.missing?.length ?? rows).toBe(rows);
  });

  it('turns every type into a column that keeps its value', async () => {
    const table = await query(`SELECT 1::TINYINT a, 65535::USMALLINT b, 4294967295::UINTEGER c,
      18446744073709551615::UBIGINT d, 170141183460469231731687303715884105727::HUGEINT e, 1.25::DECIMAL(9,2) f,
      true g, DATE '2024-02-29' h, [1, NULL, 2.5]::FLOAT[] i, [1, 2]::INTEGER[2] j, ['x'] k, {'p': 1} l, NULL m`);
    expect([...table.columns].map(([name, { kind }]) => name + kind[0]).join(' ')).toBe(
      'an bn ci dt et fn gt ht il jl kt l.pn mn',
    );
    expect(cells(table).map(([, column]) => column[0])).toEqual([
      '1',
      '65535',
      '4294967295',
      '18446744073709551615',
      '170141183460469231731687303715884105727',
      '1.25',
      'true',
      '2024-02-29',
      '[1,null,2.5]',
      '[1,2]',
      '[x]',
      '1',
      null,
    ]);
  });

  it('describes from metadata and keeps chosen columns and rows', async () => {
    const path = join(temporaryFolder(), 't.parquet');
    await writeParquet(path, COLUMNS);
    expect(await describeTable(path)).toEqual({
      format: 'parquet',
      columns: [
        { name: 'id', type: 'BIGINT' },
        { name: 'text', type: 'VARCHAR' },
        { name: '__proto__', type: 'FLOAT' },
        { name: 'say "n"', type: 'INTEGER' },
      ],
      rows: 4,
    });
    const table = await readTable(path, { columns: (name) => name === 'text', maxRows: 2 });
    expect(cells(table)).toEqual([['text', ['E', null]]]);
    expect((await readTable(path, { columns: () => false })).rows).toBe(4);
  });

  it('takes paths literally: quotes, wildcards, partition names', async () => {
    const folder = temporaryFolder();
    for (const name of ["it's.parquet", 'a[1].parquet', 'x; DROP TABLE y.parquet', 'split=train/t.parquet']) {
      const path = join(folder, name);
      await mkdir(join(path, '..'), { recursive: true });
      await writeParquet(path, COLUMNS);
      expect(cells(await readTable(path))).toEqual(EXPECTED);
    }
  });

  it('refuses truncated and corrupt files without a crash', async () => {
    const path = join(temporaryFolder(), 't.parquet');
    const values = Array.from({ length: 3000 }, (_, row) => `${row * 7919}`);
    await writeParquet(path, [{ name: 't', type: 'string', values }]);
    const whole = readFileSync(path);
    for (const length of [0, 3, 8, 100, whole.length - 1, whole.length - 200]) {
      writeFileSync(path, whole.subarray(0, length));
      const error = await failureOf(readTable(path), 'data');
      expect(error).toMatchObject({ path, hint: expect.stringContaining('truncated') });
      expect(error.message).not.toContain(path);
    }
    for (let at = 4; at < whole.length; at += Math.ceil(whole.length / 40)) {
      const flipped = Buffer.from(whole);
      flipped[at] ^= 0xff;
      writeFileSync(path, flipped);
      const outcome = await readTable(path).catch((error: unknown) => error);
      expect(outcome instanceof Error ? outcome : 'read').toSatisfy(
        (result: unknown) => result === 'read' || (result as { code?: string }).code === 'data',
      );
    }
  });

  it('reports unequal columns and a failing query as errors', async () => {
    const uneven: ParquetColumn[] = [COLUMNS[0], { name: 'x', type: 'int32', values: [1] }];
    await failureOf(writeParquet(join(temporaryFolder(), 'x'), uneven), 'internal');
    expect((await failureOf(query('SELECT nothing'), 'data')).message).toContain('nothing');
    await failureOf(
      withDuckDB({ memoryLimit: 'lots' }, async () => 1),
      'usage',
    );
  });

  it('says that memory ran out', async () => {
    const folder = temporaryFolder();
    const options = { memoryLimit: '10MB', threads: 1, tempDirectory: folder };
    const work = withDuckDB(options, async (connection) => {
      await connection.run("SET max_temp_directory_size = '1MB'");
      return readQuery(connection, 'SELECT i FROM range(20000000) t(i) ORDER BY hash(i)', 'q');
    });
    expect((await failureOf(work, 'io')).hint).toContain('--memory-limit');
  });

  it('loads no extension and quotes names and texts', async () => {
    const settings = await query(
      "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%_known_extensions' ORDER BY name",
    );
    expect(cells(settings)[1][1]).toEqual(['false', 'false']);
    const table = await query(`SELECT ${quoteLiteral("it's '' ;--")} AS ${quoteIdentifier('a"b;--')}`);
    expect(cells(table)).toEqual([['a"b;--', ["it's '' ;--"]]]);
  });
});
