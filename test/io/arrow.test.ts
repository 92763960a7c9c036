import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Table as ArrowTable,
  Binary,
  Bool,
  Field,
  Float16,
  Float64,
  Int8,
  List,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  tableToIPC,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readArrow, readArrowMetadata, writeArrow } from '../../src/io/arrow/read.js';
import { describeTable, readTable } from '../../src/io/read.js';
import type { Column } from '../../src/io/table.js';
import { cells, failureOf, fileWith, namesIn, temporaryFolder } from './helpers.js';

const SAMPLE: { name: string; column: Column }[] = [
  {
    name: 'f',
    column: { kind: 'number', values: new Float32Array([0.1, 0, 3]), missing: new Uint8Array([0, 1, 0]) },
  },
  { name: 'd', column: { kind: 'number', values: new Float64Array([0.1, 2, 3]), missing: null } },
  { name: 'i', column: { kind: 'number', values: new Int32Array([-1, 2, 3]), missing: null } },
  {
    name: 'n',
    column: {
      kind: 'integer',
      values: new BigInt64Array([2n ** 62n, 0n, -1n]),
      missing: new Uint8Array([0, 1, 0]),
    },
  },
  { name: '__proto__', column: { kind: 'text', values: ['é', null, ''] } },
  { name: 'l', column: { kind: 'list', values: [[1, 2.5], null, []] } },
];

describe('arrow', () => {
  it('reads back every kind of column, and the metadata', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'sub', 't.arrow');
    const metadata = new Map([
      ['hash', 'abc'],
      ['__proto__', 'é'],
    ]);
    await writeArrow(path, SAMPLE, metadata);
    const table = await readTable(path);
    expect(table).toMatchObject({ path, format: 'arrow', rows: 3, lines: null });
    expect([...table.columns]).toEqual(SAMPLE.map(({ name, column }) => [name, column]));
    expect(await readArrowMetadata(path)).toEqual(metadata);
    expect(namesIn(join(folder, 'sub'))).toEqual(['t.arrow']);
  });

  it('writes the same bytes for the same input', async () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b']) await writeArrow(join(folder, name), SAMPLE, new Map([['k', 'v']]));
    expect(readFileSync(join(folder, 'a')).equals(readFileSync(join(folder, 'b')))).toBe(true);
  });

  it('writes and reads no rows and no columns', async () => {
    const path = join(temporaryFolder(), 't.arrow');
    await writeArrow(path, [{ name: 'x', column: { kind: 'text', values: [] } }]);
    expect(cells(await readArrow(path))).toEqual([['x', []]]);
    await writeArrow(path, []);
    expect((await readArrow(path)).columns.size).toBe(0);
  });

  it('splits batches at 65,536 rows and reads them in order', async () => {
    const rows = 150_001;
    const values = Float32Array.from({ length: rows }, (_, row) => row / 3);
    const texts = Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? null : `r${row}`));
    const path = join(temporaryFolder(), 't.arrow');
    await writeArrow(path, [
      { name: 'v', column: { kind: 'number', values, missing: null } },
      { name: 't', column: { kind: 'text', values: texts } },
    ]);
    const seen: number[] = [];
    const table = await readArrow(path, { onRows: (row) => seen.push(row) });
    expect(seen).toEqual([65_536, 131_072, rows]);
    expect(table.columns.get('v')!.values).toEqual(values);
    expect(table.columns.get('t')!.values).toEqual(texts);
    const part = await readArrow(path, { columns: (name) => name === 't', maxRows: 70_000 });
    expect(part.rows).toBe(70_000);
    expect(part.columns.get('t')!.values).toEqual(texts.slice(0, 70_000));
    expect([...part.columns.keys()]).toEqual(['t']);
  });

  it('reads streams and the types that other programs write', async () => {
    const arrow = new ArrowTable({
      i8: vectorFromArray([1, null, -3], new Int8()),
      u32: vectorFromArray([4294967295, 0, null], new Uint32()),
      u64: vectorFromArray([18446744073709551615n, 0n, null], new Uint64()),
      f16: vectorFromArray([0.5, 1, null], new Float16()),
      b: vectorFromArray([true, false, null], new Bool()),
      dictionary: vectorFromArray(['x', null, 'x']),
      t: vectorFromArray([1, 2, null], new TimestampMillisecond()),
    });
    const expected = [
      ['i8', ['1', null, '-3']],
      ['u32', ['4294967295', '0', null]],
      ['u64', ['18446744073709551615', '0', null]],
      ['f16', ['0.5', '1', null]],
      ['b', ['true', 'false', null]],
      ['dictionary', ['x', null, 'x']],
      ['t', ['1', '2', null]],
    ];
    expect(cells(await readTable(fileWith('t.arrow', tableToIPC(arrow, 'file'))))).toEqual(expected);
    const stream = RecordBatchStreamWriter.writeAll(arrow).toUint8Array(true);
    expect(cells(await readTable(fileWith('t.arrow', stream)))).toEqual(expected);
    expect(cells(await readTable(fileWith('unnamed', stream)))).toEqual(expected);
    const description = await describeTable(fileWith('t.feather', tableToIPC(arrow, 'file')));
    expect(description.columns[0]).toEqual({ name: 'i8', type: 'Int8' });
  });

  it('reads the metadata of streams, and of files whose batches are large', async () => {
    const schema = new Schema([new Field('n', new Float64(), true)], new Map([['card', 'x']]));
    const arrow = new ArrowTable(schema, { n: vectorFromArray([1, 2], new Float64()) });
    for (const form of ['stream', 'file'] as const) {
      const path = fileWith(form, tableToIPC(arrow, form));
      expect(await readArrowMetadata(path), form).toEqual(new Map([['card', 'x']]));
    }
  });

  it('puts columns of float32 into memory that is given, whatever is missing', async () => {
    const folder = temporaryFolder();
    const memory = new Map<string, Float32Array>();
    const floats = (name: string, length: number) => {
      memory.set(name, new Float32Array(length).fill(9));
      return memory.get(name)!;
    };
    const missing = new Uint8Array(70_000);
    missing[69_999] = 1;
    const values = Float32Array.from({ length: 70_000 }, (_, row) => row % 97);
    values[69_999] = 0;
    const path = join(folder, 't.arrow');
    const doubles = Float64Array.from(values);
    await writeArrow(path, [
      { name: 'some', column: { kind: 'number', values, missing } },
      { name: 'all', column: { kind: 'number', values, missing: null } },
      { name: 'double', column: { kind: 'number', values: doubles, missing: null } },
    ]);
    const { columns } = await readArrow(path, { floats });
    expect([...memory.keys()]).toEqual(['some', 'all']);
    for (const [name, given] of memory) expect(columns.get(name)!.values, name).toBe(given);
    expect(columns.get('some')).toEqual({ kind: 'number', values, missing });
    expect(columns.get('all')).toEqual({ kind: 'number', values, missing: null });
    expect(columns.get('double')).toEqual({ kind: 'number', values: doubles, missing: null });
  });

  it('leaves out types that no column can hold, names them, and takes structs and decimals apart', async () => {
    const struct = new Struct<{ x: Utf8; y: Float64 }>([
      new Field('x', new Utf8(), true),
      new Field('y', new Float64(), true),
    ]);
    const arrow = new ArrowTable({
      s: vectorFromArray([{ x: 'a', y: 0.5 }, null, { x: null, y: 1 }], struct),
      list: vectorFromArray([[{ x: 'b', y: 1 }], null, []], new List(new Field('item', struct, true))),
      bytes: vectorFromArray([new Uint8Array([255]), new Uint8Array([0]), null], new Binary()),
      ok: vectorFromArray([1, 2, 3], new Int8()),
    });
    const table = await readTable(fileWith('t.arrow', tableToIPC(arrow, 'file')));
    expect(cells(table)).toEqual([
      ['s.x', ['a', null, null]],
      ['s.y', ['0.5', null, '1']],
      ['list', ['[{"x":"b","y":1}]', null, '[]']],
      ['ok', ['1', '2', '3']],
    ]);
    expect([...table.unread!]).toEqual([['bytes', 'Binary']]);
  });

  it('refuses truncated and corrupt files', async () => {
    const path = join(temporaryFolder(), 't.arrow');
    await writeArrow(path, SAMPLE);
    const whole = readFileSync(path);
    for (const length of [0, 4, 8, 20, whole.length >> 1, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      const error = await failureOf(readTable(path), 'data');
      if (length >= 8) expect(error.message).toBe('arrow file is cut off');
    }
    const flipped = Buffer.from(whole);
    flipped[whole.length - 8] ^= 0x40; // the footer's length
    writeFileSync(path, flipped);
    expect((await failureOf(readTable(path), 'data')).message).toBe('arrow file is cut off');
  });

  it('refuses text offsets outside their buffer', async () => {
    const path = join(temporaryFolder(), 't.arrow');
    await writeArrow(path, [{ name: 't', column: { kind: 'text', values: ['abcdefgh', 'ijklmnop'] } }]);
    const whole = readFileSync(path);
    const offsets = whole.indexOf(Buffer.from([0, 0, 0, 0, 8, 0, 0, 0, 16, 0, 0, 0]));
    expect(offsets).toBeGreaterThan(0);
    whole.writeInt32LE(1 << 20, offsets + 8);
    writeFileSync(path, whole);
    expect((await failureOf(readTable(path), 'data')).message).toContain('outside its buffer');
  });

  it('refuses columns of unequal length and leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const uneven = [...SAMPLE, { name: 'x', column: { kind: 'text', values: ['one'] } satisfies Column }];
    await failureOf(writeArrow(join(folder, 't'), uneven), 'internal');
    expect(namesIn(folder)).toEqual([]);
  });
});
