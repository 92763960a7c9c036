import { beforeAll, describe, expect, it } from 'vitest';
import type { Behaviours } from '../../src/data/examples/examples.js';
import { CONFIG_FILE } from '../../src/models/files.js';
import { loadModel } from '../../src/models/load.js';
import { MODELS, modelNamed } from '../../src/models/registry.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import {
  expectEqualBytes,
  expectOverfits,
  expectRefusals,
  expectReloads,
  expectRowsApart,
} from '../properties/model-laws.js';
import { accuracy, floor, rowsWhere, shop } from './shop.js';

beforeAll(() => prepareTensorflow());

const examples = shop({ queries: 50, perQuery: 10 });
const train = rowsWhere(examples, (group) => group < 36);
const test = rowsWhere(examples, (group) => group >= 36);

/** Graph models read few of a pair's words, and lexical drops much of what it reads: they learn by heart slowly. */
const patient = { epochs: 280, learningRate: 5e-3 };
const isPatient = ({ name, family }: { name: string; family: string }) =>
  family === 'graph' || name === 'lexical';

describe.each(Object.values(MODELS))('$name', (model) => {
  // laws that hold however well it has learnt
  const brief = { model: model.withPlan({ epochs: 2 }), examples, train, test };

  it('learns more than the constant answer, and says what it is', async () => {
    const seen: number[] = [];
    const fitted = await model.fit({
      examples,
      rows: train,
      seed: 1,
      onEpoch: ({ epoch }) => seen.push(epoch),
    });
    const probabilities = await fitted.predict(examples, test);
    expect(accuracy(examples, test, probabilities)).toBeGreaterThan(floor(examples, test) + 0.08);
    for (let row = 0; row < test.length; row++) {
      const own = probabilities.subarray(row * 4, row * 4 + 4);
      expect(own.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
    }
    expect(seen).toEqual(fitted.curve.map((_, epoch) => epoch));
    expect(fitted.curve.every(({ loss, validationLoss }) => loss > 0 && validationLoss! > 0)).toBe(true);
    expect(fitted.parameters).toBeGreaterThan(1000);
    expect(fitted.bytes).toBe(
      [...(await fitted.save()).values()].reduce((sum, file) => sum + file.length, 0),
    );
    fitted.dispose();
  });

  it('gives equal bytes for the same seed, others for another, and leaves no tensors', () =>
    expectEqualBytes(brief));

  it('is reloaded bit for bit', () => expectReloads(brief));

  it('does not depend on which rows are predicted together', () => expectRowsApart(brief));

  it('refuses data without what it needs, and rows of one class', () => expectRefusals(brief));

  it('can learn 64 examples by heart', () => expectOverfits(model, isPatient(model) ? patient : {}));
});

describe('relation variants', () => {
  const variants = ['graphsage:purchases', 'gcn:clicks+adds', 'gatv2:brand+text'];

  it.each(variants)('%s is trained, saved under its name and reloaded bit for bit', async (name) => {
    const fitted = await modelNamed(name).fit({ examples, rows: train, seed: 1 });
    const probabilities = await fitted.predict(examples, test);
    expect(accuracy(examples, test, probabilities)).toBeGreaterThan(floor(examples, test));
    const files = await fitted.save();
    fitted.dispose();
    const reloaded = await loadModel(files);
    expect(await reloaded.predict({ ...examples }, test)).toEqual(probabilities);
    reloaded.dispose();
    const header = JSON.parse(Buffer.from(files.get(CONFIG_FILE)!).toString());
    expect(header.model).toBe(name);
  });

  it('hears the relations it names and no others', async () => {
    const fitted = await modelNamed('gcn:clicks+adds').fit({ examples, rows: train, seed: 1 });
    const predict = (behaviours: Partial<Behaviours>) =>
      fitted.predict({ ...examples, behaviours: { ...examples.behaviours!, ...behaviours } }, test);
    const own = await predict({});
    const none = new Float32Array(examples.behaviours!.entries);
    expect(await predict({ purchases: none, impressions: none })).toEqual(own);
    expect(await predict({ clicks: none })).not.toEqual(own);
    fitted.dispose();
  });

  it('needs what it names', async () => {
    const data = { ...examples, behaviours: null };
    await expect(
      modelNamed('gcn:clicks').fit({ examples: data, rows: train, seed: 1 }),
    ).rejects.toMatchObject({
      code: 'data',
      message: "model 'gcn:clicks' needs behaviours, and the data has none",
    });
  });
});

describe('data without text', () => {
  it.each(Object.values(MODELS).filter(({ family }) => family === 'graph'))(
    '$name works on behaviours alone, and on text alone',
    async (model) => {
      for (const part of [{ text: null }, { behaviours: null }]) {
        const data = { ...examples, ...part };
        const fitted = await model.fit({ examples: data, rows: train, seed: 1 });
        const probabilities = await fitted.predict(data, test);
        expect(probabilities.every((p) => p > 0 && p < 1)).toBe(true);
        fitted.dispose();
      }
    },
  );
});
