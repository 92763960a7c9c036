import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Table as ArrowTable,
  Dictionary,
  Field,
  Float64,
  Int32,
  List,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  tableToIPC,
  Utf8,
  Utf8View,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { readArrow, readArrowMetadata, writeArrow } from '../../src/io/arrow/read.js';
import { failureOf, fileWith, temporaryFolder } from './helpers.js';

const COLUMNS = {
  n: vectorFromArray([0.5, null, 2], new Float64()),
  t: vectorFromArray(['one', null, 'three'], new Utf8()),
  d: vectorFromArray(['x', 'y', 'x'], new Dictionary(new Utf8(), new Int32())),
  l: vectorFromArray([[1, 2], null, [3]], new List(new Field('item', new Float64(), true))),
};

/** One batch with one column of this data. */
function streamOf(data: ReturnType<typeof makeData>, rows = data.length): Buffer {
  const schema = new Schema([new Field('x', data.type, true)]);
  const struct = makeData({ type: new Struct(schema.fields), length: rows, nullCount: 0, children: [data] });
  const writer = new RecordBatchStreamWriter();
  writer.write(new RecordBatch(schema, struct));
  return Buffer.from(writer.finish().toUint8Array(true));
}

async function problemOf(bytes: Uint8Array): Promise<string> {
  return (await failureOf(readArrow(fileWith('t.arrow', bytes)), 'data')).message;
}

describe('a damaged Arrow file', () => {
  it.each(['file', 'stream'] as const)(
    'of one changed byte is read or refused at once (%s)',
    async (form) => {
      const whole = Buffer.from(tableToIPC(new ArrowTable(COLUMNS), form));
      const outcomes = { read: 0, refused: 0 };
      for (let at = 0; at < whole.length; at += 17) {
        const damaged = Buffer.from(whole);
        damaged[at] = at % 34 === 0 ? 0x75 : 0xff;
        const outcome = await readArrow(fileWith('t.arrow', damaged)).then(
          ({ rows }) => rows,
          (error) => error.code,
        );
        expect([0, 3, 'data']).toContain(outcome);
        outcomes[outcome === 'data' ? 'refused' : 'read']++;
      }
      expect(outcomes.refused).toBeGreaterThan(outcomes.read / 3);
    },
  );

  it('gives its metadata, or is refused at once, whichever byte is changed', async () => {
    const path = join(temporaryFolder(), 't.arrow');
    const column = { kind: 'number' as const, values: Float64Array.of(1, 2), missing: null };
    await writeArrow(path, [{ name: 'n', column }], new Map([['card', '{"name":"model"}']]));
    const whole = readFileSync(path);
    const outcomes = new Map<string, number>();
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] ^= 0xff;
      const outcome = await readArrowMetadata(fileWith('t.arrow', damaged)).then(
        (metadata) => (metadata.get('card') === '{"name":"model"}' ? 'right' : 'other'),
        (error) => error.code,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    expect([...outcomes.keys()].sort()).toEqual(['data', 'other', 'right']);
    // the batches are not looked at, the footer is
    expect(outcomes.get('right')).toBeGreaterThan(whole.length / 3);
    expect(outcomes.get('data')).toBeGreaterThan(50);
    for (const length of [0, 4, 8, 20, whole.length >> 1, whole.length - 1]) {
      await failureOf(readArrowMetadata(fileWith('t.arrow', whole.subarray(0, length))), 'data');
    }
  });

  it('is refused where its footer lists fewer batches than there are', async () => {
    const path = join(temporaryFolder(), 't.arrow');
    const values = Float64Array.from({ length: 70_000 }, (_, row) => row);
    await writeArrow(path, [{ name: 'n', column: { kind: 'number', values, missing: null } }]);
    const whole = readFileSync(path);
    const first = whole.length - 10 - whole.readInt32LE(whole.length - 10);
    let changed = 0;
    for (let at = first; at < whole.length - 10; at += 4) {
      if (whole.readUInt32LE(at) !== 2) continue; // the number of batches, among others
      const damaged = Buffer.from(whole);
      damaged.writeUInt32LE(1, at);
      const rows = await readArrow(fileWith('t.arrow', damaged)).then(
        (table) => table.rows,
        () => null,
      );
      expect([null, 70_000]).toContain(rows);
      changed++;
    }
    expect(changed).toBeGreaterThan(0);
  });

  it('is refused where the end of a stream comes in its middle', async () => {
    const whole = Buffer.from(tableToIPC(new ArrowTable({ n: COLUMNS.n }), 'stream'));
    const batch = 8 + whole.readInt32LE(4);
    whole.writeInt32LE(0, batch + 4);
    expect(await problemOf(whole)).toContain('bytes follow the end of the stream');
  });

  it.each([
    [
      'texts',
      { type: new Utf8(), length: 2, valueOffsets: Int32Array.of(0, 9, 3), data: Buffer.from('abc') },
    ],
    [
      'texts',
      { type: new Utf8(), length: 2, valueOffsets: Int32Array.of(0, 1, 4000), data: Buffer.from('abc') },
    ],
    [
      'texts',
      { type: new Utf8View(), length: 1, views: viewOf(40, 3), variadicBuffers: [Buffer.from('abc')] },
    ],
    ['texts', { type: new Utf8View(), length: 1, views: viewOf(-1, 0), variadicBuffers: [] }],
  ])('is refused where %s lie outside their buffer', async (what, data) => {
    const message = await problemOf(streamOf(makeData({ nullCount: 0, ...data } as never)));
    expect(message).toContain(`${what} of a column are outside its buffer`);
  });

  it('is refused where a list holds more than there is', async () => {
    const child = makeData({ type: new Float64(), length: 2, nullCount: 0, data: Float64Array.of(1, 2) });
    const type = new List(new Field('item', new Float64(), true));
    const valueOffsets = Int32Array.of(0, 100);
    const data = makeData({ type, length: 1, nullCount: 0, valueOffsets, child });
    expect(await problemOf(streamOf(data))).toContain('of a column are outside its buffer');
  });

  it('is refused where a key is not in the dictionary', async () => {
    const dictionary = new Vector([
      makeData({
        type: new Utf8(),
        length: 1,
        nullCount: 0,
        valueOffsets: Int32Array.of(0, 1),
        data: Buffer.from('x'),
      }),
    ]);
    const type = new Dictionary(new Utf8(), new Int32(), 1);
    const data = makeData({ type, length: 2, nullCount: 0, data: Int32Array.of(0, 7), dictionary });
    expect(await problemOf(streamOf(data))).toContain('keys of a dictionary of a column are outside');
  });

  it('is refused where a column is shorter than its batch', async () => {
    const whole = streamOf(
      makeData({ type: new Float64(), length: 3, nullCount: 0, data: Float64Array.of(1, 2, 3) }),
    );
    const at = whole.lastIndexOf(Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])); // values and nulls
    whole[at] = 2;
    expect(await problemOf(whole)).toContain('columns of a batch differ in length');
  });
});

/** A view of a text of so many bytes at an offset of the first buffer. */
function viewOf(bytes: number, offset: number): Uint8Array {
  const view = Buffer.alloc(16);
  view.writeInt32LE(bytes, 0);
  view.writeInt32LE(offset, 12);
  return view;
}
