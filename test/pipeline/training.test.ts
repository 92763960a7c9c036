import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type PipelineEvent,
  TRAIN_DEFAULTS,
  type TrainOptions,
  type TrainSummary,
  train,
} from '../../src/pipeline.js';
import { shop } from '../models/shop.js';
import { listening } from './task.js';

const root = join(import.meta.dirname, '../..');
const built = existsSync(join(root, 'dist/models/cross-fit.worker.js'));
const folder = mkdtempSync(join(tmpdir(), 'esci-select-training-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];

/** A small shop's judgements with titles as CSV; queries get an ending, so that two shops share none unless told. */
function writeShop(name: string, ending: string, seed: number): string {
  const { rows, query, group, productId, label, text } = shop({ queries: 30, perQuery: 6, seed });
  const lines = Array.from({ length: rows }, (_, row) =>
    [
      row,
      `${query[row]} ${ending}`,
      group[row],
      productId[row],
      'us',
      text!.title[row],
      CLASSES[label[row]],
    ].join(','),
  );
  const path = join(folder, name);
  const head = 'example_id,query,query_id,product_id,product_locale,product_title,esci_label';
  writeFileSync(path, `${[head, ...lines].join('\n')}\n`);
  return path;
}

const own = writeShop('own.csv', 'now', 1);
const other = writeShop('other.csv', 'then', 2);

function trainOn(run: string, more: Partial<TrainOptions> = {}) {
  const { context, events } = listening(0);
  const options = {
    ...TRAIN_DEFAULTS,
    run: join(folder, run),
    data: [own],
    models: 'lexical',
    folds: 2,
    measure: false,
    boosting: { rounds: 20, learningRate: 0.2 },
    ...more,
  };
  return { summary: train(options, context), events };
}

const file = (run: string, path: string) => readFileSync(join(folder, run, path));
const curvesOf = (run: string) =>
  JSON.parse(file(run, 'models/lexical/curves.json').toString()) as {
    fold: number | 'refit';
    rows: number;
    availableRows: number;
  }[];
const keyOf = (run: string) => JSON.parse(file(run, 'run.json').toString()).stages['model:lexical'].key;

describe.skipIf(!built)('training with flags (needs the build)', () => {
  let summary: TrainSummary;
  let told: readonly PipelineEvent[];
  beforeAll(async () => {
    await trainOn('other', { data: [other] }).summary;
    const few = trainOn('few', { maxTrainRows: 50 });
    summary = await few.summary;
    told = few.events;
  });

  it('removes checkpoints that a run left which ended while it cleared them', async () => {
    const left = join(folder, 'other/.checkpoints/models');
    mkdirSync(left, { recursive: true });
    writeFileSync(join(left, 'lexical-refit.checkpoint'), 'cut');
    const before = keyOf('other');
    await trainOn('other', { data: [other] }).summary;
    expect(keyOf('other')).toBe(before);
    expect(existsSync(join(folder, 'other/.checkpoints'))).toBe(false);
  });

  it('learns from so many rows at most, and says so in summary and curves', () => {
    const curves = curvesOf('few');
    expect(curves.map(({ fold, rows }) => [fold, rows])).toEqual([
      ['refit', 50],
      [0, 50],
      [1, 50],
    ]);
    const rows = curves[0].availableRows;
    expect(curves[1].availableRows + curves[2].availableRows).toBe(rows);
    const [{ training }] = summary.models;
    expect(training).toMatchObject({ rows: 50, availableRows: rows, msPerThousandPairs: null });
    expect(training!.loss).toBeGreaterThan(0);
  });

  it('starts from a run of other queries, gives the same bytes twice and other ones than without', async () => {
    for (const run of ['warm', 'again']) {
      await trainOn(run, { maxTrainRows: 50, warmStart: join(folder, 'other') }).summary;
    }
    const weights = (run: string) => file(run, 'models/lexical/weights.bin').toString('base64');
    expect(weights('again')).toBe(weights('warm'));
    expect(weights('warm')).not.toBe(weights('few'));
    expect(keyOf('again')).toBe(keyOf('warm'));
    expect(keyOf('warm')).not.toBe(keyOf('few'));
    expect(file('warm', 'run.json').toString()).not.toContain(folder);
    const { summary: kept, events } = trainOn('few', { maxTrainRows: 50 });
    await kept;
    expect(events).toContainEqual({ kind: 'kept', stage: 'models', message: 'lexical is unchanged' });
  });

  it('refuses to start from a run that has seen its queries, or lacks the model', async () => {
    await expect(trainOn('bad', { warmStart: join(folder, 'few') }).summary).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/has learnt from \d+ of this data's \d+ judged queries/),
      hint: expect.stringContaining('other queries'),
    });
    const lacking = { models: 'two-tower', warmStart: join(folder, 'other') };
    await expect(trainOn('bad', lacking).summary).rejects.toMatchObject({
      code: 'usage',
      message: "run to start from has no trained model 'two-tower'",
      hint: expect.stringContaining('lexical'),
    });
    await expect(trainOn('bad', { warmStart: join(folder, 'nowhere') }).summary).rejects.toMatchObject({
      code: 'usage',
      message: 'folder holds no run',
    });
  });

  it('says the loss and each model’s own share while it trains', () => {
    const all = told.filter((event) => event.kind === 'progress' && event.stage === 'models');
    expect(all[0]).toMatchObject({ done: 0, total: 1, message: '0 of 3 fits are done' });
    const progress = all.slice(1);
    const shares = progress.map((event) => (event.kind === 'progress' ? event.part!.share : -1));
    expect(progress[0]).toMatchObject({ part: { name: 'lexical' }, total: 1 });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBeGreaterThan(0.7);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
    expect(told).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('each on at most 50 rows') }),
    );
  });
});
