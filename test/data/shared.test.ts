import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { OFFICIAL_FILES } from '../../src/data/download/official.js';
import { SPLIT_TEST, UNLABELLED } from '../../src/data/examples/examples.js';
import { readExamples, writeExamples } from '../../src/data/examples/file.js';
import { inspectData } from '../../src/data/inspect.js';
import { loadExamples } from '../../src/data/load.js';
import { sha256File } from '../../src/io/hash.js';
import { failure, finding, folder } from './support.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const shared = process.env.ESCI_SHARED ?? join(root, '../shared');
const esci = (name: string) => join(shared, 'esci', name);
const predictions = (name: string) => join(shared, 'predictions', name);

describe.skipIf(!existsSync(shared))('real data (needs ../shared or ESCI_SHARED)', () => {
  it('judgements-folds-1-3.csv loads whole, its quirks reported', async () => {
    const { examples, findings } = await loadExamples([esci('judgements-folds-1-3.csv')]);
    expect(examples.rows).toBe(1598);
    expect(examples.id.slice(0, 2)).toEqual(['1998016', '2643850']);
    expect(examples.groupKeys).toHaveLength(1569);
    expect([0, 1, 2, 3].map((k) => examples.label.filter((label) => label === k).length)).toEqual([
      923, 409, 62, 204,
    ]);
    expect(new Set(examples.fold)).toEqual(new Set([1, 2, 3]));
    expect(examples.text?.title.every((title) => title !== null)).toBe(true);
    expect(finding(findings, 'id-column')?.message).toContain('the column without a name');
    expect(finding(findings, 'empty-query-id')?.count).toBe(1104);
    expect(finding(findings, 'decimal-query-ids')?.count).toBe(494);
    expect(finding(findings, 'locales-differ')?.count).toBe(32);
    expect(finding(findings, 'line-breaks')?.count).toBeGreaterThan(1000);
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    const path = join(await folder(), 'examples.arrow');
    await writeExamples(path, examples);
    expect(await readExamples(path)).toEqual(examples);
  });

  it('the 16-row official parquet loads with its nested, compressed products', async () => {
    const { examples, findings } = await loadExamples([esci('official-parquet-16')]);
    expect(examples.id[0]).toBe('15240');
    expect(examples.groupKeys).toEqual(['535']);
    expect(examples.split.every((split) => split === SPLIT_TEST)).toBe(true);
    expect(examples.text?.title[0]).toMatch(/^Apple Carplay Double Din/);
    expect(finding(findings, 'products-joined')?.count).toBe(16);
  });

  it('the official columns load with split, version and sources', async () => {
    const paths = [esci('official-columns-no-text-5000.csv'), esci('shopping_queries_dataset_sources.csv')];
    const { examples } = await loadExamples(paths);
    expect([examples.rows, examples.groupKeys.length]).toEqual([5000, 496]);
    expect(examples.source?.filter((source) => source === 'negations')).toHaveLength(216);
    const small = await loadExamples(paths, { version: 'small' });
    expect(small.examples.rows).toBeLessThan(5000);
    const exact = await loadExamples([esci('exact-only-485.csv')]);
    expect([exact.examples.rows, new Set(exact.examples.label).size]).toEqual([485, 1]);
  });

  it('the sources file has the published checksum', async () => {
    const { sha256, bytes } = await sha256File(esci('shopping_queries_dataset_sources.csv'));
    expect(OFFICIAL_FILES[2]).toMatchObject({ sha256, bytes });
  });

  it('many products per query, and 48,696 unlabelled rows, load', async () => {
    const many = await inspectData([esci('multi-product-16-queries.csv')]);
    expect(many.summary).toMatchObject({ rows: 447, queries: 16, judgementsPerQuery: { max: 99 } });
    const { examples } = await loadExamples([esci('kddcup-public-test-unlabelled-48696.csv')]);
    expect([examples.rows, examples.groupKeys.length, examples.products]).toEqual([48_696, 2129, 47_563]);
    expect(examples.label.every((label) => label === UNLABELLED)).toBe(true);
  });

  it('other tasks load: sarcasm with its classes declared, metatasks by their words', async () => {
    const sarcasm = ['train.csv', 'validation.csv'].map((name) => predictions(`sarcasm-12-models/${name}`));
    expect((await failure(loadExamples(sarcasm))).hint).toContain('--classes 0,1');
    const { examples, findings } = await loadExamples(sarcasm, { classes: ['0', '1'] });
    expect([examples.rows, examples.labelSpace.classes]).toEqual([1707, ['0', '1']]);
    expect(finding(findings, 'id-column')?.message).toContain('custom_id');
    expect(finding(findings, 'undeclared-split')?.severity).toBe('note');
    const two = await loadExamples([predictions('metatasks/metatask_-1.csv')]);
    expect([two.examples.rows, two.examples.labelSpace.classes]).toEqual([569, ['benign', 'malignant']]);
    const three = await loadExamples([predictions('metatasks/metatask_-3.csv')]);
    expect(three.examples.labelSpace.classes).toEqual(['setosa', 'versicolor', 'virginica']);
  });
});
