import { beforeAll, describe, expect, it } from 'vitest';
import { packModel, unpackModel } from '../../src/models/files.js';
import type { FittedModel } from '../../src/models/model.js';
import { MODELS } from '../../src/models/registry.js';
import { warmWeights } from '../../src/models/saved-weights.js';
import { prepareTensorflow } from '../../src/models/tfjs/backend.js';
import { flattenWeights } from '../../src/models/tfjs/weights.js';
import { rowsWhere, shop } from './shop.js';

beforeAll(() => prepareTensorflow());

const examples = shop({ queries: 40, perQuery: 6 });
const first = rowsWhere(examples, (group) => group < 20);
const second = rowsWhere(examples, (group) => group >= 20);
const { lexical } = MODELS;

describe('warm start', () => {
  let saved: ReadonlyMap<string, Uint8Array>;
  beforeAll(async () => {
    const fitted = await lexical.fit({ examples, rows: first, seed: 1 });
    saved = await fitted.save();
    fitted.dispose();
  });

  it('starts nearer to the goal than drawn weights, and gives equal bytes twice', async () => {
    const outcome = async (start?: ReadonlyMap<string, Uint8Array>) => {
      const fitted: FittedModel = await lexical.fit({ examples, rows: second, seed: 2, start });
      const result = { loss: fitted.curve[0].loss, probabilities: await fitted.predict(examples, second) };
      fitted.dispose();
      return result;
    };
    const [cold, warm] = [await outcome(), await outcome(saved)];
    expect(warm.loss).toBeLessThan(0.8 * cold.loss);
    expect(await outcome(saved)).toEqual(warm);
  });

  it('takes the saved weights as they are', () => {
    const model = unpackModel(saved);
    const specs = [{ name: 'w', shape: [2, 2], initial: 'zeros' }] as const;
    const own = { ...model, arrays: new Map([['weights', Float32Array.of(1, 2, 3, 4)]]) };
    const { classes } = model;
    const weights = warmWeights(own, { name: 'lexical', classes, specs, savedSpecs: specs });
    expect(Array.from(flattenWeights(weights))).toEqual([1, 2, 3, 4]);
    weights.dispose();
  });

  it('refuses other classes, another model and other shapes, saying which', async () => {
    const model = unpackModel(saved);
    const refusal = (start: Map<string, Uint8Array>) =>
      lexical.fit({ examples, rows: second, seed: 2, start }).then(
        () => 'nothing was thrown',
        ({ code, message, hint }) => `${code}: ${message} (${hint})`,
      );
    const classes = packModel({ ...model, classes: ['exact', 'other'] });
    expect(await refusal(classes)).toMatch(
      /^model: warm start of model 'lexical': saved classes are exact, other, expected exact, .*--warm-start/,
    );
    const another = packModel({ ...model, model: 'two-tower' });
    expect(await refusal(another)).toContain("saved model is of kind 'two-tower', expected 'lexical'");
    const mean = model.arrays.get('mean')!.slice(1);
    const narrow = packModel({ ...model, arrays: new Map([...model.arrays, ['mean', mean]]) });
    expect(await refusal(narrow)).toMatch(
      /saved weight is mlp\/0\/w \[\d+ x 128\], expected mlp\/0\/w \[\d+ x 128\]/,
    );
    const cut = model.arrays.get('weights')!.slice(1);
    const short = packModel({ ...model, arrays: new Map([...model.arrays, ['weights', cut]]) });
    expect(await refusal(short)).toContain(`has ${cut.length} weights, expected ${cut.length + 1}`);
  });
});
