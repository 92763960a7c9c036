import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { ESCI } from '../../../src/data/examples/labels.js';
import { chooseModels } from '../../../src/models/choose.js';
import { openPretrained, reopenPretrained } from '../../../src/models/encoder/folder.js';
import type { PretrainedKind } from '../../../src/models/encoder/kind.js';
import { outputMeaning } from '../../../src/models/encoder/labels.js';
import { bertOnnx, randomBert } from './bert.js';
import { SHAPE, writeModelFolder } from './folders.js';

const scratch = mkdtempSync(join(tmpdir(), 'encoder-folder-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let folder = '';
beforeEach(() => {
  rmSync(join(scratch, 'tiny bert'), { recursive: true, force: true });
  folder = writeModelFolder(join(scratch, 'tiny bert'));
});

const write = (name: string, content: unknown) =>
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));

interface Refused {
  readonly code: string;
  readonly message: string;
  readonly path?: string;
  readonly hint: string;
}

async function refusal(kind: PretrainedKind = 'encoder', path = folder): Promise<Refused> {
  return openPretrained(kind, path).then(
    () => expect.fail('it was taken'),
    (error) => error,
  );
}

describe('a folder of a language model', () => {
  it('is known by its name, content and runtime', async () => {
    const { name, folders, sha256, settings } = await openPretrained('encoder', folder);
    expect({ name, settings }).toEqual({ name: 'encoder:tiny bert', settings: {} });
    expect(folders).toHaveLength(1);
    expect(folders[0]).toMatchObject({ maxTokens: 40, types: 2, pooling: 'mean', outputs: null });
    expect(folders[0].bytes).toBeGreaterThan(readFileSync(join(folder, 'model.onnx')).length);
    expect((await openPretrained('encoder', folder)).sha256).toBe(sha256);
    write('esci-select.json', { licence: 'MIT', revision: '1', name: 'mini' });
    const renamed = await openPretrained('encoder', folder);
    expect(renamed).toMatchObject({ name: 'encoder:mini', sha256, settings: { licence: 'MIT' } });
  });

  it.each([
    ['another cut', { maxTokens: 12 }],
    ['another pooling', { pooling: 'cls' }],
    ['another template', { template: { product: '{title} {brand}' } }],
  ])('is another with %s', async (_, settings) => {
    const { sha256 } = await openPretrained('encoder', folder);
    write('esci-select.json', settings);
    expect((await openPretrained('encoder', folder)).sha256).not.toBe(sha256);
  });

  it('is another with other weights or another tokenizer, and is refused where it changes while in use', async () => {
    const before = await openPretrained('encoder', folder);
    const tokenizer = JSON.parse(readFileSync(join(folder, 'tokenizer.json'), 'utf8'));
    tokenizer.normalizer.lowercase = false;
    write('tokenizer.json', tokenizer);
    const other = await openPretrained('encoder', folder);
    expect(other.sha256).not.toBe(before.sha256);
    await expect(reopenPretrained(before)).rejects.toMatchObject({
      code: 'usage',
      message: 'language model has changed while it was in use',
    });
    await expect(reopenPretrained(other)).resolves.toMatchObject({ sha256: other.sha256 });
    appendFileSync(join(folder, 'model.onnx'), Buffer.of(10, 0)); // a field that nobody knows, empty
    expect((await openPretrained('encoder', folder)).sha256).not.toBe(other.sha256);
  });

  it('may have its model in onnx/, its pooling beside it, and positions that begin later', async () => {
    mkdirSync(join(folder, 'onnx'));
    renameSync(join(folder, 'model.onnx'), join(folder, 'onnx/model.onnx'));
    mkdirSync(join(folder, '1_Pooling'));
    write('1_Pooling/config.json', { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false });
    write('config.json', { ...SHAPE, model_type: 'xlm-roberta' });
    const { folders } = await openPretrained('encoder', folder);
    expect(folders[0]).toMatchObject({ pooling: 'cls', maxTokens: 38 });
    write('1_Pooling/config.json', { pooling_mode_max_tokens: true });
    expect(await refusal()).toMatchObject({
      code: 'data',
      message: 'model was made for a pooling other than mean and cls',
      hint: 'write "pooling": "mean" or "cls" into esci-select.json to use it with that',
    });
    write('esci-select.json', { pooling: 'mean' });
    expect((await openPretrained('encoder', folder)).folders[0].pooling).toBe('mean');
  });
});

describe('a folder that lacks something', () => {
  it.each(['tokenizer.json', 'config.json'])('is refused without %s', async (name) => {
    rmSync(join(folder, name));
    expect(await refusal()).toMatchObject({
      code: 'usage',
      message: 'cannot read a file of the language model: no such file',
      path: join(folder, name),
      hint: expect.stringContaining('model.onnx, tokenizer.json and config.json'),
    });
  });

  it('is refused without a model, with the command that exports it', async () => {
    rmSync(join(folder, 'model.onnx'));
    expect(await refusal()).toMatchObject({
      code: 'usage',
      message: 'folder has neither model.onnx nor onnx/model.onnx',
      path: folder,
      hint: expect.stringContaining('optimum-cli export onnx'),
    });
  });

  it.each([
    ['no folder', 'nowhere', "cannot read the language model's folder: no such file"],
    ['a file', 'tiny bert/config.json', 'a file is given where the folder of a language model is due'],
  ])('is refused where it is %s', async (_, name, message) => {
    expect(await refusal('encoder', join(scratch, name))).toMatchObject({
      code: 'usage',
      message,
      hint: expect.stringContaining('--models lexical,encoder:./minilm'),
    });
    expect(await refusal('onnx', ' ')).toMatchObject({
      code: 'usage',
      message: 'onnx: is given without a folder',
    });
  });

  it.each([
    ['usage', 'model.onnx_data', 'cannot read weights of the model: no such file'],
    ['data', '../weights', "model keeps weights in '../weights', outside of its folder"],
    ['data', '/etc/weights', "model keeps weights in '/etc/weights', outside of its folder"],
  ])('is refused (%s) where weights are in %s', async (code, beside, message) => {
    const model = bertOnnx(SHAPE, randomBert(SHAPE, 'bert'), { beside, writeBeside: () => {} });
    writeFileSync(join(folder, 'model.onnx'), model);
    expect(await refusal()).toMatchObject({ code, message });
  });

  it.each([
    ['tokenizer.json', '{', 'file is not JSON'],
    ['config.json', '[]', 'content is not what it should be'],
    [
      'config.json',
      '{"max_position_embeddings":"x"}',
      "field 'max_position_embeddings' is not what it should be",
    ],
    ['esci-select.json', '{"poolin":"mean"}', "field 'poolin' is unknown"],
    ['esci-select.json', '{"pooling":"max"}', "field 'pooling' is not what it should be"],
    ['esci-select.json', '{"template":{"query":"query"}}', "field 'template.query' is not what it should be"],
    ['esci-select.json', '{"template":{"product":"{price}"}}', "template.product has the field 'price'"],
    ['esci-select.json', '{"template":{"query":"{title}"}}', "template.query has the field 'title'"],
    ['esci-select.json', '{"maxTokens":41}', 'maxTokens is 41, and the model has 40 positions'],
    ['esci-select.json', '{"name":"a/b"}', "field 'name' is not what it should be"],
    ['model.onnx', 'version https://git-lfs.github.com/spec/v1', 'file is not a complete ONNX model'],
  ])('is refused where %s is %s', async (name, content, message) => {
    write(name, content);
    const error = await refusal();
    expect(error).toMatchObject({ code: 'data', message: expect.stringContaining(message) });
    expect(error.path).toBe(join(folder, name));
    expect(error.hint).not.toBe('');
  });
});

describe('what a ready model was trained on', () => {
  const ready = (settings: Record<string, unknown>, config: Record<string, unknown> = {}) => {
    write('esci-select.json', settings);
    write('config.json', { ...SHAPE, id2label: { 0: 'E', 1: 'S', 2: 'C', 3: 'I' }, ...config });
  };

  it('is asked for by the name of its field', async () => {
    ready({});
    expect(await refusal('onnx')).toMatchObject({
      code: 'usage',
      message: 'the ready model does not say what it was trained on (trainedOn)',
      path: join(folder, 'esci-select.json'),
      hint: expect.stringContaining('"none", "unknown", "per-fold", or the name of a file of queries'),
    });
    expect((await openPretrained('encoder', folder)).folders[0].trainedOn.kind).toBe('none');
  });

  it.each(['none', 'unknown'])('may be %s', async (trainedOn) => {
    ready({ trainedOn });
    expect((await openPretrained('onnx', folder)).folders[0].trainedOn.kind).toBe(trainedOn);
  });

  it('may be a file of queries, which is part of what the model is', async () => {
    ready({ trainedOn: 'queries.txt' });
    expect(await refusal('onnx')).toMatchObject({
      code: 'usage',
      message: 'cannot read the queries that trainedOn names: no such file',
      path: join(folder, 'queries.txt'),
    });
    write('queries.txt', '\ufeffRed  Lamp\r\n\r\nblue tent\n');
    const { folders, sha256 } = await openPretrained('onnx', folder);
    expect(folders[0].trainedOn).toMatchObject({
      kind: 'queries',
      queries: new Set(['red lamp', 'blue tent']),
    });
    write('queries.txt', 'red lamp\n');
    expect((await openPretrained('onnx', folder)).sha256).not.toBe(sha256);
    write('queries.txt', ' \n');
    expect(await refusal('onnx')).toMatchObject({ code: 'data', path: join(folder, 'queries.txt') });
  });

  it('may be said of a model for each fold', async () => {
    ready({ trainedOn: 'per-fold', name: 'folds' });
    expect(await refusal('onnx')).toMatchObject({
      code: 'usage',
      message: 'trainedOn is "per-fold", and the folder has 0 of fold-1, fold-2, ...',
    });
    for (const fold of [1, 2, 10]) {
      const settings = { trainedOn: 'seen.txt' };
      const config = { id2label: { 0: 'E', 1: 'S', 2: 'C', 3: 'I' } };
      const path = writeModelFolder(join(folder, `fold-${fold}`), {
        seed: `${fold}`,
        labels: 4,
        config,
        settings,
      });
      writeFileSync(join(path, 'seen.txt'), `query ${fold}\n`);
    }
    const { name, folders } = await openPretrained('onnx', folder);
    expect(name).toBe('onnx:folds');
    expect(folders.map(({ path }) => path)).toEqual([1, 2, 10].map((fold) => join(folder, `fold-${fold}`)));
    expect(await refusal('encoder')).toMatchObject({
      code: 'data',
      message: 'trainedOn is "per-fold" where one model is due',
    });
  });
});

describe('the outputs of a ready model', () => {
  const meaning = (names: readonly string[]) => outputMeaning(names, ESCI, 'folder');

  it('are classes by their names, whatever their places', () => {
    const named = { kind: 'classes', outputOf: [2, 3, 1, 0] };
    expect(meaning(['irrelevant', 'complement', 'exact', 'substitute'])).toEqual(named);
    expect(meaning(['I', 'c', 'E', 's'])).toEqual(named);
    expect(meaning(['IRRELEVANT', 'Complement', 'e', 'Substitute'])).toEqual(named);
    expect(meaning(['LABEL_0'])).toEqual({ kind: 'score' });
  });

  it.each([
    [
      ['LABEL_0', 'LABEL_1', 'LABEL_2', 'LABEL_3'],
      "output 0 of the model is called 'LABEL_0', which is no class",
    ],
    [['E', 'exact', 'C', 'I'], "two outputs of the model are called 'exact'"],
    [['E', 'S', 'I'], "model has no output for the class 'complement'"],
  ])('are refused where they are %j', (names, message) => {
    expect(() => meaning(names)).toThrow(expect.objectContaining({ code: 'data', message }));
  });

  it('are named by esci-select.json, else by id2label in the order of its numbers', async () => {
    const outputs = async () => (await openPretrained('onnx', folder)).folders[0].outputs;
    write('esci-select.json', { trainedOn: 'none' });
    expect(await refusal('onnx')).toMatchObject({
      code: 'usage',
      message: 'config.json does not say what the outputs are called (id2label)',
      hint: expect.stringContaining('["score"] for a reranker'),
    });
    write('config.json', { ...SHAPE, id2label: { 1: 'S', 0: 'E', 3: 'I', 2: 'C' } });
    expect(await outputs()).toEqual(['E', 'S', 'C', 'I']);
    write('config.json', { ...SHAPE, id2label: { 1: 'S', 2: 'E' } });
    expect(await refusal('onnx')).toMatchObject({
      code: 'data',
      message: 'id2label numbers the outputs 1, 2, expected 0, 1, ...',
    });
    write('esci-select.json', { trainedOn: 'none', labels: ['I', 'C', 'S', 'E'] });
    expect(await outputs()).toEqual(['I', 'C', 'S', 'E']);
  });
});

describe('--models', () => {
  it('takes language models beside names, once each', async () => {
    const chosen = await chooseModels(`lexical, encoder:${folder},encoder:${folder}/`);
    expect(chosen.map(({ model }) => model.name)).toEqual(['lexical', 'encoder:tiny bert']);
    expect(chosen[1]).toMatchObject({ optional: false, origin: { kind: 'encoder', path: folder } });
    const asList = await chooseModels(['lexical', `encoder:${folder}`]);
    expect(asList.map(({ model }) => model.name)).toEqual(['lexical', 'encoder:tiny bert']);
  });

  it('refuses two of one name with what to write where', async () => {
    const other = writeModelFolder(join(scratch, 'other/tiny bert'), { seed: 'other' });
    await expect(chooseModels(`encoder:${folder},encoder:${other}`)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining("model 'encoder:tiny bert' is given twice"),
      hint: expect.stringContaining('write another "name" into the esci-select.json of one of them'),
    });
  });
});
