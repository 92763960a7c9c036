import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatError } from '../../src/errors.js';
import { describeTable, type ReadOptions, readTable } from '../../src/io/read.js';
import { cells, failureOf, fileWith } from './helpers.js';

async function read(content: string | Uint8Array, options: ReadOptions = {}) {
  return readTable(fileWith('t.csv', content), options);
}

async function failure(content: string | Uint8Array, options: ReadOptions = {}) {
  return failureOf(read(content, options), 'data');
}

describe('csv', () => {
  it('reads text columns in file order, empty fields as missing', async () => {
    const table = await read('id,,p\n1,x,0.5\n2,,""\n');
    expect(table).toMatchObject({ format: 'csv', rows: 2 });
    expect(cells(table)).toEqual([
      ['id', ['1', '2']],
      ['', ['x', null]],
      ['p', ['0.5', null]],
    ]);
  });

  it('gives the same table for LF, CRLF, CR, mixed ends, no final newline and a byte order mark', async () => {
    const expected = cells(await read('a,b\n1,2\n3,4\n'));
    for (const text of [
      'a,b\r\n1,2\r\n3,4\r\n',
      'a,b\r1,2\r3,4',
      'a,b\r\n1,2\n3,4',
      '\ufeffa,b\n1,2\n3,4\n',
    ]) {
      const table = await read(text);
      expect(cells(table)).toEqual(expected);
      expect([...table.lines!]).toEqual([2, 3]);
    }
  });

  it('reads quoted delimiters, doubled quotes and embedded line breaks, and counts physical lines', async () => {
    const table = await read('a,b\n"x,1","say ""hi"""\n"two\nlines","and\r\nthree\n\n"\n\nlast,row\n');
    expect(cells(table)).toEqual([
      ['a', ['x,1', 'two\nlines', 'last']],
      ['b', ['say "hi"', 'and\r\nthree\n\n', 'row']],
    ]);
    expect([...table.lines!]).toEqual([2, 3, 9]);
  });

  it('gives the line of a wrong row after embedded line breaks with CRLF', async () => {
    const error = await failure('a,b\r\n"1\r\n2",x\r\nonly\r\n');
    expect(error).toMatchObject({ line: 4, message: 'row has 1 field where the header has 2' });
    expect((await failure('a,b\n1,2,3\n')).message).toBe('row has 3 fields where the header has 2');
  });

  it('reports malformed quotes where they are', async () => {
    const open = await failure('a,b\n1,"x\ny\nz,2\n');
    expect(formatError(open)).toBe(`${open.path}:2:3: quoted field is not closed`);
    expect(await failure('a,b\n1,"x"y\n')).toMatchObject({ line: 2, column: 6, message: /follows/ });
    expect(await failure('a,b\n1,x"y\n')).toMatchObject({ line: 2, column: 4, message: /inside/ });
    expect(await failure('a,b\n"""ok""","never\n')).toMatchObject({ line: 2, column: 10 });
  });

  it('bounds the memory of an unclosed quote by the field limit', async () => {
    const text = `a,b\n1,"${'x\n'.repeat(3_000_000)}`;
    const error = await failure(text, { maxFieldBytes: 1000 });
    expect(error).toMatchObject({ line: 2, column: 3, message: 'quoted field is not closed' });
  });

  it('refuses a field over the limit, in bytes', async () => {
    const options = { maxFieldBytes: 10 };
    expect((await read(`a\n${'é'.repeat(5)}\n`, options)).rows).toBe(1);
    expect(await failure(`a,b\n1,${'é'.repeat(6)}\n`, options)).toMatchObject({
      line: 2,
      message: 'field 2 is longer than 10 bytes',
    });
  });

  it('refuses NUL bytes and invalid UTF-8 with the byte offset and line', async () => {
    expect(await failure('a\nx\0y\n')).toMatchObject({ line: 2, message: 'text holds a NUL byte at byte 3' });
    const latin = await failure(Buffer.from('a\né\ncaf\xe9\n', 'latin1'));
    expect(latin).toMatchObject({ line: 2, column: 1, message: /0xe9 at byte 2/ });
    const cut = await failure(Buffer.concat([Buffer.from('a\nxy'), Buffer.from([0xe2, 0x82])]));
    expect(cut).toMatchObject({ line: 2, column: 3, message: /0xe2 at byte 4/ });
  });

  it('finds an invalid byte far into a large file', async () => {
    const good = Buffer.from(`a\n${'é,ü\n'.replace(',', '').repeat(700_000)}`);
    const error = await failure(Buffer.concat([good, Buffer.from([0xff, 10])]));
    expect(error.message).toContain(`at byte ${good.length}`);
    expect(error.line).toBe(700_002);
  });

  it('names UTF-16 with or without a byte order mark', async () => {
    for (const text of ['\ufeffa,b\n1,2\n', 'a,b\n1,2\n']) {
      const error = await failure(Buffer.from(text, 'utf16le'));
      expect(error.message).toContain('UTF-16');
      expect(error.hint).toContain('iconv');
    }
    expect((await failure(Buffer.from('\ufeffa,b\n', 'utf16le').swap16())).message).toContain('UTF-16');
  });

  it('refuses an empty file and reads a header alone as no rows', async () => {
    for (const text of ['', '\n\n', '\ufeff']) expect((await failure(text)).message).toBe('file is empty');
    const table = await read('a,b');
    expect(table.rows).toBe(0);
    expect(cells(table)).toEqual([
      ['a', []],
      ['b', []],
    ]);
  });

  it('refuses duplicate column names', async () => {
    expect((await failure('a,b,a\n')).message).toBe("column 'a' is in the header twice, as columns 1 and 3");
    expect((await failure(',b,\n')).message).toContain('columns without a name');
  });

  it('finds the delimiter of each file, and obeys a declared one where the header holds it', async () => {
    const expected = [
      ['a', ['1,5']],
      ['b', ['2']],
    ];
    expect(cells(await read('a;b\n1,5;2\n'))).toEqual(expected);
    expect(cells(await read('a;b\n1,5;2\n', { delimiter: ';' }))).toEqual(expected);
    expect(cells(await read('a\tb\n1,5\t2\n'))).toEqual(expected);
    expect(cells(await read('a|b\n1,5|2\n', { delimiter: ';' }))).toEqual(expected);
    expect(cells(await read('a,b\n"1,5",2\n', { delimiter: ';' }))).toEqual(expected);
    expect(cells(await read('"a;x",b\n1;2,3\n'))).toEqual([
      ['a;x', ['1;2']],
      ['b', ['3']],
    ]);
    expect(cells(await read('a;b,c\n1,2\n3,4\n'))).toEqual([
      ['a;b', ['1', '3']],
      ['c', ['2', '4']],
    ]);
    const error = await failureOf(read('a\n', { delimiter: ';;' }), 'usage');
    expect(error.hint).toContain('--delimiter');
  });

  it("understands Excel's sep= line, counts it, and trims the names of the header", async () => {
    const table = await read('sep=;\r\n a ; b\r\n1,5;2\r\n');
    expect(cells(table)).toEqual([
      ['a', ['1,5']],
      ['b', ['2']],
    ]);
    expect(Array.from(table.lines!)).toEqual([3]);
    expect((await failure('sep=,\na, a\n1,2\n')).message).toContain("column 'a' is in the header twice");
  });

  it('keeps the chosen columns and rows, and reports progress', async () => {
    const text = `a,b,__proto__\n${'1,2,3\n'.repeat(70_000)}bad`;
    const seen: number[] = [];
    const table = await read(text, {
      columns: (name) => name === '__proto__',
      maxRows: 70_000,
      onRows: (rows) => seen.push(rows),
    });
    expect([...table.columns.keys()]).toEqual(['__proto__']);
    expect(table.rows).toBe(70_000);
    expect(seen).toEqual([65_536]);
    expect((await failure(text)).line).toBe(70_002);
  });

  it('reads tab-separated and gzip files, and describes headers', async () => {
    const tsv = fileWith('t.tsv', 'a\tb\n1\t"2\t3"\n');
    expect(cells(await readTable(tsv))[1]).toEqual(['b', ['2\t3']]);
    const gz = fileWith('t.csv.gz', gzipSync('a,b\n1,2\n'));
    expect(cells(await readTable(gz))[0]).toEqual(['a', ['1']]);
    expect(await describeTable(gz)).toEqual({
      format: 'csv',
      columns: [
        { name: 'a', type: 'text' },
        { name: 'b', type: 'text' },
      ],
      rows: null,
    });
  });

  it('reads back whatever a writer quotes', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r', ' ', '😀') });
    const rows = fc.array(fc.tuple(field, field), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), async (values, end) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = [['h1', 'h2'], ...values].map((row) => row.map(quoted).join(',')).join(end);
        const table = await read(text);
        const expected = [0, 1].map((index) => values.map((row) => (row[index] === '' ? null : row[index])));
        expect(cells(table).map(([, column]) => column)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
