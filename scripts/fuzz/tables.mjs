import { createRequire } from 'node:module';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  CompressionType,
  compressionRegistry,
  Field,
  Float32,
  Int64,
  Message,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  Table,
  tableFromArrays,
  Utf8View,
  Vector,
  vectorFromArray,
} from 'apache-arrow';

/** Small valid tables in every format, made by code. */

export const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];
export const ROWS = 40;
const FILE_START = 8;

/** bzip2 and xz of the text of `predictionsCsv(0)`, made by the programs of those names. */
const BZIP2 =
  'QlpoOTFBWSZTWaWa70gAAYNbgAAQAAV/4AAAviffQDAA0tBKmp7VGp+pkIaBo2UEmqm1QaaeoDQDQGTSagAAAD5qMhAWLFiMixVBYsVFYsVFFRBFUUSGvC+NVVrVYhuvlvvhVUsQkROISZJOSlKJziEklvvUqAEiKaU1AAEXgEmIQJMQgSUCE0pIEOzugQk7szu7u6AkJJMzu74PwZsXL38efm3Fm/NloxjQqRZsOdwzKV5pYntfJtaS/i7kinChIUs13pA=';
const XZ =
  '/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4AMnALNdADKeCEaBM3bk68L+J3OEhYBsrnBHw6yYtLUcdbLtIvSIjjulucrxZVWUiQoYwKnvPb8VTPgFEVOHIg45b1las9ofSwpB2d+jL5tURuETg8Td6bpMMnRBCy73/E+rPFbK96uBZC/kX+6HdrqDxeUDkj2AIIB7Bn/3AEesoxfQQpr/N2jgxxllzFEY69+SQ9E4NvJAwSkAsgRc0Y5Xfz721mONJKx5Gh+dnPPFoH06oUHmR20KAABOvSY9GMMcGwABzwGoBgAAVBzZkrHEZ/sCAAAAAARZWg==';

/** One model's probabilities, right in four rows of five. */
export function probabilities(model) {
  return Array.from({ length: ROWS }, (_, row) => {
    const wrong = (row * 7 + model * 3) % 5 === 0;
    return CLASSES.map((_, k) => (k === (row + Number(wrong)) % 4 ? 0.7 : 0.1));
  });
}

export function predictionsCsv(model) {
  const head = `example_id,${CLASSES.map((name) => `p_${name}`).join(',')}`;
  return `${[head, ...probabilities(model).map((p, row) => [row, ...p].join(','))].join('\n')}\n`;
}

/** Judgements of 10 queries with 4 products each. */
export function judgements() {
  return Array.from({ length: ROWS }, (_, row) => ({
    example_id: row,
    query: `query ${row >> 2} shoe`,
    query_id: row >> 2,
    product_id: `P${row}`,
    product_locale: ['us', 'es', 'jp'][(row >> 2) % 3],
    esci_label: CLASSES[row % 4],
    product_title: `title, "${row}" of a lamp`,
  }));
}

/** Records as CSV with quotes where they are needed. */
export function csvOf(records, delimiter = ',') {
  const cell = (value) =>
    /["\n,;\t]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : value;
  const lines = records.map((record) => Object.values(record).map(cell).join(delimiter));
  return `${[Object.keys(records[0]).join(delimiter), ...lines].join('\n')}\n`;
}

export function jsonLines(records) {
  return `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
}

export function predictionRecords(model) {
  return probabilities(model).map((p, row) => ({
    example_id: row,
    ...Object.fromEntries(CLASSES.map((name, k) => [`p_${name}`, p[k]])),
  }));
}

/** A parquet file of a CSV text, by DuckDB. */
export async function parquetOf(csvPath, path, codec) {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * FROM read_csv('${csvPath}')) TO '${path}' (FORMAT parquet, COMPRESSION ${codec})`,
  );
  connection.closeSync();
  instance.closeSync();
}

function predictionTable(model) {
  const p = probabilities(model);
  const columns = CLASSES.map((name, k) => [`p_${name}`, Float64Array.from(p, (row) => row[k])]);
  return tableFromArrays({
    example_id: BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(row)),
    note: Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? null : `note ${row % 5}`)),
    ...Object.fromEntries(columns),
  });
}

function withWriter(writer, table) {
  writer.writeAll(table);
  return Buffer.from(writer.finish().toUint8Array(true));
}

export const arrowFile = () => withWriter(new RecordBatchFileWriter(), predictionTable(0));
export const arrowStream = () => withWriter(new RecordBatchStreamWriter(), predictionTable(0));

/** Feather as pandas writes it by default. Arrow's writer puts the compressed length where the length is due: mended here. */
export function lz4Feather() {
  const { compressFrameSync } = createRequire(import.meta.url)('lz4-napi');
  const lengths = [];
  const encode = (bytes) => {
    const packed = compressFrameSync(Buffer.from(bytes));
    if (packed.length < bytes.length) lengths.push(bytes.length);
    return packed;
  };
  compressionRegistry.set(CompressionType.LZ4_FRAME, { encode });
  const writer = new RecordBatchFileWriter({ compressionType: CompressionType.LZ4_FRAME });
  const file = withWriter(writer, predictionTable(0));
  for (let at = FILE_START; file.readInt32LE(at + 4) !== 0; ) {
    const start = at + 8 + file.readInt32LE(at + 4);
    const message = Message.decode(file.subarray(at + 8, start));
    for (const { offset, length } of message.header().buffers) {
      if (length > 0 && file.readBigInt64LE(start + offset) !== -1n)
        file.writeBigInt64LE(BigInt(lengths.shift()), start + offset);
    }
    at = start + message.bodyLength;
  }
  return file;
}

/** Ids as polars writes text, lists of probabilities. */
export function viewsAndLists() {
  const ids = Array.from({ length: ROWS }, (_, row) => String(row));
  const views = Buffer.alloc(16 * ROWS);
  ids.forEach((id, row) => {
    views.writeInt32LE(id.length, 16 * row);
    views.write(id, 16 * row + 4);
  });
  const view = makeData({ type: new Utf8View(), length: ROWS, nullCount: 0, views, variadicBuffers: [] });
  const table = new Table({ example_id: new Vector([view]), probs: vectorFromArray(probabilities(0)) });
  return withWriter(new RecordBatchStreamWriter(), table);
}

/** Float32 columns in several batches. */
export function batchedFile() {
  const fields = [
    new Field('example_id', new Int64(), false),
    ...CLASSES.map((name) => new Field(name, new Float32(), true)),
  ];
  const schema = new Schema(fields);
  const p = probabilities(0);
  const batches = [0, 1, 2, 3].map((part) => {
    const rows = Array.from({ length: 10 }, (_, at) => 10 * part + at);
    const children = fields.map(({ type }, at) => {
      const data =
        at === 0 ? BigInt64Array.from(rows, BigInt) : Float32Array.from(rows, (row) => p[row][at - 1]);
      return makeData({ type, length: 10, nullCount: 0, data });
    });
    return new RecordBatch(
      schema,
      makeData({ type: new Struct(fields), length: 10, nullCount: 0, children }),
    );
  });
  return withWriter(new RecordBatchFileWriter(), new Table(schema, batches));
}

function npy(values, shape, descr) {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padded = `${text.padEnd(Math.ceil((10 + text.length + 1) / 64) * 64 - 11)}\n`;
  const head = Buffer.alloc(10);
  head.write('\x93NUMPY\x01\x00', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), Buffer.from(values.buffer)]);
}

export const logits = () => npy(Float32Array.from(probabilities(0).flat(), Math.log), [ROWS, 4], '<f4');
const ids = () =>
  npy(
    BigInt64Array.from({ length: ROWS }, (_, row) => BigInt(row)),
    [ROWS],
    '<i8',
  );
export const npz = () =>
  zip([
    ['predictions.npy', logits()],
    ['ids.npy', ids()],
  ]);

/** A deflated zip archive. */
export function zip(files) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, bytes] of files) {
    const packed = deflateRawSync(bytes);
    const fields = Buffer.alloc(20);
    fields.writeUInt16LE(8, 0);
    fields.writeUInt32LE(crc32(bytes), 6);
    fields.writeUInt32LE(packed.length, 10);
    fields.writeUInt32LE(bytes.length, 14);
    fields.writeUInt16LE(name.length, 18);
    const local = Buffer.concat([
      Buffer.from('PK\x03\x04\x14\x00\x00\x00', 'latin1'),
      fields,
      Buffer.alloc(2),
    ]);
    const central = Buffer.concat([
      Buffer.from('PK\x01\x02\x14\x00\x14\x00\x00\x00', 'latin1'),
      fields,
      Buffer.alloc(16),
    ]);
    central.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name), packed);
    directory.push(central, Buffer.from(name));
    at += local.length + name.length + packed.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, listed, end]);
}

export const gzip = (text) => gzipSync(text);
export const bzip2 = () => Buffer.from(BZIP2, 'base64');
export const xz = () => Buffer.from(XZ, 'base64');

/** Zstandard as one raw block. */
export function zstd(text) {
  const content = Buffer.from(text);
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(content.length, 5);
  head.writeUIntLE((content.length << 3) | 1, 9, 3);
  return Buffer.concat([head, content]);
}
