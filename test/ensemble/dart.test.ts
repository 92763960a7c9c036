import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { attributeRows } from '../../src/attribution/attribute.js';
import { planAttribution } from '../../src/attribution/plan.js';
import { featurePlayers } from '../../src/attribution/players.js';
import { scoreMargins } from '../../src/ensemble/scoring/score.js';
import { fromXgboostJson } from '../../src/ensemble/xgboost/json.js';
import { marginGame, shapleyByCoalitions } from '../oracles/shapley.js';
import { caseFeatures, casePath, readCase } from './foreign-case.js';
import { type Model, refusal, soundModel, withModel } from './sound-model.js';

/** XGBoost 3.3 and newer write the weights into a gbtree's model, older ones beside a gbtree inside a dart. */
const SPELLINGS = ['xgboost-dart', 'xgboost-dart-old'];

type Booster = Model['learner']['gradient_booster'];

/** The sound model with DART's weights, in the new spelling. */
const newer = (weights: unknown) =>
  withModel(({ learner }) => Object.assign(learner.gradient_booster.model, { weight_drop: weights }));

/** The same in the old spelling. */
const older = (weights: unknown) =>
  withModel(({ learner }) => {
    const { model } = learner.gradient_booster;
    const booster = { name: 'dart', gbtree: { name: 'gbtree', model }, weight_drop: weights };
    learner.gradient_booster = booster as unknown as Booster;
  });

describe.each(SPELLINGS)('DART of XGBoost, %s', (name) => {
  const expected = readCase(name);
  const features = caseFeatures(expected);
  const ensemble = fromXgboostJson(readFileSync(casePath(name)), name);

  it('gives its margins to the bit', () => {
    expect([...scoreMargins(ensemble, features)]).toEqual(expected.margins.flat());
  });

  it('gives its contributions, which brute force over coalitions gives too', () => {
    const { rows, columns, values } = features;
    const { classes } = ensemble;
    const players = featurePlayers(ensemble);
    const plan = planAttribution(ensemble, players);
    const shap = new Float64Array(rows * columns * classes);
    attributeRows(plan, features, { from: 0, to: rows }, shap);
    for (let row = 0; row < 4; row++) {
      for (let k = 0; k < classes; k++) {
        const own = Array.from({ length: columns }, (_, c) => shap[(row * columns + c) * classes + k]);
        const cells = values.subarray(row * columns, (row + 1) * columns);
        const brute = shapleyByCoalitions(marginGame(ensemble, k, cells, players.ofColumn), columns);
        const theirs = expected.contribs![row][k];
        own.forEach((value, column) => {
          expect(Math.abs(value - brute[column])).toBeLessThan(1e-9);
          expect(Math.abs(value - theirs[column])).toBeLessThan(1e-6);
        });
        expect(Math.abs(plan.bias[k] - theirs[columns])).toBeLessThan(1e-6);
      }
    }
  });
});

describe('the weights of DART', () => {
  it.each([
    ['newer', newer],
    ['older', older],
  ])('multiply leaves in float32, in the %s spelling', (_, spelled) => {
    const weight = Math.fround(0.7);
    const { trees } = fromXgboostJson(spelled([weight, 1]));
    expect([...trees[0].value]).toEqual(
      [0, 0, 0.3, -0.1, 0.2].map((value) => Math.fround(Math.fround(value) * weight)),
    );
    expect(trees[1]).toEqual(fromXgboostJson(soundModel()).trees[1]);
  });

  it.each<[string, Model, string]>([
    ['too few', newer([1]), 'weight_drop has 1 weights, trees has 2'],
    ['none, beside a dart', older([]), 'weight_drop has 0 weights, trees has 2'],
    ['NaN', newer([1, null]), 'weight_drop[1] is NaN, expected a finite number'],
    ['no list', newer('1'), 'weight_drop is not a list'],
  ])('are refused: %s', (_, model, message) => {
    const error = refusal(model);
    expect(error.code).toBe('model');
    expect(error.message).toContain(message);
  });
});
