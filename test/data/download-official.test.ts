import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { downloadOfficial } from '../../src/data/download/download.js';
import { OFFICIAL_FILES, type OfficialFile } from '../../src/data/download/official.js';
import { loadExamples } from '../../src/data/load.js';
import { type ParquetColumn, writeParquet } from '../../src/io/duckdb/parquet-write.js';
import { createRandom } from '../../src/math/random.js';
import { failure, folder } from './support.js';

const QUERIES = 240;
const PER_QUERY = 20;
const PRODUCTS = 900;
const LOCALES = ['us', 'es', 'jp'];
const LABELS = ['E', 'S', 'C', 'I'];
const SOURCES = ['other', 'negations', 'parse_pattern', 'behavioral', 'nlqec'];

/** The query that a row is of, and what else follows from its number. */
const queryOf = (row: number) => Math.floor(row / PER_QUERY);
const localeOf = (query: number) => LOCALES[query % 3];
const isSmall = (query: number) => query % 4 !== 0;
const isTest = (query: number) => query % 5 === 0;
const labelOf = (row: number) => LABELS[(row * 7) % 4];
const titleOf = (product: number, locale: string) => `title ${product} ${locale}`;

const rows = Array.from({ length: QUERIES * PER_QUERY }, (_, row) => row);
const productOf = rows.map((row) => (row * 37) % PRODUCTS);

/** Columns in the official order and types, as the published files have them. */
const EXAMPLES: ParquetColumn[] = [
  { name: 'example_id', type: 'int64', values: rows },
  { name: 'query', type: 'string', values: rows.map((row) => `query ${queryOf(row)}`) },
  { name: 'query_id', type: 'int64', values: rows.map(queryOf) },
  { name: 'product_id', type: 'string', values: productOf.map((product) => `B${product}`) },
  { name: 'product_locale', type: 'string', values: rows.map((row) => localeOf(queryOf(row))) },
  { name: 'esci_label', type: 'string', values: rows.map(labelOf) },
  { name: 'small_version', type: 'int64', values: rows.map((row) => Number(isSmall(queryOf(row)))) },
  { name: 'large_version', type: 'int64', values: rows.map(() => 1) },
  { name: 'split', type: 'string', values: rows.map((row) => (isTest(queryOf(row)) ? 'test' : 'train')) },
];

/** Every product in every locale, as the published file lists them, with texts long enough to fill several reads. */
function productColumns(): ParquetColumn[] {
  const random = createRandom('official products');
  const all = LOCALES.flatMap((locale) =>
    Array.from({ length: PRODUCTS }, (_, product) => ({ product, locale })),
  );
  const words = (count: number) => Array.from({ length: count }, () => random.next().toString(36)).join(' ');
  const text = (name: string, of: (at: number) => string | null): ParquetColumn => ({
    name,
    type: 'string',
    values: all.map((_, at) => of(at)),
  });
  return [
    text('product_id', (at) => `B${all[at].product}`),
    text('product_title', (at) => titleOf(all[at].product, all[at].locale)),
    text('product_description', (at) => (at % 2 === 0 ? words(60) : null)),
    text('product_bullet_point', () => words(30)),
    text('product_brand', (at) => (at % 7 === 0 ? null : `brand ${at % 40}`)),
    text('product_color', (at) => (at % 3 === 0 ? null : 'red')),
    text('product_locale', (at) => all[at].locale),
  ];
}

const sources = () =>
  [
    'query_id,source',
    ...Array.from({ length: QUERIES }, (_, query) => `${query},${SOURCES[query % 5]}`),
  ].join('\n');

/** A folder with files of the official names, and what a list of them with their sizes and checksums would be. */
async function published(): Promise<{ dir: string; files: OfficialFile[] }> {
  const dir = await folder();
  const [examples, products, queries] = OFFICIAL_FILES.map(({ name }) => join(dir, name));
  await writeParquet(examples, EXAMPLES);
  await writeParquet(products, productColumns());
  await writeFile(queries, sources());
  const files = OFFICIAL_FILES.map(({ name, url }) => {
    const content = readFileSync(join(dir, name));
    return { name, url, bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') };
  });
  return { dir, files };
}

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** Serves a folder with ranges; the first answer for each file but the smallest breaks off after a third of it. */
async function serve(dir: string): Promise<{ baseUrl: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    const name = decodeURIComponent(request.url!.slice(1));
    const content = readFileSync(join(dir, name));
    const range = request.headers.range;
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? 'bytes=0-')![1]);
    const isFirst = !asked.some((line) => line.startsWith(name));
    asked.push(`${name} from ${from}`);
    response.writeHead(range === undefined ? 200 : 206, {
      'content-length': content.length - from,
      ...(range && { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` }),
    });
    if (!isFirst || name.endsWith('.csv')) response.end(content.subarray(from));
    else {
      const third = content.subarray(0, Math.floor(content.length / 3));
      response.write(third, () => setTimeout(() => response.destroy(), 30));
    }
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('the official data, downloaded and loaded', () => {
  it('comes whole over a line that breaks, and is what was published', async () => {
    const { dir, files } = await published();
    const { baseUrl, asked } = await serve(dir);
    const out = await folder();
    const options = { baseUrl, files, retryDelayMs: 1, stallMs: 5000 };
    const first = await downloadOfficial(out, options);
    expect(first.map(({ name, present }) => [name, present])).toEqual(files.map(({ name }) => [name, false]));
    // the smallest may break before its first bytes have come, and then begins anew
    const resumed = asked.filter((line) => !line.endsWith('from 0'));
    expect(resumed.join()).toContain(files[1].name);
    for (const { name } of files) {
      expect((await readFile(join(out, name))).equals(await readFile(join(dir, name))), name).toBe(true);
    }
    expect((await readdir(out)).sort()).toEqual(['checksums.json', ...files.map(({ name }) => name)].sort());
    const before = asked.length;
    expect((await downloadOfficial(out, options)).every(({ present }) => present)).toBe(true);
    expect(asked).toHaveLength(before);

    const { examples } = await loadExamples([out], { version: 'small', locales: ['us', 'jp'], text: true });
    const kept = rows.filter((row) => isSmall(queryOf(row)) && localeOf(queryOf(row)) !== 'es');
    expect(examples.id).toEqual(kept.map(String));
    expect(examples.query).toEqual(kept.map((row) => `query ${queryOf(row)}`));
    expect(examples.locale).toEqual(kept.map((row) => localeOf(queryOf(row))));
    expect(Array.from(examples.label, (label) => examples.labelSpace.classes[label])).toEqual(
      kept.map((row) => ({ E: 'exact', S: 'substitute', C: 'complement', I: 'irrelevant' })[labelOf(row)]),
    );
    expect(new Set(kept.map((row, at) => `${isTest(queryOf(row))} ${examples.split[at]}`)).size).toBe(2);
    expect(examples.source).toEqual(kept.map((row) => SOURCES[queryOf(row) % 5]));
    expect(examples.text!.title).toEqual(kept.map((row) => titleOf(productOf[row], localeOf(queryOf(row)))));
  });

  it('is refused where a server has files of the right names that are not the published ones', async () => {
    const { dir } = await published();
    const { baseUrl } = await serve(dir);
    const out = await folder();
    const error = await failure(downloadOfficial(out, { baseUrl, retryDelayMs: 1, retries: 3 }));
    expect(error).toMatchObject({ code: expect.stringMatching(/^(data|io)$/) });
    expect(error.message).toContain('shopping_queries_dataset_examples.parquet');
    expect(await readdir(out)).not.toContain('shopping_queries_dataset_examples.parquet');
  });
});
