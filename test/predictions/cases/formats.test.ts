import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { withDuckDB } from '../../../src/io/duckdb/duckdb.js';
import { readTable } from '../../../src/io/read.js';
import { errorOf, fileOf, folderOf } from '../support.js';
import { ACCURACY, CLASSES, csv, importing, judgements, P, type Row, rowsOf, shuffled } from './support.js';

const rows = rowsOf();
const data = { 'judgements.csv': judgements(rows) };
const file = (header: string, cells: (row: Row) => unknown) =>
  csv(
    `example_id,${header}`,
    shuffled(rows).map((row) => [row.id, cells(row)]),
  );
const alpha = file(P, ({ p }) => p.join(','));

/** A zip archive of deflated files. */
function zip(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const stored = deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(stored.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), stored]);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), fields, more, Buffer.from(name)]),
    );
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

function npy(values: readonly (readonly number[])[]): Buffer {
  const shape = `(${values.length}, ${values[0].length})`;
  const header = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shape}, }`.padEnd(117);
  const head = Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    Buffer.from([118, 0]),
    Buffer.from(`${header}\n`),
  ]);
  return Buffer.concat([head, Buffer.from(Float64Array.from(values.flat()).buffer)]);
}

/** bzip2 and xz of TEXT, made by the programs of those names. */
const TEXT =
  'example_id,query,query_id,product_id,product_locale,esci_label\n1,a,1,P1,us,exact\n2,b,2,P2,us,irrelevant\n';
const BZIP2 =
  'QlpoOTFBWSZTWd3TRfIAAB1bgAAQAAQwAEAAvif/YCAASIm1Tyh6m0j1D1D1BKmmpp6ammgB6R5LVs9DN5LFqVb3cAAlu3ATFQdJEwKLayExdYoVyTjXyS7ztCqoznzBNi9SwmkIQYHKSc/F3JFOFCQ3dNF8gA==';
const XZ =
  '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ABnAFRdADKeCEaBM3bk68L+J3QXuhHHxXEQC32sbn+ghDDLVooOmMrEv5+XI9at1HdC303qCUTG2SmBeiCvCqF0zPoQ9CUOuapom9NmvPtOtsMXjlNPTJdAjACREk/1CMbvdgABcGi3JdBMH7bzfQEAAAAABFla';

describe('formats that users have', () => {
  it('27: every file has a delimiter of its own, in every direction', async () => {
    const semicolons = (text: string) => text.replaceAll(',', ';');
    for (const [judged, predictions, name] of [
      [judgements(rows), semicolons(alpha), 'alpha.csv'],
      [semicolons(judgements(rows)), alpha, 'alpha.csv'],
      [judgements(rows), `sep=;\r\n${semicolons(alpha)}`, 'alpha.csv'],
      [judgements(rows), alpha, 'alpha.tsv'],
      [judgements(rows), alpha.replaceAll(',', '\t'), 'alpha.csv'],
    ]) {
      const files = { 'judgements.csv': judged, [`predictions/${name}`]: predictions };
      expect((await importing(files)).accuracy('alpha')).toBeCloseTo(ACCURACY);
      const declared = await importing(files, { delimiter: ';' }, { delimiter: ';' });
      expect(declared.accuracy('alpha')).toBeCloseTo(ACCURACY);
    }
  });

  it('28: zip, bzip2 and xz are read, and a changed byte is refused', async () => {
    const packed = {
      ...data,
      'predictions/alpha.csv.zip': zip({ 'alpha.csv': alpha, '__MACOSX/._alpha.csv': 'x' }),
    };
    const result = await importing(packed);
    expect([result.names(), result.accuracy('alpha')]).toEqual([['alpha'], ACCURACY]);
    const several = await errorOf(
      readTable(fileOf('t.csv.zip', zip({ 'a.csv': 'a\n1\n', 'b.csv': 'a\n1\n' }))),
    );
    expect(several.message).toBe("zip archive holds 2 files, one is due: 'a.csv', 'b.csv'");
    for (const [name, whole] of [
      ['t.csv.bz2', Buffer.from(BZIP2, 'base64')],
      ['t.csv.xz', Buffer.from(XZ, 'base64')],
      ['t.csv.zip', zip({ 't.csv': TEXT })],
    ] as const) {
      const plain = await readTable(fileOf('t.csv', TEXT));
      const read = await readTable(fileOf(name, whole));
      expect([...read.columns]).toEqual([...plain.columns]);
      for (const damaged of [whole.subarray(0, whole.length >> 1), flipped(whole)]) {
        expect((await errorOf(readTable(fileOf(name, damaged)))).code).toBe('data');
      }
    }
    const twice = Buffer.concat([Buffer.from(BZIP2, 'base64'), Buffer.from(BZIP2, 'base64')]);
    expect((await readTable(fileOf('t.csv.bz2', twice))).rows).toBe(5); // as `bzip2 -dc`, header and all
  });

  function flipped(whole: Buffer): Buffer {
    const damaged = Buffer.from(whole);
    damaged[80] ^= 0x10;
    return damaged;
  }

  it.each([
    ['JSON', ({ p }: Row) => JSON.stringify(p)],
    ['numpy', ({ p }: Row) => `[${p.join('\n ')}]`],
    ['plain', ({ p }: Row) => p.join(', ')],
    ['torch', ({ p }: Row) => `tensor([${p.join(', ')}], device='cuda:0')`],
    ['tuple', ({ p }: Row) => `(${p.join(', ')})`],
  ])('31: lists as %s text, with hard labels beside them', async (_, cell) => {
    const files = {
      ...data,
      'predictions/m.csv': file('prediction,probs', (row) => `${CLASSES[row.answer]},"${cell(row)}"`),
    };
    const error = await errorOf(importing(files));
    expect(error.message).toContain("list column 'probs' does not say which class is where");
    const result = await importing(files, { classOrder: CLASSES });
    expect([result.models[0].card.kind, result.accuracy('m')]).toEqual(['probabilities', ACCURACY]);
  });

  it('32: scored answers in any order, one row per class, and .json of rows', async () => {
    const scored = (row: Row) =>
      row.p.map((score, k) => ({ label: CLASSES[k], score })).sort((a, b) => b.score - a.score);
    const objects = shuffled(rows).map((row) => ({ example_id: row.id, scores: scored(row) }));
    const numbered = objects.map(({ example_id, scores }) => ({
      example_id,
      scores: scores.map(({ label, score }) => ({ label: `LABEL_${CLASSES.indexOf(label)}`, score })),
    }));
    const flat = shuffled(rows).map((row) => ({
      example_id: row.id,
      ...Object.fromEntries(row.p.map((value, k) => [`p_${CLASSES[k]}`, value])),
    }));
    const jsonl = (all: readonly object[]) => all.map((each) => JSON.stringify(each)).join('\n');
    const tidy = csv(
      'example_id,class,prob',
      rows.flatMap((row) => scored(row).map(({ label, score }) => [row.id, label, score])),
    );
    for (const [name, text] of [
      ['m.jsonl', jsonl(objects)],
      ['m.json', jsonl(objects)],
      ['m.json', JSON.stringify(flat)],
      ['m.json', JSON.stringify(flat, null, 2)],
      ['m.json', jsonl(flat)],
      ['m.csv', tidy],
    ]) {
      expect((await importing({ ...data, [`predictions/${name}`]: text })).accuracy('m')).toBeCloseTo(
        ACCURACY,
      );
    }
    const files = { ...data, 'predictions/m.jsonl': jsonl(numbered) };
    expect((await errorOf(importing(files))).hint).toContain('--class-order');
    expect((await importing(files, { classOrder: CLASSES })).accuracy('m')).toBeCloseTo(ACCURACY);
    const lost = {
      ...data,
      'predictions/m.jsonl': jsonl(
        objects.map((each, at) => (at === 9 ? { ...each, scores: each.scores.slice(1) } : each)),
      ),
    };
    expect((await errorOf(importing(lost))).message).toContain('scores 3 of 4 classes');
  });

  it('17: of two arrays the user is asked, of a trainer’s the predictions are taken', async () => {
    const ids = csv(
      'example_id',
      rows.map(({ id }) => [id]),
    );
    const right = npy(rows.map(({ p }) => p));
    const wrong = npy(rows.map(({ p }) => p.toReversed()));
    const folder = folderOf({ 'ids.csv': ids });
    const options = { ids: join(folder, 'ids.csv'), classOrder: CLASSES };
    const two = { ...data, 'predictions/m.npz': zip({ 'arr_0.npy': wrong, 'arr_1.npy': right }) };
    const error = await errorOf(importing(two, options));
    expect(error.message).toBe(
      "archive does not say which array holds the predictions: 'arr_0' (60 x 4), 'arr_1' (60 x 4)",
    );
    const columns = /--columns \S+ or --columns (\S+?),/.exec(error.hint!)?.[1];
    const chosen = await importing(two, { ...options, columns });
    expect([chosen.accuracy('m'), chosen.codes()]).toEqual([
      ACCURACY,
      expect.not.arrayContaining(['class-order-unused']),
    ]);
    const trainer = {
      ...data,
      'predictions/m.npz': zip({ 'label_ids.npy': wrong, 'predictions.npy': right }),
    };
    expect((await importing(trainer, options)).accuracy('m')).toBeCloseTo(ACCURACY);
  });

  it('11, 25: parquet keeps names that differ in case, and leaves columns nobody needs alone', async () => {
    const folder = folderOf({
      'wide.csv': file(
        ['BERT', 'bert'].flatMap((model) => CLASSES.map((name) => `${model}:${name}`)).join(','),
        ({ p }) => [...p, 0.25, 0.25, 0.25, 0.25].join(','),
      ),
    });
    const [source, target] = [join(folder, 'wide.csv'), join(folder, 'wide.parquet')];
    writeFileSync(target, await differingInCase(source, target));
    const result = await importing({ ...data, 'predictions/wide.parquet': readFileSync(target) });
    expect([result.names(), result.accuracy('BERT')]).toEqual([['BERT', 'bert'], ACCURACY]);
    const nested = join(folder, 'nested.parquet');
    await withDuckDB({ threads: 1 }, async (connection) => {
      await connection.run(
        `COPY (SELECT example_id, '\\xFF\\x00'::BLOB AS embedding, ['a'] AS tokens, TIME '10:00' AS at,
           struct_pack(exact := "BERT:exact"::DECIMAL(18, 12), substitute := "BERT:substitute"::DECIMAL(18, 12),
             complement := "BERT:complement"::DECIMAL(18, 12), irrelevant := "BERT:irrelevant"::DECIMAL(18, 12)) AS probs
         FROM (SELECT column0 AS example_id, column1::DOUBLE AS "BERT:exact", column2::DOUBLE AS "BERT:substitute",
           column3::DOUBLE AS "BERT:complement", column4::DOUBLE AS "BERT:irrelevant"
           FROM read_csv('${source}', header = false, skip = 1))) TO '${nested}' (FORMAT parquet)`,
      );
    });
    const taken = await importing({ ...data, 'predictions/m.parquet': readFileSync(nested) });
    expect([taken.names(), taken.accuracy('m')]).toEqual([['m'], ACCURACY]);
  });

  /** DuckDB cannot write names that differ in case only: they are written unlike each other, and changed in the file. */
  async function differingInCase(source: string, target: string): Promise<Buffer> {
    const names = [0, 1, 2, 3].flatMap((k) => [
      `column${k + 1} AS "BERT:${CLASSES[k]}"`,
      `column${k + 5} AS "bort:${CLASSES[k]}"`,
    ]);
    await withDuckDB({ threads: 1 }, async (connection) => {
      await connection.run(
        `COPY (SELECT column0 AS example_id, ${names.join(', ')} FROM read_csv('${source}', header = false, skip = 1)) TO '${target}' (FORMAT parquet)`,
      );
    });
    return Buffer.from(readFileSync(target).toString('latin1').replaceAll('bort:', 'bert:'), 'latin1');
  }
});
