import { describe, expect, it } from 'vitest';
import { boostingOptions } from '../../src/ensemble/boosting-options.js';
import { gatherColumns } from '../../src/ensemble/feature-matrix.js';
import { fitEnsemble } from '../../src/ensemble/stack/fit.js';
import type { EnsembleTask } from '../../src/ensemble/stack/task.js';
import type { FeatureMatrix } from '../../src/ensemble/tree.js';
import { keepModels, rivalsOf } from '../../src/pipeline/stacking/features.js';
import { fitStacks } from '../../src/pipeline/stacking/stacks.js';
import { poolTask } from '../ensemble/pool/support.js';

const FOLDS = 4;
const CLASSES = 3;
const MODELS = ['a', 'b', 'c', 'd'];

/** Four models, of which the two last are kept, and what a fit of these two takes. */
function keptTask(seed: string) {
  const { features, labels } = poolTask({ rows: 200, classes: CLASSES, soft: MODELS.length, hard: 0, seed });
  const rows = Int32Array.from(labels.keys());
  const groups = rows.map((row) => row >> 1);
  const foldOf = Int16Array.from(groups, (group) => group % FOLDS);
  const task: EnsembleTask = {
    features: gatherColumns(features, [6, 7, 8, 9, 10, 11]),
    labels,
    groups,
    classes: CLASSES,
    rows,
    foldOf,
    folds: FOLDS,
    validationFolds: FOLDS,
    options: boostingOptions({ rounds: 5 }),
    stack: 'auto',
    decide: 'balanced',
    threads: 1,
  };
  return { all: features, task };
}

function modelsOf(features: FeatureMatrix) {
  const modelOfColumn = Int32Array.from({ length: features.columns }, (_, at) => Math.floor(at / CLASSES));
  return { features, models: MODELS, modelOfColumn };
}

/** The stack of the models named, as `rank` fits it again. */
async function refitted(all: FeatureMatrix, task: EnsembleTask, keep: readonly string[]) {
  const { rows, foldOf } = task;
  const input = {
    ...task,
    all: modelsOf(all),
    protocol: {
      mode: 'holdout' as const,
      reason: 'of the test',
      trainRows: rows,
      evaluationRows: rows,
      foldOf,
      folds: FOLDS,
    },
    attribute: false,
    keep: { deployed: keep, folds: [] },
    stage: 'rank',
  };
  return (await fitStacks(input, { threads: 0 })).deployed;
}

describe('the ensemble of the models kept', () => {
  it('answers by a rule that is held to the best single model of all, kept or not', async () => {
    const { all, task } = keptTask('kept 10');
    const [held, free] = [{ ...task, rivals: all }, task].map((each) => fitEnsemble(each).chosen.rule.tau);
    expect(held).toBeLessThan(free);
    expect((await refitted(all, task, ['c', 'd'])).chosen.rule.tau).toBe(held);
  });

  it('is held to nobody else where all models are kept: it is the full ensemble', async () => {
    const { all, task } = keptTask('kept 10');
    const full = fitEnsemble({ ...task, features: all });
    expect((await refitted(all, task, MODELS)).chosen.rule).toEqual(full.chosen.rule);
    const whole = modelsOf(all);
    expect(rivalsOf(keepModels(whole, MODELS), whole)).toBeUndefined();
    expect(rivalsOf(keepModels(whole, ['c', 'd']), whole)).toBe(whole);
  });
});
