import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportedModels } from '../../src/pipeline/exporting/models.js';
import type { LoadedRun } from '../../src/pipeline/files/load-run.js';
import type { ModelCard } from '../../src/predictions/matrix.js';
import { parseCard } from '../../src/predictions/store/card-json.js';
import { readModelPredictions } from '../../src/predictions/store/store.js';
import { writeModelFolder } from '../models/encoder/folders.js';
import { shop } from '../models/shop.js';
import { esciSelect } from './in-process.js';

const scratch = mkdtempSync(join(tmpdir(), 'cli-encoders-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const examples = shop({ queries: 24, perQuery: 6 });
const { classes } = examples.labelSpace;
const data = join(scratch, 'judgements.csv');
const run = join(scratch, 'run');
const at = (name: string) => join(scratch, name);

beforeAll(() => {
  const lines = Array.from(examples.label, (label, row) => {
    const title = examples.text!.title[row];
    return `${row},q${examples.group[row]},${examples.query[row]},P${examples.product[row]},us,${classes[label]},${title}`;
  });
  const header = 'example_id,query_id,query,product_id,product_locale,esci_label,product_title';
  writeFileSync(data, [header, ...lines, ''].join('\n'));
  const config = { id2label: { 0: 'I', 1: 'C', 2: 'S', 3: 'E' } };
  writeModelFolder(at('tiny'), { settings: { licence: 'Apache-2.0', revision: 'seed bert' } });
  writeModelFolder(at('ready'), { labels: 4, config, settings: { trainedOn: 'seen.txt' } });
  writeFileSync(at('ready/seen.txt'), `${examples.query[0]}\n`);
  writeModelFolder(at('stranger'), {
    labels: 4,
    seed: 'stranger',
    config,
    settings: { trainedOn: 'unknown' },
  });
});

function train(folder: string, models: string, ...more: string[]) {
  const quick = ['--folds', '3', '--rounds', '5', '--threads', '1', '--no-measure'];
  return esciSelect('train', '--data', data, '--run', folder, '--models', models, ...quick, ...more);
}

async function cardOf(name: string, folder = run): Promise<{ card: ModelCard; values: Float32Array }> {
  const file = readdirSync(join(folder, 'predictions')).find((each) => each.startsWith(name))!;
  return readModelPredictions(join(folder, 'predictions', file), examples.rows, classes);
}

const texts = new Set([...examples.query, ...examples.text!.title]).size;
const pairs = new Set(examples.query.map((query, row) => `${query}\n${examples.text!.title[row]}`)).size;
const seenRows = examples.query.filter((query) => query === examples.query[0]).length;

describe('train with language models', () => {
  it('reads every text once, and says what the models are', async () => {
    const { status, stdout, stderr } = await train(run, `encoder:${at('tiny')},onnx:${at('stranger')}`);
    expect(status, stderr).toBe(0);
    expect(stderr).toMatch(/\[models\] reading with encoder:tiny on onnxruntime-(node|web) \d/);
    expect(stderr).toContain(`encoder:tiny: ${texts} texts, ${texts} read now, 0 kept from earlier`);
    expect(stderr).toContain(`onnx:stranger: ${pairs} pairs of query and product, ${pairs} read now`);
    expect(stderr).toContain("warning: model 'onnx:stranger' does not say which queries it has learnt from");
    expect(stdout).toMatch(/encoder:tiny +text/);
    const { card } = await cardOf('encoder-tiny');
    expect(card).toMatchObject({ name: 'encoder:tiny', source: 'trained', covered: examples.rows });
    expect(card.pretrained).toMatchObject({
      licence: 'Apache-2.0',
      revision: 'seed bert',
      trainedOn: 'none',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      runtime: expect.stringMatching(/^onnxruntime-(node|web) \d+\.\d+\.\d+$/),
    });
    expect(card.module).toBeUndefined();
    expect(card.costs.parameters.value).toBeGreaterThan(40_000);
    expect(card.costs.bytes.value).toBeGreaterThan(150_000);
    const record = readFileSync(join(run, 'run.json'), 'utf8');
    expect(record).not.toContain(scratch);
  });

  it('keeps the models where nothing changed, and every text where the seed did', async () => {
    const models = `encoder:${at('tiny')},onnx:${at('stranger')}`;
    const same = await train(run, models);
    expect(same.stderr).toContain('encoder:tiny is unchanged');
    expect(same.stderr).toContain("warning: model 'onnx:stranger' does not say");
    const { stderr } = await train(run, models, '--seed', '8');
    expect(stderr).toContain(`encoder:tiny: ${texts} texts, 0 read now, ${texts} kept from earlier`);
    expect(stderr).toContain(`${pairs} pairs of query and product, 0 read now, ${pairs} kept from earlier`);
  });

  it('tells of kept files that were damaged, and reads again what was in them', async () => {
    const kept = join(run, '.embeddings');
    const [name] = readdirSync(kept);
    const bytes = readFileSync(join(kept, name));
    bytes[bytes.length - 1] ^= 1;
    writeFileSync(join(kept, name), bytes);
    const { status, stderr } = await train(
      run,
      `encoder:${at('tiny')},onnx:${at('stranger')}`,
      '--seed',
      '9',
    );
    expect(status).toBe(0);
    expect(stderr).toContain('file of embeddings is not as it was written, and is deleted');
    expect(stderr).toMatch(/, [1-9]\d* read now/);
    bytes[bytes.length - 1] ^= 1;
    expect(readFileSync(join(kept, name))).toEqual(bytes);
  });

  it('gives the same bytes with any number of threads', async () => {
    const models = `encoder:${at('tiny')}`;
    const hashes: string[] = [];
    for (const threads of ['1', '3']) {
      const folder = at(`threads-${threads}`);
      expect((await train(folder, models, '--threads', threads)).status).toBe(0);
      hashes.push((await cardOf('encoder-tiny', folder)).card.sha256);
      hashes.push(readdirSync(join(folder, '.embeddings')).join());
    }
    expect(hashes.slice(2)).toEqual(hashes.slice(0, 2));
  });

  it('leaves out rows whose queries a ready model has learnt from', async () => {
    const { status, stderr } = await train(
      at('ready-run'),
      `lexical,onnx:${at('ready')}`,
      '--max-train-rows',
      '60',
    );
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(
      `model 'onnx:ready' has learnt from the queries of ${seenRows} rows, which it leaves out`,
    );
    const { card, values } = await cardOf('onnx-ready', at('ready-run'));
    expect(card).toMatchObject({ covered: examples.rows - seenRows, pretrained: { trainedOn: 'queries' } });
    for (const [row, query] of examples.query.entries()) {
      expect(Number.isNaN(values[row * classes.length])).toBe(query === examples.query[0]);
    }
  });

  it('has a card that is told from a damaged one, and of which a bundle says that its weights are not in it', async () => {
    const { card } = await cardOf('encoder-tiny');
    expect(parseCard(JSON.stringify(card), 'card')).toEqual(card);
    for (const pretrained of [null, 'x', { ...card.pretrained, runtime: 1 }]) {
      expect(() => parseCard(JSON.stringify({ ...card, pretrained }), 'card')).toThrow(
        expect.objectContaining({ code: 'data', message: 'model card is damaged' }),
      );
    }
    const loaded = { matrix: { cards: [card] } } as unknown as LoadedRun;
    expect(await exportedModels(loaded, ['encoder:tiny'], [])).toEqual([
      expect.objectContaining({
        kind: 'imported',
        module: null,
        note: expect.stringContaining('whose weights are not in the bundle'),
      }),
    ]);
  });

  it('measures how long a model takes to start, and a row once it has', async () => {
    const folder = at('measured');
    const args = ['--data', data, '--run', folder, '--models', `encoder:${at('tiny')}`, '--folds', '3'];
    expect((await esciSelect('train', ...args, '--rounds', '5', '--threads', '1')).status).toBe(0);
    const costs = JSON.parse(readFileSync(join(folder, 'measured-costs.json'), 'utf8'));
    const text = JSON.stringify(costs);
    for (const name of ['latency_ms', 'latency_ms_p95', 'cold_start_ms']) expect(text).toContain(`"${name}"`);
  });

  it.each([
    ['no such folder', 'encoder:nowhere', 2, "cannot read the language model's folder: no such file"],
    ['a folder that says nothing of its training', 'onnx:tiny', 2, '(trainedOn)'],
    ['no folder', 'encoder:', 2, 'encoder: is given without a folder'],
  ])('ends with what is wrong: %s', async (_, word, expected, message) => {
    const [kind, name] = word.split(':');
    const models = name === '' ? word : `${kind}:${at(name)}`;
    const { status, stderr } = await train(at('refused'), models);
    expect(status).toBe(expected);
    expect(stderr).toContain(message);
    expect(stderr).toContain('hint: ');
  });

  it('ends with exit code 3 where the outputs are no classes', async () => {
    writeModelFolder(at('unnamed'), {
      labels: 4,
      config: { id2label: { 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2', 3: 'LABEL_3' } },
      settings: { trainedOn: 'none' },
    });
    const { status, stderr } = await train(at('refused'), `onnx:${at('unnamed')}`);
    expect(status).toBe(3);
    expect(stderr).toContain("output 0 of the model is called 'LABEL_0', which is no class");
    expect(stderr).toContain('hint: write "labels" into it: exact, substitute, complement, irrelevant');
  });
});
