import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { esciSelect } from '../cli/spawn.js';
import { type RankedTask, rankedTask } from './support.js';

const scratch = mkdtempSync(join(tmpdir(), 'esci-cases-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('03, 04, 05, 07 of run files: what was changed is refused by every command that reads it', () => {
  let task: RankedTask;
  beforeAll(async () => {
    task = await rankedTask();
  });

  /** A copy of the run with one file changed. */
  function changed(path: string, change: (file: string) => void): string {
    const folder = join(scratch, 'changed');
    rmSync(folder, { recursive: true, force: true });
    cpSync(task.run, folder, { recursive: true });
    change(join(folder, path));
    return folder;
  }

  const edit = (from: RegExp, to: string) => (file: string) => {
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(from);
    writeFileSync(file, text.replace(from, to));
  };
  const cut = (file: string) => truncateSync(file, 40);

  it.each<[string, string, (file: string) => void, string, string[]]>([
    [
      '04: one digit',
      'decision/decision.json',
      edit(/0\.\d{3}/, '0.123'),
      'rank --budget N',
      ['report', '--format', 'json'],
    ],
    [
      '04: a leaf',
      'ensemble/model.json',
      edit(/"split_conditions":\[[^,\]]+/, '"split_conditions":[5'),
      'train',
      ['explain', '--example', '3'],
    ],
    [
      '05: a billion classes',
      'ensemble/model.json',
      edit(/"num_class":"4"/, '"num_class":"1000000000"'),
      'train',
      ['explain', '--example', '3'],
    ],
    [
      '05: a billion columns',
      'ensemble/model.json',
      edit(/"num_feature":"12"/, '"num_feature":"1000000000"'),
      'train',
      ['report', '--format', 'json'],
    ],
    ['07: cut', 'findings/data.json', cut, 'train', ['report', '--format', 'md']],
    ['07: cut', 'ensemble/curve.json', cut, 'train', ['report', '--format', 'json']],
    ['07: cut', 'protocol.arrow', cut, 'train', ['rank', '--budget', '1']],
    ['07: cut', 'examples.arrow', cut, 'train', ['explain', '--example', '3']],
  ])('%s in %s', (_, path, change, maker, [command, ...args]) => {
    const folder = changed(path, change);
    const start = performance.now();
    const { status, stdout, stderr } = esciSelect(command, '--run', folder, ...args, '--json', '--quiet');
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'data',
      message: expect.stringContaining('not as run.json says'),
      path: join(folder, path),
      hint: `run esci-select ${maker} with the same --run and --force`,
    });
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
