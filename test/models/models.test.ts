import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/io/hash.js';
import { createRandom } from '../../src/math/random.js';
import { ARRAYS_FILE, CONFIG_FILE } from '../../src/models/files.js';
import { gatv2Recipe } from '../../src/models/graph/gatv2.js';
import { gcnRecipe } from '../../src/models/graph/gcn.js';
import { graphsageRecipe } from '../../src/models/graph/graphsage.js';
import { RELATION_NAMES } from '../../src/models/graph/relation-names.js';
import { loadModel } from '../../src/models/load.js';
import type { FittedModel } from '../../src/models/model.js';
import { neuralModel, type TrainingPlan } from '../../src/models/neural.js';
import { MODELS } from '../../src/models/registry.js';
import { crossEncoderRecipe } from '../../src/models/text/cross-encoder.js';
import { lexicalRecipe } from '../../src/models/text/lexical.js';
import { twoTowerRecipe } from '../../src/models/text/two-tower.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { accuracy, behave, examplesOf, floor, rowsWhere, shop } from './shop.js';

beforeAll(() => prepareTensorflow());

const models = Object.values(MODELS);
const examples = shop({ queries: 50, perQuery: 10 });
const train = rowsWhere(examples, (group) => group < 36);
const test = rowsWhere(examples, (group) => group >= 36);

/** All files as one hash: comparing megabytes element by element is slow. */
async function savedHash(fitted: FittedModel): Promise<string> {
  return sha256(Buffer.concat([...(await fitted.save()).values()]));
}

describe.each(models)('$name', (model) => {
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

  it('gives equal bytes for the same seed, others for another, and leaves no tensors', async () => {
    const tensors = tf.memory().numTensors;
    const outcome = async (seed: number) => {
      const fitted = await model.fit({ examples: { ...examples }, rows: train, seed });
      const result = { probabilities: await fitted.predict(examples, test), files: await savedHash(fitted) };
      fitted.dispose();
      return result;
    };
    const first = await outcome(4);
    expect(await outcome(4)).toEqual(first);
    expect((await outcome(5)).probabilities).not.toEqual(first.probabilities);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('is reloaded bit for bit', async () => {
    const fitted = await model.fit({ examples, rows: train, seed: 2 });
    const files = await fitted.save();
    expect([...files.keys()]).toEqual([CONFIG_FILE, ARRAYS_FILE]);
    const expected = await fitted.predict(examples, test);
    fitted.dispose();
    const reloaded = await loadModel(files);
    expect(await reloaded.predict({ ...examples }, test)).toEqual(expected);
    expect(reloaded.parameters).toBe(fitted.parameters);
    expect(reloaded.curve.map(({ loss }) => Math.fround(loss))).toEqual(
      fitted.curve.map(({ loss }) => Math.fround(loss)),
    );
    expect(await savedHash(reloaded)).toBe(sha256(Buffer.concat([...files.values()])));
    reloaded.dispose();
  });

  it('does not depend on which rows are predicted together', async () => {
    const fitted = await model.fit({ examples, rows: train, seed: 2 });
    const together = await fitted.predict(examples, test);
    const alone = await fitted.predict(examples, test.slice(5, 6));
    expect(alone).toEqual(together.slice(20, 24));
    expect(await fitted.predict(examples, new Int32Array(0))).toHaveLength(0);
    fitted.dispose();
  });

  it('refuses data without what it needs, and rows of one class', async () => {
    const bare = { ...examples, text: null, behaviours: null };
    await expect(model.fit({ examples: bare, rows: train, seed: 1 })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining(`model '${model.name}' needs`),
      hint: expect.stringContaining('--models'),
    });
    const onlyExact = train.filter((row) => examples.label[row] === 0);
    await expect(model.fit({ examples, rows: onlyExact, seed: 1 })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('at least 2 classes'),
    });
  });
});

describe('capacity', () => {
  // texts that differ and labels that follow no rule: only learning by heart fits them
  const random = createRandom('by heart');
  const word = () => `w${random.integer(200)}`;
  const pairs = Array.from({ length: 64 }, (_, at) => ({
    group: at >> 3,
    product: at,
    label: random.integer(4),
  }));
  const queryText = Array.from({ length: 8 }, () => `${word()} ${word()} ${word()}`);
  const titles = pairs.map(({ group }) =>
    [
      ...queryText[group].split(' ').slice(0, random.integer(4)),
      ...Array.from({ length: 1 + random.integer(9) }, word),
    ]
      .sort()
      .join(' '),
  );
  const few = examplesOf({
    pairs,
    queryText,
    titles,
    brands: titles.map(word),
    behaviours: behave(pairs, random),
  });
  const rows = rowsWhere(few, () => true);
  const plan = { epochs: 160, batchRows: 32, weightDecay: 0, classWeightPower: 0, learningRate: 1e-2 };
  const longer = <T extends { plan: TrainingPlan }>(recipe: T) => ({
    ...recipe,
    plan: { ...recipe.plan, ...plan },
  });

  it.each([
    neuralModel(longer(lexicalRecipe)),
    neuralModel(longer(twoTowerRecipe)),
    neuralModel(longer(crossEncoderRecipe)),
    neuralModel(longer(graphsageRecipe('graphsage', RELATION_NAMES))),
    neuralModel(longer(gcnRecipe('gcn', RELATION_NAMES))),
    neuralModel(longer(gatv2Recipe('gatv2', RELATION_NAMES))),
  ])('$name can overfit 64 examples', async (model) => {
    const fitted = await model.fit({ examples: few, rows, seed: 1 });
    const probabilities = await fitted.predict(few, rows);
    const loss = rows.reduce((sum, row) => sum - Math.log(probabilities[row * 4 + few.label[row]]), 0) / 64;
    expect(loss).toBeLessThan(0.1);
    fitted.dispose();
  });
});

describe('data without text', () => {
  it.each(models.filter(({ family }) => family === 'graph'))(
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
