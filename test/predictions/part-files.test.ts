import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hivePart, modelNames, modelOfPart } from '../../src/predictions/part-files.js';
import { expandPaths, sourceFile } from '../../src/predictions/paths.js';

describe('names of parts', () => {
  it.each([
    ['alpha_oof', 'alpha'],
    ['alpha_test', 'alpha'],
    ['oof_lgb', 'lgb'],
    ['test-lgb', 'lgb'],
    ['alpha.oof.preds', 'alpha'],
    ['alpha_out_of_fold_predictions', 'alpha'],
    ['bert-base_fold3', 'bert-base'],
    ['bert-base_fold_3', 'bert-base'],
    ['predictions_alpha_val', 'alpha'],
    ['part-00000', ''],
    ['part-00001-3f0a91b2-1c2d-4e5f-8a9b-0c1d2e3f4a5b-c000', ''],
    ['train-00000-of-00001-2d36455632bef8a2', ''],
    ['test-00000-of-00001', ''],
    ['alpha-00000-of-00002', 'alpha'],
    ['test', ''],
    ['bert', null],
    ['run-001', null],
    ['gcn.v2', null],
    ['latest', null],
    ['deadbeef1', null],
  ])('%s is of %j', (stem, model) => {
    expect(modelOfPart(stem)).toBe(model);
  });

  it('join where at least two files share a name, or folders name the model', () => {
    const names = (...paths: string[]) => [...modelNames(paths.map((path) => sourceFile(path))).values()];
    expect(names('p/alpha_oof.csv', 'p/alpha_test.csv', 'p/beta_test.csv')).toEqual([
      'alpha',
      'alpha',
      'beta_test',
    ]);
    expect(names('p/bert.csv', 'p/bert_test.csv')).toEqual(['bert', 'bert']);
    const within = [
      sourceFile('p/model=a/part-0.parquet', { model: 'a', depth: 1 }),
      sourceFile('p/model=b/fold=1/part-0.parquet', { model: 'b', depth: 2 }),
      sourceFile('p/gcn/oof.csv', { depth: 0 }),
      sourceFile('p/gat.parquet/part-00000.snappy.parquet', { depth: 0 }),
      sourceFile('p/more/mlp.csv', { depth: 0 }),
    ];
    expect([...modelNames(within).values()]).toEqual(['a', 'b', 'gcn', 'gat', 'mlp']);
    expect(hivePart('model=a%2Fb')).toEqual({ key: 'model', value: 'a/b' });
    expect(hivePart('models')).toBeNull();
  });
});

describe('files of a folder', () => {
  it('are all but hidden ones and what engines write beside the data', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'esci-paths-'));
    const files = [
      '_SUCCESS',
      '_metadata',
      '_committed_17',
      '.hidden.csv',
      '_mine.csv',
      '__proto__.csv',
      'a.csv',
    ];
    for (const name of files) writeFileSync(join(folder, name), 'example_id,label\n1,exact\n');
    mkdirSync(join(folder, '_delta_log'));
    writeFileSync(join(folder, '_delta_log', '0.json'), '{}');
    const found = await expandPaths([folder]);
    rmSync(folder, { recursive: true });
    expect(found.map(({ path }) => basename(path))).toEqual(['__proto__.csv', '_mine.csv', 'a.csv']);
  });
});
