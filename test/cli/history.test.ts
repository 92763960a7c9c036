import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeTask } from '../pipeline/task.js';
import { parseHtml } from '../report/parse-html.js';
import { esciSelect } from './in-process.js';

const task = makeTask({ queries: 30 });
const run = join(task.folder, 'run');
const at = (name: string) => join(run, 'decisions', name);
const before = process.env.SOURCE_DATE_EPOCH;

async function rank(...flags: string[]): Promise<void> {
  const quick = ['--replicates', '200', '--threads', '1', '--quiet'];
  expect((await esciSelect('rank', '--run', run, ...quick, ...flags)).status).toBe(0);
}

beforeAll(async () => {
  process.env.SOURCE_DATE_EPOCH = '1700000000';
  const inputs = ['--data', task.data, '--models', 'none', '--predictions', task.predictions, '--no-measure'];
  const quick = ['--folds', '3', '--stack', 'pool', '--threads', '1', '--quiet'];
  expect((await esciSelect('train', '--run', run, ...inputs, ...quick)).status).toBe(0);
  await rank('--budget', '1', '--tag', 'why=cheap,team=search');
  await rank('--budget', '2', '--keep', 'best', '--tag', '=|<b>=x'.slice(1));
  await rank('--budget', '1', '--tag', 'again=yes');
});
afterAll(() => {
  if (before === undefined) delete process.env.SOURCE_DATE_EPOCH;
  else process.env.SOURCE_DATE_EPOCH = before;
  rmSync(task.folder, { recursive: true });
});

const lines = async (...flags: string[]) =>
  JSON.parse((await esciSelect('history', run, '--json', ...flags)).stdout).decisions;

describe('rank', () => {
  it('keeps every decision once, with its tags and date beside its bytes, and says which is the latest', async () => {
    const [first, second] = (await lines()).map(({ name }: { name: string }) => name);
    expect(first).toMatch(/^1-[0-9a-f]{8}$/);
    expect(second).toMatch(/^2-[0-9a-f]{8}$/);
    expect(readFileSync(at('latest'), 'utf8')).toBe(`${first}\n`);
    expect(readFileSync(at(`${first}/decision.json`))).toEqual(
      readFileSync(join(run, 'decision/decision.json')),
    );
    expect(readdirSync(join(run, 'decisions')).sort()).toEqual(
      [first, second, 'history.json', 'latest'].sort(),
    );
    const [entry] = JSON.parse(readFileSync(at('history.json'), 'utf8')).decisions;
    expect(entry).toMatchObject({
      tags: { why: 'cheap', team: 'search', again: 'yes' },
      date: '2023-11-14T22:13:20Z',
    });
    expect(readFileSync(at(`${first}/decision.json`), 'utf8')).not.toContain('2023');
  });
});

describe('esci-select history', () => {
  it('gives a line a decision, with the paired change since the one before', async () => {
    const [first, second] = await lines();
    expect(first).toMatchObject({ change: null, changed: true, metric: 'macroF1' });
    expect(second.kept).toHaveLength(2);
    const { difference, interval } = second.change;
    expect(difference).toBeCloseTo(second.scores.macroF1 - first.scores.macroF1, 12);
    expect(interval[0]).toBeLessThanOrEqual(difference);
    expect(interval[1]).toBeGreaterThanOrEqual(difference);
    const { stdout } = await esciSelect('history', run);
    expect(stdout).toMatch(
      /^1-\w{8} +2023-11-14 22:13 +why=cheap team=search again=yes .*1 model +\w+ +0\.\d{3} \[/m,
    );
  });

  it('sorts by a score, and leaves out what did not change', async () => {
    const sorted = await lines('--sort', 'macroF1');
    expect(sorted[0].scores.macroF1).toBeGreaterThanOrEqual(sorted[1].scores.macroF1);
    const again = await esciSelect('history', run, run, '--only-changed', '--json');
    expect(JSON.parse(again.stdout).decisions).toHaveLength(4); // each differs from the one before it
    expect(await lines('--sort', 'models')).toMatchObject([{ kept: [expect.any(String)] }, {}]);
    const { status, stderr } = await esciSelect('history', run, '--sort', 'f1');
    expect(status).toBe(2);
    expect(stderr).toContain('orders: time, models, accuracy');
  });

  it('writes Markdown, CSV and a page with a chart per score', async () => {
    const md = (await esciSelect('history', run, '--format', 'md')).stdout;
    expect(md.split('\n')[0]).toBe('| decision | date | tags | budget | kept | macro F1 | change |');
    expect(md).not.toContain('<b>');
    const csv = (await esciSelect('history', run, '--format', 'csv')).stdout.trim().split('\n');
    expect(csv[0]).toContain('macroF1,macroF1 low,macroF1 high');
    expect(csv).toHaveLength(3);
    const page = (await esciSelect('history', run, '--format', 'html')).stdout;
    expect(page.match(/<svg /g)).toHaveLength(4);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
    parseHtml(page); // throws where tags do not match
  });

  it('notices a decision that was changed, and rank --force writes it again', async () => {
    const [first] = await lines();
    writeFileSync(at(`${first.name}/decision.json`), '{}');
    const { status, stderr } = await esciSelect('history', run);
    expect(status).toBe(3);
    expect(stderr).toContain('kept decision is not as it was written');
    await rank('--budget', '1', '--force');
    expect((await esciSelect('history', run)).status).toBe(0);
    writeFileSync(at('history.json'), '{');
    expect((await esciSelect('history', run)).status).toBe(3);
    await rank('--budget', '1', '--force');
    expect(await lines()).toHaveLength(1);
  });

  it('says what to do in a run without a decision', async () => {
    const other = join(task.folder, 'other');
    expect((await esciSelect('history', other)).stderr).toContain('folder holds no run');
    expect(existsSync(other)).toBe(false);
  });
});
