import { describe, expect, it } from 'vitest';
import { boostingOptions } from '../../src/ensemble/boosting-options.js';
import { gatherColumns } from '../../src/ensemble/feature-matrix.js';
import { fitEnsemble } from '../../src/ensemble/stack/fit.js';
import type { EnsembleTask } from '../../src/ensemble/stack/task.js';
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

describe('the ensemble of the models kept', () => {
  it('answers by a rule that is held to the best single model of all, kept or not', async () => {
    const { all, task } = keptTask('kept 10');
    const [held, free] = [{ ...task, rivals: all }, task].map((each) => fitEnsemble(each).chosen.rule.tau);
    expect(held).toBeLessThan(free);
    const { deployed } = await fitStacks(
      {
        all: {
          features: all,
          models: MODELS,
          modelOfColumn: Int32Array.from({ length: all.columns }, (_, column) =>
            Math.floor(column / CLASSES),
          ),
        },
        ...task,
        protocol: {
          mode: 'holdout',
          reason: 'of the test',
          trainRows: task.rows,
          evaluationRows: task.rows,
          foldOf: task.foldOf,
          folds: FOLDS,
        },
        attribute: false,
        keep: { deployed: ['c', 'd'], folds: [] },
        stage: 'rank',
      },
      { threads: 0 },
    );
    expect(deployed.chosen.rule.tau).toBe(held);
  });
});
