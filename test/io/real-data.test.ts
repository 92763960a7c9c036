import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeTable, readTable } from '../../src/io/read.js';
import { textAt } from '../../src/io/table.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const shared = process.env.ESCI_SHARED ?? join(root, '../shared');
const isAbsent = !existsSync(join(shared, 'esci'));

describe('real files (skipped where ../shared is absent)', () => {
  const csv: [string, number, number][] = [
    ['esci/judgements-folds-1-3.csv', 1598, 14],
    ['esci/exact-only-485.csv', 485, 14],
    ['esci/multi-product-16-queries.csv', 447, 7],
    ['esci/official-columns-no-text-5000.csv', 5000, 9],
    ['esci/kddcup-public-test-unlabelled-48696.csv', 48_696, 4],
    ['esci/shopping_queries_dataset_sources.csv', 130_652, 2],
    ['predictions/esci-12-models/char-svm.csv', 1598, 6],
    ['predictions/sarcasm-12-models/train.csv', 1280, 14],
    ['predictions/openml-27-methods/results_for_metatask_146195.csv', 33_780, 30],
    ['predictions/metatasks/metatask_-1.csv', 569, 46],
  ];
  for (const [file, rows, columns] of csv) {
    it.skipIf(isAbsent)(`reads ${file}`, async () => {
      const table = await readTable(join(shared, file));
      expect([table.rows, table.columns.size]).toEqual([rows, columns]);
    });
  }

  it.skipIf(isAbsent)('reads the official parquet slice with its types', async () => {
    const path = join(shared, 'esci/official-parquet-16/test-sample.parquet');
    const table = await readTable(path);
    expect(table.rows).toBe(16);
    expect(table.columns.get('example_id')).toMatchObject({ kind: 'integer' });
    expect(textAt(table.columns.get('example_id')!, 15)).toBe('15255');
    expect(table.columns.get('esci_label')!.kind).toBe('text');
    expect((await describeTable(path)).rows).toBe(16);
  });

  it.skipIf(isAbsent)('reads the zstd JSON Lines of products', async () => {
    const table = await readTable(join(shared, 'esci/official-parquet-16/sample-products.jsonl.zstd'));
    expect(table.rows).toBe(16);
    expect([...table.columns.keys()]).toContain('fields.title');
    expect(textAt(table.columns.get('fields.id')!, 0)).toBe('B08VSJGP1N');
    expect(textAt(table.columns.get('fields.description')!, 0)).toContain('●Built-in carplay');
  });
});
