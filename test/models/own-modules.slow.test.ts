import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readExamples } from '../../src/data/examples/file.js';
import { EsciSelectError } from '../../src/errors.js';
import { sha256 } from '../../src/io/hash.js';
import { chooseModels } from '../../src/models/choose.js';
import type { FittedModel, Model } from '../../src/models/model.js';
import { MODELS } from '../../src/models/registry.js';
import { TRAIN_DEFAULTS, type TrainOptions, train } from '../../src/pipeline.js';
import { readModelPredictions } from '../../src/predictions/store/store.js';
import { esciSelectIn } from '../cli/spawn.js';
import { fenced, ROOT } from '../docs/markdown.js';
import { contents, listening } from '../pipeline/task.js';
import { shop } from './shop.js';

const built = existsSync(join(ROOT, 'dist/models/cross-fit.worker.js'));
const folder = mkdtempSync(join(tmpdir(), 'esci-own-modules-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];
const [moduleCode, programCode] = fenced(readFileSync(join(ROOT, 'docs/own-models.md'), 'utf8'), 'js');
const mine = writeModule('mine.mjs', moduleCode);

function writeModule(name: string, code: string): string {
  writeFileSync(join(folder, name), code);
  return join(folder, name);
}

const shopOf = (seed: number) => shop({ queries: 30, perQuery: 6, seed });
const { rows: ROWS, label: LABELS } = shopOf(1);

/** A small shop as CSV; every fifth query is test. Queries get an ending, so that two shops share none unless told. */
function writeShop(name: string, ending: string, seed: number): string {
  const { rows, query, group, productId, label, text } = shopOf(seed);
  const lines = Array.from({ length: rows }, (_, row) => {
    const split = group[row] % 5 === 0 ? 'test' : 'train';
    const cells = [row, `${query[row]} ${ending}`, group[row], productId[row], 'us'];
    return [...cells, text!.title[row], text!.brand[row] ?? '', split, CLASSES[label[row]]].join(',');
  });
  const keys = 'example_id,query,query_id,product_id,product_locale';
  const head = `${keys},product_title,product_brand,split,esci_label`;
  writeFileSync(join(folder, name), `${[head, ...lines].join('\n')}\n`);
  return join(folder, name);
}

const data = writeShop('shop.csv', 'now', 1);

function options(run: string, more: Partial<TrainOptions> = {}): TrainOptions {
  return {
    ...TRAIN_DEFAULTS,
    run: join(folder, run),
    data: [data],
    models: [{ module: mine }],
    folds: 2,
    boosting: { rounds: 5, learningRate: 0.2 },
    measure: false,
    ...more,
  };
}

const predictionsOf = (run: string, model: string) =>
  readModelPredictions(join(folder, run, 'predictions', `${model}.arrow`), ROWS, CLASSES);

describe.skipIf(!built)("a user's module, that of the docs (needs the build)", { timeout: 120_000 }, () => {
  beforeAll(() => train(options('one'), listening(1).context));

  it('is trained, ranked, tried against and reported by the command line, and explained', () => {
    const cli = (...args: string[]) => {
      const { status, stdout, stderr } = esciSelectIn(folder, ...args);
      expect(status, stderr).toBe(0);
      return stdout;
    };
    const quick = ['--folds', '2', '--rounds', '10', '--learning-rate', '0.2', '--max-train-rows', '80'];
    const trained = cli('train', '--data', data, '--models', 'lexical,./mine.mjs', '--run', 'cli', ...quick);
    expect(trained).toMatch(/word-overlap +words +80 of \d+ +60 /);
    const { models } = JSON.parse(readFileSync(join(folder, 'cli/run.json'), 'utf8')).options;
    expect(models).toBe(`lexical,word-overlap (module ${sha256(moduleCode)})`);
    expect(cli('rank', '--run', 'cli', '--budget', '1', '--replicates', '100')).toContain('word-overlap');
    const lines = Array.from({ length: ROWS }, (_, row) =>
      [row, ...CLASSES.map((_name, k) => (k === LABELS[row] ? 0.97 : 0.01))].join(','),
    );
    const head = ['example_id', ...CLASSES.map((name) => `p_${name}`)].join(',');
    writeFileSync(join(folder, 'newcomer.csv'), `${[head, ...lines].join('\n')}\n`);
    const tried = esciSelectIn(folder, 'trial', '--run', 'cli', '--replicates', '100', 'newcomer.csv');
    expect([0, 1], tried.stderr).toContain(tried.status); // accepted or rejected: either is an answer
    expect(tried.stdout).toContain('newcomer');
    cli('report', '--run', 'cli', '--format', 'json');
    const report = readFileSync(join(folder, 'cli/report/report.json'), 'utf8');
    expect(report).toContain('"word-overlap"');
    expect(report).not.toContain(folder);
    expect(cli('explain', '--example', '5', '--run', 'cli')).toContain('word-overlap');
  });

  it('reads back: what the run holds loads, and predicts the test rows as stored, above the constant answer', async () => {
    const { card, values } = await predictionsOf('one', 'word-overlap');
    expect(card).toMatchObject({ source: 'trained', family: 'words', module: sha256(moduleCode) });
    expect(card.notes[0]).toContain('softmax regression');
    const { default: model } = (await import(pathToFileURL(mine).href)) as { default: Model };
    const saved = readFileSync(join(folder, 'one/models/word-overlap/weights.json'));
    const loaded = await model.load(new Map([['weights.json', saved]]));
    const examples = await readExamples(join(folder, 'one/examples.arrow'), { text: true });
    const test = Int32Array.from(examples.split.keys()).filter((row) => examples.split[row] === 2);
    expect(test.length).toBeGreaterThan(20);
    const stored = Array.from(test).flatMap((row) => [...values.subarray(row * 4, row * 4 + 4)]);
    expect(await loaded.predict(examples, test)).toEqual(Float32Array.from(stored));
    const right = (row: number) => {
      const own = values.subarray(row * 4, row * 4 + 4);
      return own.indexOf(Math.max(...own)) === examples.label[row];
    };
    const share = (rows: number[]) => rows.length / ROWS;
    const all = [...Array(ROWS).keys()];
    const constant = Math.max(
      ...CLASSES.map((_, k) => share(all.filter((row) => examples.label[row] === k))),
    );
    expect(share(all.filter(right))).toBeGreaterThan(constant + 0.05);
  });

  it('gives equal bytes at any number of threads, is kept while it is unchanged, and trained anew once edited', async () => {
    const edited = writeModule('edited.mjs', moduleCode);
    const models = [{ module: edited }];
    await train(options('two', { models }), listening(2).context);
    expect(contents(join(folder, 'two'))).toEqual(contents(join(folder, 'one')));
    const kept = async () => {
      const { context, events } = listening(2);
      await train(options('two', { models }), context);
      return events.flatMap((event) =>
        event.kind === 'kept' && event.stage === 'models' ? [event.message] : [],
      );
    };
    expect(await kept()).toEqual(['word-overlap is unchanged']);
    const before = await predictionsOf('two', 'word-overlap');
    writeModule('edited.mjs', moduleCode.replace('const EPOCHS = 60', 'const EPOCHS = 30'));
    expect(await kept()).toEqual([]);
    const after = await predictionsOf('two', 'word-overlap');
    expect(after.values).not.toEqual(before.values);
    expect(after.card.module).not.toBe(before.card.module);
  });

  it('starts from the files that it saved in another run', async () => {
    const other = writeShop('other.csv', 'then', 2);
    const curveOf = (run: string) =>
      JSON.parse(readFileSync(join(folder, run, 'models/word-overlap/curves.json'), 'utf8'))[0].points;
    const warmStart = join(folder, 'one');
    await train(options('cold', { data: [other] }), listening(2).context);
    await train(options('warm', { data: [other], warmStart }), listening(2).context);
    expect(curveOf('cold')[0].loss).toBeCloseTo(Math.log(4), 6);
    expect(curveOf('warm')[0].loss).toBeLessThan(curveOf('cold')[0].loss - 0.1);
  });

  it('stands beside a live object in the program of the docs, with equal predictions', async () => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/esci-select'), 'dir');
    const small = `data: ['shop.csv'], folds: 2, measure: false, boosting: { rounds: 5 }, run: 'my-run'`;
    const code = programCode.replace("run: 'my-run'", small);
    expect(code).not.toBe(programCode);
    writeModule('program.mjs', code);
    const { status, stderr } = spawnSync(process.execPath, ['program.mjs'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
    const inModule = await predictionsOf('my-run', 'word-overlap');
    const live = await predictionsOf('my-run', 'live-overlap');
    expect(live.values).toEqual(inModule.values);
    expect(live.card.module).toBeUndefined();
    const { models } = JSON.parse(readFileSync(join(folder, 'my-run/run.json'), 'utf8')).options;
    expect(models).toBe(`lexical,word-overlap (module ${sha256(moduleCode)}),live-overlap (live)`);
  });

  it('says in which module and thread it failed, without a second try', async () => {
    const broken = writeModule(
      'broken.mjs',
      moduleCode.replace('const curve = [];', "throw new Error('no luck');"),
    );
    await expect(train(options('broken', { models: [broken] }), listening(2).context)).rejects.toMatchObject({
      code: 'model',
      message: "model 'word-overlap' failed in fit: Error: no luck",
      path: broken,
      stack: expect.stringContaining('broken.mjs'),
    });
  });

  it('a live object is trained anew each time, and an abort is heard between its fits', async () => {
    const { default: model } = (await import(pathToFileURL(mine).href)) as { default: Model };
    let fits = 0;
    const counted: Model = {
      ...model,
      fit: (input) => {
        fits++;
        return model.fit(input);
      },
    };
    await train(options('live', { models: [counted] }), listening(2).context);
    await train(options('live', { models: [counted] }), listening(2).context);
    expect(fits).toBe(6);
    const controller = new AbortController();
    const stopping: Model = {
      ...counted,
      fit: (input) => {
        controller.abort();
        return counted.fit(input);
      },
    };
    await expect(
      train(options('live', { models: [stopping] }), listening(2, controller.signal).context),
    ).rejects.toMatchObject({ code: 'interrupted' });
    expect(fits).toBe(7);
  });
});

describe.skipIf(!built)('a module that cannot be used, on the command line (needs the build)', () => {
  it.each([
    [
      'half.mjs',
      'export default {',
      'SyntaxError: Unexpected end of input',
      'it is imported as an ES module',
    ],
    ['typed.ts', 'enum Some { One }\nexport default Some;', 'Error', 'compile it to JavaScript first'],
  ])('%s ends with exit code 2, and no run is begun', (name, code, message, hint) => {
    writeModule(name, code);
    const { status, stderr } = esciSelectIn(folder, 'train', '--models', `./${name}`, '--run', 'none');
    expect(status).toBe(2);
    expect(stderr).toContain(`${join(folder, name)}: model module cannot be imported: `);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('choosing models', () => {
  const named = async (choice: Parameters<typeof chooseModels>[0]) =>
    (await chooseModels(choice)).map(({ model }) => model.name);
  const refusal = (choice: Parameters<typeof chooseModels>[0]) =>
    chooseModels(choice).then(
      () => expect.unreachable(),
      (error: EsciSelectError) => ({
        error: `${error.code}: ${error.message}`,
        path: error.path,
        hint: error.hint,
      }),
    );

  it('puts the own after the registered ones, and takes a module given twice once', async () => {
    expect(await named(`${mine},graphsage,lexical,${mine}`)).toEqual([
      'lexical',
      'graphsage',
      'word-overlap',
    ]);
    expect(await named(['all', { module: pathToFileURL(mine) }])).toEqual([
      ...Object.keys(MODELS).filter((name) => name !== 'cross-encoder'),
      'word-overlap',
    ]);
    expect(await named('none')).toEqual([]);
    expect(await named([])).toEqual([]);
    const chosen = await chooseModels(`all,lexical,${mine}`);
    const optional = chosen.filter((one) => !one.optional).map(({ model }) => model.name);
    expect(optional).toEqual(['lexical', 'word-overlap']);
  });

  it('takes a model exported by name, and one of a CommonJS module', async () => {
    const byName = writeModule('named.mjs', moduleCode.replace('export default', 'export const model ='));
    const common = writeModule('common.cjs', moduleCode.replace('export default', 'module.exports ='));
    expect(await named([byName])).toEqual(['word-overlap']);
    expect(await named([common])).toEqual(['word-overlap']);
  });

  it.each([
    ['a file that is not there', null, /^usage: cannot read model module: no such file$/, /--models lexical/],
    ['a syntax error', 'export default {', /^usage: model module cannot be imported: /, /ES module/],
    ['a throwing module', "throw new TypeError('oh')", /cannot be imported: TypeError: oh$/, /ES module/],
    ['no model', 'export const a = 1, b = 2;', /exports a, b, expected a model$/, /default or as `model`/],
    ['no exports', '', /exports nothing, expected a model$/, /own-models\.md/],
    [
      'a number',
      'export default 3',
      /^usage: model of the module is '3', expected an object$/,
      /name, family/,
    ],
    [
      'no fit',
      moduleCode.replace('async fit(', 'async fitt('),
      /has the fit 'undefined', expected a function/,
      /load/,
    ],
    [
      'no load',
      moduleCode.replace('  load: ', '  lode: '),
      /has the load 'undefined', expected a function/,
      /load/,
    ],
    ['a need that is none', moduleCode.replace("['text']", "['txt']"), /has the needs 'txt'/, /needs/],
    [
      'a name with a comma',
      moduleCode.replace("'word-overlap'", "'a,b'"),
      /has the name 'a,b', expected letters/,
      /name/,
    ],
    ['no family', moduleCode.replace("'words'", 'null'), /has the family 'null', expected a text/, /family/],
    [
      'an effort of 0',
      moduleCode.replace("family: 'words'", "family: 'words', effort: 0"),
      /has the effort '0'/,
      /./,
    ],
    [
      'a registered name',
      moduleCode.replace("'word-overlap'", "'lexical'"),
      /named 'lexical', as a model/,
      /another name/,
    ],
  ])('refuses %s, with path and hint', async (what, code, message, hint) => {
    const path = join(folder, `${what.replaceAll(' ', '-')}.mjs`);
    if (code !== null) writeFileSync(path, code);
    const refused = await refusal([path]);
    expect(refused.error).toMatch(message);
    expect(refused.path).toBe(path);
    expect(refused.hint).toMatch(hint);
  });

  it('refuses two models of one name, and objects that are no models', async () => {
    const copy = writeModule('copy.mjs', moduleCode);
    expect(await refusal([mine, copy])).toMatchObject({
      error: `usage: model 'word-overlap' is given twice, first by ${mine}`,
      path: copy,
    });
    expect((await refusal(['lexicl', mine])).hint).toContain("did you mean 'lexical'?");
    expect((await refusal([{} as Model])).error).toContain(
      "model given as an object has the name 'undefined'",
    );
  });
});

describe("what is checked of a user's model", () => {
  const examples = shop({ queries: 10, perQuery: 4 });
  const rows = Int32Array.from(examples.id.keys());
  const size = examples.rows * 4;
  const fitted: FittedModel = {
    parameters: 1,
    bytes: 1,
    curve: [{ epoch: 0, loss: 1, validationLoss: null }],
    predict: async (_examples, asked) => new Float32Array(asked.length * 4).fill(0.25),
    save: async () => new Map([['a.json', Uint8Array.of(1)]]),
    dispose() {},
  };
  const modelOf = (change: object): Model => ({
    name: 'mine',
    family: 'mine',
    description: 'answers alike',
    needs: ['text'],
    fit: async () => ({ ...fitted, ...change }),
    load: async () => ({ ...fitted, ...change }),
  });
  const outcome = async (change: object) => {
    const [{ model }] = await chooseModels([modelOf(change)]);
    const made = await model.fit({ examples, rows, seed: 1 });
    return { probabilities: await made.predict(examples, rows), files: await made.save() };
  };
  const predicts = (values: Float32Array | number[]) => ({ predict: async () => values });

  it('lets through what is right', async () => {
    const { probabilities, files } = await outcome({});
    expect(probabilities).toEqual(new Float32Array(size).fill(0.25));
    expect(files).toEqual(new Map([['a.json', Uint8Array.of(1)]]));
  });

  it.each([
    [
      'numbers of other rows',
      predicts(new Float32Array(4)),
      `predicts 4 numbers for ${examples.rows} rows of 4 classes`,
    ],
    [
      'a plain list',
      predicts(new Array(size).fill(0.25)),
      `predicts no Float32Array for ${examples.rows} rows`,
    ],
    ['no probabilities', predicts(new Float32Array(size).fill(0.5)), 'predicts 0.5, 0.5, 0.5, 0.5 for row 0'],
    ['NaN', predicts(new Float32Array(size).fill(Number.NaN)), 'predicts NaN, NaN'],
    [
      'negatives',
      predicts(Float32Array.from({ length: size }, (_, at) => [1.5, -0.5, 0, 0][at % 4])),
      '1.5, -0.5',
    ],
    ['no curve', { curve: [] }, 'at least one of them'],
    ['a curve without losses', { curve: [{ epoch: 0 }] }, '{ epoch, loss, validationLoss }'],
    ['no dispose', { dispose: undefined }, 'without dispose()'],
    ['parameters that are no count', { parameters: -1 }, '-1 parameters, expected a whole number'],
    ['a file outside', { save: async () => new Map([['../a', new Uint8Array(1)]]) }, "a file named '../a'"],
    [
      'a file of ours',
      { save: async () => new Map([['curves.json', new Uint8Array(1)]]) },
      'other than curves.json',
    ],
    ['a file of text', { save: async () => new Map([['a', 'text']]) }, "the file 'a' without bytes"],
    ['files in an object', { save: async () => ({}) }, 'saves no Map of files'],
  ])('refuses %s', async (_what, change, message) => {
    const error = await outcome(change).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(EsciSelectError);
    expect(error).toMatchObject({ code: 'model', hint: expect.stringContaining('docs/own-models.md') });
    expect(error.message).toContain("model 'mine'");
    expect(error.message).toContain(message);
  });

  it('asks for what the model needs before it is called', async () => {
    const [{ model }] = await chooseModels([modelOf({})]);
    const blind = { ...examples, text: null };
    await expect(model.fit({ examples: blind, rows, seed: 1 })).rejects.toMatchObject({ code: 'data' });
  });

  it.skipIf(!built)('finds a model that is another once saved and loaded', async () => {
    const forgetful: Model = {
      ...modelOf({}),
      name: 'forgetful',
      load: async () => ({
        ...fitted,
        predict: async (_examples, asked) =>
          Float32Array.from({ length: asked.length * 4 }, (_, at) => [0.7, 0.1, 0.1, 0.1][at % 4]),
      }),
    };
    await expect(
      train(options('forgetful', { models: [forgetful] }), listening(1).context),
    ).rejects.toMatchObject({
      code: 'model',
      message: expect.stringContaining('once saved and loaded, 0.25 before'),
    });
  });
});
