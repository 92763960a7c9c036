import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandPaths } from '../../src/cli/command-paths.js';
import { configJsonSchema } from '../../src/cli/config-schema.js';
import { buildProgram } from '../../src/cli/program.js';
import { withoutComments } from '../../src/io/text/checked-json.js';
import { ROOT } from '../docs/markdown.js';
import { makeTask } from '../pipeline/task.js';
import { esciSelect, esciSelectIn } from './in-process.js';

const task = makeTask({ queries: 20 });
afterAll(() => rmSync(task.folder, { recursive: true }));
const configOf = (folder: string) =>
  JSON.parse(withoutComments(readFileSync(join(folder, 'esci-select.config.json'), 'utf8')));

describe('esci-select init', () => {
  it('finds examples, labels and predictions, and writes what the next three commands read', async () => {
    const { status, stdout, stderr } = await esciSelect(
      'init',
      task.folder,
      '--ci',
      'gitlab',
      '--budget',
      '2',
    );
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('examples     judgements.csv: 100 rows, 20 queries');
    expect(stdout).toMatch(/^labels {7}exact \d+, substitute \d+/m);
    expect(stdout).toContain('predictions  predictions: models first, noise and second');
    expect(stdout).toMatch(
      /Next:\n {2}cd .*\n {2}esci-select train\n {2}esci-select rank\n {2}esci-select report\n$/,
    );
    expect(configOf(task.folder)).toMatchObject({
      $schema: expect.stringMatching(/docs\/config\.schema\.json$/),
      train: { data: ['judgements.csv'], models: 'none', predictions: ['predictions'] },
      rank: { budget: '2' },
    });
    expect(existsSync(join(task.folder, '.gitlab-ci.esci-select.yml'))).toBe(true);
    const trained = await esciSelectIn(
      task.folder,
      'train',
      '--folds',
      '3',
      '--rounds',
      '10',
      '--quiet',
      '--threads',
      '1',
    );
    expect(trained.status, trained.stderr).toBe(0);
    const again = await esciSelect('init', task.folder);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('--force replaces it');
  });

  it('names the flag where it is not certain which file is meant, and asks nobody without a terminal', async () => {
    const folder = join(task.folder, 'two');
    mkdirSync(folder);
    expect((await esciSelect('init', folder)).stderr).toContain('give --data FILE');
    for (const name of ['a.csv', 'b.csv']) writeFileSync(join(folder, name), readFileSync(task.data));
    const { status, stderr } = await esciSelect('init', folder);
    expect(status).toBe(2);
    expect(stderr).toContain("'a.csv' and 'b.csv' all have labels");
    expect(stderr).toContain('hint: give --data a.csv');
    rmSync(join(folder, 'b.csv'));
    expect((await esciSelect('init', folder, '--data', 'a.csv')).status).toBe(0);
    expect(configOf(folder).train).toEqual({ data: ['a.csv'] });
  });

  it('takes over a label map, and says which flag is due without one', async () => {
    const folder = join(task.folder, 'grades');
    mkdirSync(folder);
    const lines = Array.from({ length: 40 }, (_, at) => `${at},q${at >> 2},p${at},${[0, 1, 2][at % 3]}`);
    writeFileSync(join(folder, 'judged.csv'), `example_id,query,product_id,label\n${lines.join('\n')}\n`);
    const refused = await esciSelect('init', folder);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('--label-map');
    const map = ['--label-map', '2=exact,1=substitute,0=irrelevant'];
    expect((await esciSelect('init', folder, ...map)).status).toBe(0);
    expect(configOf(folder).train['label-map']).toEqual({ 0: 'irrelevant', 1: 'substitute', 2: 'exact' });
  });
});

describe('the configuration', () => {
  it('has a schema that is shipped and made from the program', () => {
    const shipped = JSON.parse(readFileSync(join(ROOT, 'docs/config.schema.json'), 'utf8'));
    const commands = commandPaths(buildProgram(new AbortController().signal));
    expect(shipped, 'docs/config.schema.json is old: node scripts/report-schema.mjs').toEqual(
      configJsonSchema(commands),
    );
  });

  it('may hold comments, which leave texts and places alone', () => {
    const text = '{ // one\n "a//b": "/* no */", /* two\n lines */ "c": 1 }';
    expect(JSON.parse(withoutComments(text))).toEqual({ 'a//b': '/* no */', c: 1 });
    expect(withoutComments(text)).toHaveLength(text.length);
  });
});
