/** What every model that is trained here must keep to, as reusable checks: each throws where the law is broken. */
import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Examples } from '../../src/data/examples/examples.js';
import { sha256 } from '../../src/io/hash.js';
import { createRandom } from '../../src/math/random.js';
import { ARRAYS_FILE, CONFIG_FILE } from '../../src/models/files.js';
import { loadModel } from '../../src/models/load.js';
import type { FittedModel } from '../../src/models/model.js';
import type { NeuralModel, TrainingPlan } from '../../src/models/neural.js';
import { behave, examplesOf } from '../models/shop.js';

/** A model, the data, and which rows it learns from and predicts. */
export interface ModelSituation {
  readonly model: NeuralModel;
  readonly examples: Examples;
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** All files as one hash: comparing megabytes element by element is slow. */
async function savedHash(fitted: FittedModel): Promise<string> {
  return sha256(Buffer.concat([...(await fitted.save()).values()]));
}

/** Equal data and seed give equal bytes, another seed others, and no tensor is left. */
export async function expectEqualBytes({ model, examples, train, test }: ModelSituation): Promise<void> {
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
}

/** Saved and reloaded, it predicts the same bits, and saves the same bytes again. */
export async function expectReloads({ model, examples, train, test }: ModelSituation): Promise<void> {
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
}

/** A row's prediction does not depend on which rows are predicted with it. */
export async function expectRowsApart({ model, examples, train, test }: ModelSituation): Promise<void> {
  const fitted = await model.fit({ examples, rows: train, seed: 2 });
  const classes = examples.labelSpace.classes.length;
  const together = await fitted.predict(examples, test);
  const alone = await fitted.predict(examples, test.slice(5, 6));
  expect(alone).toEqual(together.slice(5 * classes, 6 * classes));
  expect(await fitted.predict(examples, new Int32Array(0))).toHaveLength(0);
  fitted.dispose();
}

/** Data without what it needs, and rows of one class, are refused by name. */
export async function expectRefusals({ model, examples, train }: ModelSituation): Promise<void> {
  const bare = { ...examples, text: null, behaviours: null };
  await expect(model.fit({ examples: bare, rows: train, seed: 1 })).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining(`model '${model.name}' needs`),
    hint: expect.stringContaining('--models'),
  });
  const onlyFirst = train.filter((row) => examples.label[row] === 0);
  await expect(model.fit({ examples, rows: onlyFirst, seed: 1 })).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining('at least 2 classes'),
  });
}

/** Mean cross-entropy on 64 examples below which they are learnt by heart. */
const BY_HEART = 0.1;

/** Its loss on 64 examples falls to near zero: texts that differ and labels that follow no rule. */
export async function expectOverfits(model: NeuralModel, plan: Partial<TrainingPlan> = {}): Promise<void> {
  const examples = withoutRule();
  const rows = Int32Array.from({ length: examples.rows }, (_, row) => row);
  const longer = model.withPlan({
    epochs: 160,
    batchRows: 32,
    weightDecay: 0,
    classWeightPower: 0,
    learningRate: 1e-2,
    ...plan,
  });
  const fitted = await longer.fit({ examples, rows, seed: 1 });
  const probabilities = await fitted.predict(examples, rows);
  const classes = examples.labelSpace.classes.length;
  const losses = rows.map((row) => -1e6 * Math.log(probabilities[row * classes + examples.label[row]]));
  expect(losses.reduce((sum, loss) => sum + loss, 0) / 1e6 / rows.length).toBeLessThan(BY_HEART);
  expect(fitted.curve[fitted.curve.length - 1].loss).toBeLessThan(fitted.curve[0].loss / 2);
  fitted.dispose();
}

function withoutRule(): Examples {
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
  const brands = titles.map(word);
  return examplesOf({ pairs, queryText, titles, brands, behaviours: behave(pairs, random) });
}
