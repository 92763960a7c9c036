import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadExamples } from '../../src/data/load.js';
import { writeArrow } from '../../src/io/arrow/read.js';
import { type ParquetColumn, writeParquet } from '../../src/io/duckdb/parquet-write.js';
import { failure, finding, folder } from './support.js';

function strings(name: string, values: (string | null)[]): ParquetColumn {
  return { name, type: 'string', values };
}

function integers(name: string, values: (bigint | number | null)[]): ParquetColumn {
  return { name, type: 'int64', values };
}

const EXAMPLES: ParquetColumn[] = [
  integers('example_id', [2n ** 53n + 1n, 5, 6, 7]),
  strings('query', ['cable', 'cable', 'cable', 'lampe']),
  integers('query_id', [1, 1, 1, 2]),
  strings('product_id', ['B1', 'B2', 'B9', 'B1']),
  strings('product_locale', ['us', 'us', 'us', 'es']),
  strings('esci_label', ['E', 'S', 'I', 'C']),
  integers('small_version', [1, 1, 0, 1]),
  integers('large_version', [1, 1, 1, 1]),
  strings('split', ['train', 'train', 'train', 'test']),
];

const PRODUCTS: ParquetColumn[] = [
  strings('product_id', ['B2', 'B1', 'B1', 'B1', 'B7']),
  strings('product_title', ['two', 'uno', 'one', 'one again', 'seven']),
  strings('product_description', [null, 'd', ' ', 'd', 'd']),
  strings('product_bullet_point', ['b2', 'b', 'b', 'b', 'b']),
  strings('product_brand', ['x', 'y', 'z', 'z', 'z']),
  strings('product_color', ['red', null, 'blue', 'blue', 'blue']),
  strings('product_locale', ['us', 'es', 'us', 'us', 'us']),
];

/** A folder in the official layout, plus whatever `more` writes into it. */
async function official(more: (dir: string) => Promise<void> = async () => {}): Promise<string> {
  const dir = await folder();
  await writeParquet(join(dir, 'shopping_queries_dataset_examples.parquet'), EXAMPLES);
  await writeParquet(join(dir, 'shopping_queries_dataset_products.parquet'), PRODUCTS);
  await more(dir);
  return dir;
}

describe('the official layout', () => {
  it('joins products on locale and id, keeps every row, and tells what it did not find', async () => {
    const { examples, findings, inputs } = await loadExamples([await official()]);
    expect(examples.id).toEqual(['9007199254740993', '5', '6', '7']);
    expect(examples.text).toEqual({
      title: ['one', 'two', null, 'uno'],
      description: [null, null, null, 'd'],
      bullets: ['b', 'b2', null, 'b'],
      brand: ['z', 'x', null, 'y'],
      color: ['blue', 'red', null, null],
    });
    expect(finding(findings, 'products-not-found')).toMatchObject({ severity: 'warning', count: 1 });
    expect(finding(findings, 'repeated-product')?.count).toBe(1);
    expect(inputs.map(({ name }) => name)).toEqual([
      'shopping_queries_dataset_examples.parquet',
      'shopping_queries_dataset_products.parquet',
    ]);
  });

  it('warns of ids that floating point has spoilt', async () => {
    const path = join(await folder(), 'rows.arrow');
    await writeArrow(path, [
      {
        name: 'example_id',
        column: { kind: 'number', values: Float64Array.from([1, 2 ** 60]), missing: null },
      },
      { name: 'esci_label', column: { kind: 'text', values: ['E', 'S'] } },
    ]);
    const { examples, findings } = await loadExamples([path]);
    expect(examples.id[0]).toBe('1');
    expect(finding(findings, 'imprecise-ids')).toMatchObject({ severity: 'warning', count: 1 });
  });

  it('does not read products where no text is asked for', async () => {
    const { examples, inputs } = await loadExamples([await official()], { text: false });
    expect(examples.text).toBeNull();
    expect(inputs).toHaveLength(1);
  });

  it('joins the same whatever the format of the products, also nested as search engines feed them', async () => {
    const fields = { title: 'one', description: null, bullets: 'b', brand: 'z', color: 'blue' };
    const plain = { product_id: 'B1', product_locale: 'us', product_title: 'one', product_brand: 'z' };
    const expected = { id: ['9007199254740993', '5'], title: ['one', null], brand: ['z', null] };
    const formats: [string, (path: string) => Promise<void>][] = [
      ['p.jsonl', (path) => writeFile(path, `${JSON.stringify(plain)}\n`)],
      [
        'p.csv',
        (path) => writeFile(path, 'product_id,product_locale,product_title,product_brand\nB1,us,one,z\n'),
      ],
      [
        'feed.jsonl',
        (path) =>
          writeFile(
            path,
            `${JSON.stringify({ put: 'id::B1', fields: { id: 'B1', locale: 'us', ...fields } })}\n`,
          ),
      ],
      [
        'p.arrow',
        (path) =>
          writeArrow(
            path,
            Object.entries(plain).map(([name, value]) => ({
              name,
              column: { kind: 'text', values: [value] },
            })),
          ),
      ],
    ];
    for (const [name, write] of formats) {
      const dir = await folder();
      await writeParquet(
        join(dir, 'examples.parquet'),
        EXAMPLES.map((column) => ({ ...column, values: Array.from(column.values).slice(0, 2) })),
      );
      await write(join(dir, name));
      const { examples } = await loadExamples([dir]);
      expect({ id: examples.id, title: examples.text?.title, brand: examples.text?.brand }, name).toEqual(
        expected,
      );
    }
  });

  it('takes products without a locale by id, without multiplying rows', async () => {
    const dir = await folder();
    await writeParquet(join(dir, 'examples.parquet'), EXAMPLES);
    await writeParquet(join(dir, 'products.parquet'), [
      strings('product_id', ['B1']),
      strings('title', ['any']),
    ]);
    const { examples } = await loadExamples([dir]);
    expect(examples.text?.title).toEqual(['any', null, null, 'any']);
    expect(examples.rows).toBe(4);
  });

  it('adds the sources of queries', async () => {
    const dir = await official((path) =>
      writeFile(join(path, 'sources.csv'), 'query_id,source\n1,negations\n99,other\n'),
    );
    const { examples, findings } = await loadExamples([dir]);
    expect(examples.source).toEqual(['negations', 'negations', 'negations', null]);
    expect(finding(findings, 'query-sources')?.message).toBe('the source is known of 1 query of 2 query ids');
  });

  it('refuses a corrupt parquet file with its path', async () => {
    const dir = await folder();
    await writeFile(join(dir, 'examples.parquet'), 'PAR1 but no more');
    const error = await failure(loadExamples([dir]));
    expect([error.code, error.path]).toEqual(['data', join(dir, 'examples.parquet')]);
  });
});

const BEHAVIOURS: ParquetColumn[] = [
  integers('query_id', [1, 2, 1, 50, 1]),
  strings('product_id', ['B1', 'B1', 'B2', 'B1', 'B8']),
  strings('product_locale', ['us', 'es', 'us', 'us', 'us']),
  integers('impressions', [10, 20, 30, 40, 50]),
  integers('clicks', [1, 2, 3, 4, 5]),
  integers('adds', [0, 1, 0, 0, 0]),
  integers('purchases', [0, 0, 1, 0, 0]),
];

describe('behaviours', () => {
  it('are matched with queries and products of the examples, and the others counted', async () => {
    const dir = await official((path) => writeParquet(join(path, 'behaviours.parquet'), BEHAVIOURS));
    const { examples, findings } = await loadExamples([dir]);
    expect(examples.behaviours).toEqual({
      entries: 3,
      group: Int32Array.from([0, 1, 0]),
      product: Int32Array.from([0, 3, 1]),
      impressions: Float32Array.from([10, 20, 30]),
      clicks: Float32Array.from([1, 2, 3]),
      adds: Float32Array.from([0, 1, 0]),
      purchases: Float32Array.from([0, 0, 1]),
    });
    expect(finding(findings, 'behaviours')?.message).toContain('; 2 pairs of other queries or products');
  });

  it('refuse counts that are none and pairs given twice', async () => {
    const csv = 'query_id,product_id,product_locale,impressions,clicks,adds,purchases\n1,B1,us,10,1,0,0\n';
    const cases = [
      ['1,B2,us,5,-1,0,0', 'clicks must be a number of at least 0, it is '],
      ['1,B2,us,NaN,1,0,0', 'impressions must be a number of at least 0, it is '],
      ['1,B2,us,,1,0,0', 'impressions must be a number of at least 0, it is '],
      ['1,B1,us,5,1,0,0', 'a query and product occur twice'],
    ];
    for (const [row, message] of cases) {
      const dir = await official((path) => writeFile(join(path, 'behaviours.csv'), `${csv}${row}\n`));
      const error = await failure(loadExamples([dir]));
      expect([error.line, error.message]).toEqual([3, expect.stringContaining(message)]);
    }
  });
});
