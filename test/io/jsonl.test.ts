import { describe, expect, it } from 'vitest';
import { describeTable, type ReadOptions, readTable } from '../../src/io/read.js';
import { readJsonl } from '../../src/io/text/jsonl.js';
import { cells, failureOf, fileWith } from './helpers.js';

async function read(content: string | Uint8Array, options: ReadOptions = {}) {
  return readTable(fileWith('t.jsonl', content), options);
}

async function failure(content: string, options: ReadOptions = {}) {
  return failureOf(read(content, options), 'data');
}

describe('jsonl', () => {
  it('makes columns of keys in the order of their appearance, with what is absent missing', async () => {
    const table = await read('{"b":1,"a":"x"}\r\n\n{"a":null,"c":0.5}\n{"b":2}');
    expect(cells(table)).toEqual([
      ['b', ['1', null, '2']],
      ['a', ['x', null, null]],
      ['c', [null, '0.5', null]],
    ]);
    expect([...table.columns.values()].map(({ kind }) => kind)).toEqual(['number', 'text', 'number']);
    expect([...table.lines!]).toEqual([1, 3, 4]);
  });

  it('keeps integers beyond 2^53 exactly, and only those as big integers', async () => {
    const table = await read(
      '{"id":9007199254740993,"s":"9007199254740993","p":0.1234567890123456789}\n{"id":1}',
    );
    expect(table.columns.get('id')).toMatchObject({
      kind: 'integer',
      values: new BigInt64Array([2n ** 53n + 1n, 1n]),
    });
    expect(cells(table)[1][1]).toEqual(['9007199254740993', null]);
    expect(cells(table)[2][1]).toEqual(['0.12345678901234568', null]);
    const wide = await read('{"id":98765432109876543210}\n{"id":-12345678901234567890123}');
    expect(cells(wide)).toEqual([['id', ['98765432109876543210', '-12345678901234567890123']]]);
    const nested = await read('{"a":[9007199254740993,1e300,"\\"123456789012345678"]}');
    expect(cells(nested)[0][1]).toEqual(['["9007199254740993",1e+300,"\\"123456789012345678"]']);
  });

  it('makes list columns of number arrays and text of mixtures', async () => {
    const table = await read('{"p":[0.1,2],"m":1,"t":true,"o":[1,"x"]}\n{"p":null,"m":"one"}\n{"p":[null]}');
    expect(table.columns.get('p')).toEqual({ kind: 'list', values: [[0.1, 2], null, [Number.NaN]] });
    expect(cells(table).slice(1)).toEqual([
      ['m', ['1', 'one', null]],
      ['t', ['true', null, null]],
      ['o', ['[1,"x"]', null, null]],
    ]);
  });

  it('flattens nested objects into dotted names and refuses a name taken twice', async () => {
    const table = await read('{"put":"x","fields":{"id":7,"deep":{"a":[1]}}}');
    expect([...table.columns.keys()]).toEqual(['put', 'fields.id', 'fields.deep.a']);
    expect((await failure('{"a.b":1,"a":{"b":2}}')).message).toContain("'a.b' occurs twice");
  });

  it('treats __proto__ and constructor as keys like others', async () => {
    const table = await read('{"__proto__":{"polluted":1},"constructor":"c","toString":2}');
    expect(cells(table)).toEqual([
      ['__proto__.polluted', ['1']],
      ['constructor', ['c']],
      ['toString', ['2']],
    ]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    const kept = await read('{"__proto__":5}', { columns: (name) => name === '__proto__' });
    expect(cells(kept)).toEqual([['__proto__', ['5']]]);
  });

  it('gives the line and a hint for what is not an object', async () => {
    expect(await failure('{"a":1}\n{"a":\n')).toMatchObject({ line: 2, message: /not JSON/ });
    expect((await failure('{"a":NaN}')).hint).toContain('write null');
    expect(await failure('\n[1,2]')).toMatchObject({ line: 2, message: 'line is an array, not an object' });
    expect((await failure('{}\n"text"')).message).toBe('line is \'"text"\', not an object');
    expect((await failure('{"a":1}}')).message).not.toContain('{');
    expect((await failure('')).message).toBe('file is empty');
  });

  it('bounds line length, nesting and the number of columns', async () => {
    const long = `{"a":1}\n{"a":"${'x'.repeat(3_000_000)}"}`;
    expect(await failure(long, { maxFieldBytes: 1000 })).toMatchObject({
      line: 2,
      message: /longer than 1000/,
    });
    const deep = (levels: number) => `{"a":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
    expect(cells(await read(deep(9)))).toEqual([['a.a.a.a.a.a.a.a', ['{"a":{"a":1}}']]]);
    expect((await failure(deep(200_000))).line).toBe(1);
    const keys = Array.from({ length: 10_001 }, (_, index) => `"k${index}":1`);
    expect((await failure(`{${keys.join(',')}}`)).message).toContain('10000 different keys');
  });

  it('stops reading a line without end at the limit', async () => {
    let chunks = 0;
    const endless = {
      path: 'endless.jsonl',
      async *open() {
        for (; chunks < 1000; chunks++) yield Buffer.alloc(1000, 'x');
      },
    };
    await failureOf(readJsonl(endless, { maxFieldBytes: 5000 }), 'data');
    expect(chunks).toBeLessThan(10);
  });

  it('reads lines across chunks, a byte order mark, and stops at a row limit', async () => {
    const row = `{"text":"${'é'.repeat(400_000)}"}`;
    const table = await read(`\ufeff${row}\n${row}\n${row}`);
    expect(table.rows).toBe(3);
    expect(new Set(cells(table)[0][1])).toEqual(new Set(['é'.repeat(400_000)]));
    expect((await read('{"a":1}\nnot json', { maxRows: 1 })).rows).toBe(1);
  });

  it('describes the kinds of the first rows', async () => {
    const path = fileWith('t.ndjson', '{"a":1,"b":[1,2],"c":"x"}\n');
    const description = await describeTable(path);
    expect(description.columns).toEqual([
      { name: 'a', type: 'number' },
      { name: 'b', type: 'list' },
      { name: 'c', type: 'text' },
    ]);
  });
});
