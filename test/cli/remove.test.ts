import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTask } from '../pipeline/task.js';
import { esciSelect } from './in-process.js';

const task = makeTask({ queries: 24 });
const run = join(task.folder, 'run');
const quick = ['--run', run, '--threads', '1', '--quiet', '--json'];

beforeAll(async () => {
  mkdirSync(join(task.folder, 'later'));
  renameSync(join(task.folder, 'predictions/noise.csv'), join(task.folder, 'later/noise.csv'));
  const inputs = ['--data', task.data, '--models', 'none', '--predictions', task.predictions, '--no-measure'];
  const { status, stderr } = await esciSelect(
    'train',
    ...inputs,
    '--folds',
    '3',
    '--stack',
    'pool',
    ...quick,
  );
  expect(status, stderr).toBe(0);
});
afterAll(() => rmSync(task.folder, { recursive: true }));

const namesOf = ({ stdout }: { stdout: string }) =>
  JSON.parse(stdout).models.map(({ name }: { name: string }) => name);
const decision = async (...flags: string[]) =>
  JSON.parse((await esciSelect('rank', '--budget', '2', '--replicates', '100', ...quick, ...flags)).stdout);

describe('models as things', () => {
  it('refuses a name that is none, and to remove all', async () => {
    const typo = await esciSelect('remove', 'firs', ...quick);
    expect(typo.status).toBe(2);
    expect(typo.stderr).toContain("did you mean 'first'?");
    const all = await esciSelect('remove', 'first', 'second', ...quick);
    expect(all.status).toBe(2);
    expect(all.stderr).toContain('no model would be left');
  });

  it('takes costs alone, for models that are there', async () => {
    const costs = join(task.folder, 'new-costs.csv');
    writeFileSync(costs, 'model,gpu_ms\nfirst,3\nsecond,4\n');
    expect(namesOf(await esciSelect('import', '--costs', costs, ...quick))).toEqual(['first', 'second']);
    const { ranking } = await decision();
    expect(ranking.map(({ costs: own }: { costs: object }) => own)).toContainEqual(
      expect.objectContaining({ gpu_ms: 3 }),
    );
    const neither = await esciSelect('import', ...quick);
    expect(neither.status).toBe(2);
    expect(neither.stderr).toContain('--costs FILE alone');
  });

  it('removes a model, says so in the report, and has it back once it is imported again', async () => {
    const noise = join(task.folder, 'later/noise.csv');
    expect(namesOf(await esciSelect('import', noise, ...quick))).toEqual(['first', 'noise', 'second']);
    const removed = await esciSelect('remove', 'noise', ...quick);
    expect(JSON.parse(removed.stdout)).toEqual({ removed: ['noise'], models: ['first', 'second'] });
    expect((await decision()).ranking).toHaveLength(2);
    const out = join(task.folder, 'report');
    expect((await esciSelect('report', '--out', out, '--format', 'json', '--run', run)).status).toBe(0);
    expect(readFileSync(join(out, 'report.json'), 'utf8')).toContain(
      "model 'noise' was taken out of the run",
    );
    expect(namesOf(await esciSelect('import', noise, ...quick))).toEqual(['first', 'noise', 'second']);
  });

  it('has no report of a decision about a model that is gone, and says how to decide again', async () => {
    expect((await decision()).ranking).toHaveLength(3);
    expect((await esciSelect('remove', 'noise', ...quick)).status).toBe(0);
    const stale = await esciSelect('report', '--run', run, '--quiet', '--json');
    expect(stale.status).toBe(2);
    const { message, hint } = JSON.parse(stale.stderr).error;
    expect(message).toBe("the decision is about 'noise', which the run no longer has");
    expect(hint).toBe('decide again: esci-select rank --budget 2 with the same --run');
    expect((await decision()).ranking).toHaveLength(2);
    expect((await esciSelect('report', '--run', run, '--quiet', '--json')).status).toBe(0);
  });
});
