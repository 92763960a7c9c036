import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTask } from '../pipeline/task.js';
import { esciSelect } from './in-process.js';

const task = makeTask({ queries: 20 });
const run = join(task.folder, 'run');
const quick = ['--threads', '1', '--run', run];
afterAll(() => rmSync(task.folder, { recursive: true }));

/** A folder with a file of its own. */
function put(name: string, text: string): string {
  mkdirSync(join(task.folder, name), { recursive: true });
  writeFileSync(join(task.folder, name, `${name}.csv`), text);
  return join(task.folder, name);
}

const first = () => readFileSync(join(task.predictions, 'first.csv'), 'utf8');

beforeAll(async () => {
  const inputs = ['--data', task.data, '--models', 'none', '--predictions', task.predictions];
  const trained = await esciSelect('train', ...inputs, '--folds', '3', '--stack', 'pool', ...quick);
  expect(trained).toMatchObject({ status: 0 });
});

describe('a copy of a model that an earlier import brought', () => {
  it('is named with the model that it is a copy of', async () => {
    const { status, stderr } = await esciSelect('import', put('again', first()), ...quick);
    expect(status).toBe(0);
    expect(stderr.replace(/\s+/g, ' ')).toContain(
      "model 'again' is an exact copy of 'first', which the run has already: they share one credit",
    );
  });

  it('is told from a near-copy, and from a model of its own', async () => {
    const [head, ...rows] = first().trimEnd().split('\n');
    const near = rows.map((row, at) => {
      const [id, ...cells] = row.split(',');
      const odds = cells.map((cell, k) => Number(cell) + ((at + k) % 7) * 0.003);
      const sum = odds.reduce((a, b) => a + b);
      return [id, ...odds.map((value) => (value / sum).toFixed(6))].join(',');
    });
    const close = await esciSelect('import', put('near', `${[head, ...near].join('\n')}\n`), ...quick);
    expect(close.stderr.replace(/\s+/g, ' ')).toMatch(
      /model 'near' is a near-copy \(correlation 0\.99\d\d\) of '(first|again)', which the run has already/,
    );
    const turned = rows.map((row) => row.replace(/^(\d+),(.*?),(.*?),(.*?),(.*)$/, '$1,$5,$2,$3,$4'));
    const other = await esciSelect('import', put('other', `${[head, ...turned].join('\n')}\n`), ...quick);
    expect([other.status, other.stderr]).toEqual([0, expect.not.stringContaining('copy of')]);
  });

  it('is not said of the model itself, given again', async () => {
    const same = join(task.folder, 'same');
    mkdirSync(same);
    cpSync(join(task.predictions, 'second.csv'), join(same, 'second.csv'));
    const { status, stderr } = await esciSelect('import', same, ...quick);
    expect([status, stderr]).toEqual([0, expect.not.stringContaining('copy of')]);
  });
});
