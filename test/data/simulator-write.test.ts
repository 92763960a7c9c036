import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OFFICIAL_FILES } from '../../src/data/download/official.js';
import { loadExamples } from '../../src/data/load.js';
import { type Simulation, simulate } from '../../src/data/simulator/simulate.js';
import { type WrittenFile, writeSimulation } from '../../src/data/simulator/write.js';
import { readParquet } from '../../src/io/duckdb/parquet.js';
import { sha256File } from '../../src/io/hash.js';

const datasets = join(dirname(fileURLToPath(import.meta.url)), '../../datasets');
const sample = join(datasets, 'sample');

describe('writeSimulation', () => {
  let simulation: Simulation;
  let out: string;
  let files: WrittenFile[];
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'simulation-'));
    simulation = simulate({ queries: 400, seed: 7 });
    ({ files } = await writeSimulation(simulation, out));
  });
  afterAll(() => rm(out, { recursive: true }));

  it('writes the committed sample again, byte for byte', async () => {
    expect((await readdir(out)).sort()).toEqual((await readdir(sample)).sort());
    for (const name of await readdir(sample)) {
      expect((await readFile(join(out, name))).equals(await readFile(join(sample, name))), name).toBe(true);
    }
  });

  it('tells the size and checksum of every file, 4 MB at most together', async () => {
    expect(files.map(({ name }) => name).sort()).toEqual((await readdir(out)).sort());
    for (const { name, ...facts } of files) expect(facts).toEqual(await sha256File(join(out, name)));
    expect(files.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(4_000_000);
  });

  it('uses the official column names and types', async () => {
    const examples = await readParquet(join(out, 'shopping_queries_dataset_examples.parquet'));
    expect([...examples.columns].map(([name, { kind }]) => `${name} ${kind}`)).toEqual([
      'example_id integer',
      'query text',
      'query_id integer',
      'product_id text',
      'product_locale text',
      'esci_label text',
      'small_version integer',
      'large_version integer',
      'split text',
    ]);
    const products = await readParquet(join(out, 'shopping_queries_dataset_products.parquet'));
    expect([...products.columns.keys()]).toEqual([
      'product_id',
      'product_title',
      'product_description',
      'product_bullet_point',
      'product_brand',
      'product_color',
      'product_locale',
    ]);
    const behaviours = await readParquet(join(out, 'behaviours.parquet'));
    expect([...behaviours.columns].map(([name, { kind }]) => `${name} ${kind}`)).toEqual([
      'query_id integer',
      'product_id text',
      'product_locale text',
      'impressions integer',
      'clicks integer',
      'adds integer',
      'purchases integer',
    ]);
  });

  it('loads as an official data set, with behaviours and nothing to complain of', async () => {
    const { examples, findings } = await loadExamples([out]);
    expect(examples.rows).toBe(simulation.examples.length);
    expect(examples.groupKeys.length).toBe(400);
    expect(examples.products).toBe(simulation.products.length);
    expect(examples.behaviours?.entries).toBe(simulation.behaviours.length);
    expect(examples.query).toEqual(simulation.examples.map((row) => row.query));
    expect(Array.from(examples.label, (label) => 'ESCI'[label])).toEqual(
      simulation.examples.map((row) => row.label),
    );
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('says that it is simulated, how it was made and what is possible at best', async () => {
    const text = await readFile(join(out, 'SIMULATED.txt'), 'utf8');
    expect(text).toMatch(/^SIMULATED DATA\. No query, product, brand or judgement here is real\.\n/);
    expect(text).toContain('esci-select data simulate --queries 400 --seed 7 --out');
    expect(text).toContain(`accuracy ${simulation.ceiling.accuracy.toFixed(4)}`);
  });

  it('fails with the path when the folder cannot be written', async () => {
    const blocked = join(out, 'blocked');
    await writeFile(blocked, 'a file');
    await expect(writeSimulation(simulation, blocked)).rejects.toMatchObject({ code: 'io', path: blocked });
    expect((await stat(blocked)).isFile()).toBe(true);
    await rm(blocked);
  });
});

describe('datasets/README.md', () => {
  it('has the sizes and checksums that the download checks', async () => {
    const text = await readFile(join(datasets, 'README.md'), 'utf8');
    for (const { name, bytes, sha256 } of OFFICIAL_FILES) {
      expect(text).toContain(`| ${name} | ${bytes?.toLocaleString('en-US')} | ${sha256} |`);
    }
    expect(text).toContain('Nothing in `sample/` is real');
  });
});
