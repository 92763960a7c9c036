import { describe, expect, it } from 'vitest';
import { boostingOptions } from '../../../src/ensemble/boosting-options.js';
import { gatherColumns } from '../../../src/ensemble/feature-matrix.js';
import { scoreMargins } from '../../../src/ensemble/scoring/score.js';
import { chooseEnsemble, fitCandidates, fitEnsemble } from '../../../src/ensemble/stack/fit.js';
import { MOST_INNER_ROWS, takeInnerRows } from '../../../src/ensemble/stack/inner.js';
import { poolAndTrees } from '../../../src/ensemble/stack/pool-and-trees.js';
import { fitPools, heldMargins } from '../../../src/ensemble/stack/pool-candidate.js';
import type { EnsembleTask } from '../../../src/ensemble/stack/task.js';
import { binFeatures } from '../../../src/ensemble/training/binning.js';
import { crossValidateRounds, fitWithRounds } from '../../../src/ensemble/training/cv.js';
import type { FeatureMatrix } from '../../../src/ensemble/tree.js';
import { toXgboostJson } from '../../../src/ensemble/xgboost/json.js';
import { chooseRule, scoresOfStatistics } from '../../../src/evaluation/decision-rule.js';
import { type PoolTask, poolTask } from '../pool/support.js';

const FOLDS = 4;

function ensembleTask(task: PoolTask, more: Partial<EnsembleTask> = {}): EnsembleTask {
  const { rows } = task.features;
  const groups = Int32Array.from({ length: rows }, (_, row) => Math.floor(row / 2));
  return {
    ...task,
    groups,
    rows: Int32Array.from(groups.keys()),
    foldOf: Int16Array.from(groups, (group) => group % FOLDS),
    folds: FOLDS,
    validationFolds: FOLDS,
    options: boostingOptions({ rounds: 30, learningRate: 0.2 }),
    stack: 'auto',
    decide: 'balanced',
    threads: 1,
    ...more,
  };
}

/** A label that no sum over the models can say: whether two models agree. */
function interaction(rows: number): PoolTask {
  const task = poolTask({ rows, classes: 2, soft: 3, hard: 0, seed: 'interaction' });
  const { values, columns } = task.features;
  const labels = task.labels.map((_, row) => {
    const [a, b] = [values[row * columns], values[row * columns + 2]];
    return a > 0.5 === b > 0.5 ? 0 : 1;
  });
  return { ...task, labels };
}

describe('fitEnsemble', () => {
  const small = poolTask({ rows: 360, classes: 3, soft: 3, hard: 2, silent: 0.05 });

  it('with `trees` gives the bytes of the boosted trees as they were', () => {
    const task = ensembleTask(small, { stack: 'trees', decide: 'argmax' });
    const { features, labels, classes, rows, foldOf, folds, options } = task;
    const data = {
      features,
      binned: binFeatures(features, rows, options.maxBins),
      labels,
      classes,
      rows,
      options,
    };
    const chosen = crossValidateRounds({ ...data, foldOf, folds });
    const expected = fitWithRounds(data, chosen.rounds);
    const found = fitEnsemble(task);
    expect(toXgboostJson(found.ensemble)).toBe(toXgboostJson(expected));
    expect(found.foldEnsembles.map((each) => toXgboostJson(each))).toEqual(
      chosen.ensembles.map((each) => toXgboostJson(each)),
    );
    expect([found.kind, found.rounds, found.chosen.rule.tau]).toEqual(['trees', chosen.rounds, 0]);
  });

  it('gives the same bytes at one and two threads', () => {
    const fits = [1, 2].map((threads) => fitEnsemble(ensembleTask(small, { threads })));
    const [one, two] = fits.map(({ ensemble, foldEnsembles, ...plain }) => ({
      texts: [ensemble, ...foldEnsembles].map((each) => toXgboostJson(each)),
      plain,
    }));
    expect(two).toEqual(one);
  });

  it('keeps the pool unless another is better by a standard error (trees by two), an ensemble no worse in log-loss', () => {
    const kinds = [small, interaction(400)].map((task) => {
      const { kind, candidates } = fitEnsemble(ensembleTask(task));
      for (const own of candidates) {
        expect(own.moreLoss).toBeCloseTo(own.scores.logLoss - candidates[0].scores.logLoss, 12);
      }
      expect(candidates[0]).toMatchObject({
        kind: 'pool',
        ahead: 0,
        standardError: 0,
        moreLoss: 0,
        lossError: 0,
      });
      const better = candidates.filter((own) => {
        const most = own.kind.startsWith('single') ? Number.POSITIVE_INFINITY : own.lossError;
        return own.ahead > own.standardError * (own.kind === 'trees' ? 2 : 1) && own.moreLoss <= most;
      });
      const best = better.reduce((a, b) => (b.ahead > a.ahead ? b : a), candidates[0]);
      expect(kind).toBe(best.kind);
      return kind;
    });
    expect(kinds).toEqual(['pool', expect.stringContaining('trees')]);
  });

  it('answers out of fold what the folds’ ensembles say of rows that they did not see', () => {
    const task = ensembleTask(small);
    const { all, singles, judged } = fitCandidates(task);
    expect(singles.length).toBe(10);
    for (const candidate of [...all, ...singles]) {
      let at = 0;
      candidate.foldEnsembles().forEach((ensemble, fold) => {
        const held = task.rows.filter((_, element) => task.foldOf[element] === fold);
        const margins = scoreMargins(ensemble, task.features, held);
        margins.forEach((margin) => {
          expect(Math.abs(margin - candidate.margins[at++])).toBeLessThan(2e-5);
        });
      });
      expect(at).toBe(judged.labels.length * 3);
    }
  });

  it('never learns from the fold it answers', () => {
    const task = ensembleTask(small);
    const labels = task.labels.map((label, row) => (task.foldOf[row] === 1 ? (label + 1) % 3 : label));
    const [before, after] = [task, { ...task, labels }].map((each) => fitCandidates(each).all[0]);
    const text = (fold: number) => [before, after].map((c) => toXgboostJson(c.foldEnsembles()[fold]));
    expect(text(1)[0]).toBe(text(1)[1]);
    expect(text(0)[0]).not.toBe(text(0)[1]);
  });

  it('chooses the rule on the margins of what it chose, named as asked', () => {
    const task = ensembleTask(small);
    const candidates = fitCandidates(task);
    const { chosen, kind } = chooseEnsemble(candidates, 'macroF1');
    const own = candidates.all.find((candidate) => candidate.kind === kind)!;
    expect(chosen.rule).toEqual(chooseRule('macroF1', { ...candidates.judged, margins: own.margins }).rule);
  });

  it('holds the rule of some models to the best of all', () => {
    const all = ensembleTask(poolTask({ rows: 300, classes: 3, soft: 4, hard: 1, seed: 'rivals' }));
    const some = { ...all, features: gatherColumns(all.features, [6, 7, 8, 9, 10, 11]) };
    const references = (task: EnsembleTask) => fitCandidates(task).references.answers.map(scoresOfStatistics);
    expect(references({ ...some, rivals: all.features })).toEqual(references(all));
    expect(references(some)).not.toEqual(references(all));
    expect(fitCandidates({ ...some, rivals: all.features }).singles.length).toBe(4);
    const { rule } = fitEnsemble({ ...some, rivals: all.features }).chosen;
    const candidates = fitCandidates(some);
    const held = chooseEnsemble(
      { ...candidates, references: { ...fitCandidates(all).references, errors: 1 } },
      'balanced',
    );
    expect(rule).toEqual(held.chosen.rule);
  });

  it('has single models that answer as they do', () => {
    const task = ensembleTask(poolTask({ rows: 200, classes: 3, soft: 1, hard: 1 }));
    const singles = fitCandidates(task).singles.filter(({ kind }) => kind === 'single');
    const { values, columns } = task.features;
    singles.forEach((candidate) => {
      const margins = scoreMargins(candidate.ensemble(), task.features);
      const first = candidate.model! * 3;
      const agree = task.labels.filter((_, row) => {
        const own = [0, 1, 2].map((k) => values[row * columns + first + k]);
        const said = [...margins.subarray(row * 3, row * 3 + 3)];
        return own.indexOf(Math.max(...own)) === said.indexOf(Math.max(...said));
      }).length;
      // binned probabilities tie now and then
      expect(agree).toBeGreaterThanOrEqual(candidate.model === 1 ? 200 : 197);
    });
  });
});

describe('trees on the pool', () => {
  it('are none where they do not lower the loss by a standard error', () => {
    const task = ensembleTask(poolTask({ rows: 300, classes: 2, soft: 2, hard: 0, seed: 'additive' }));
    const inner = takeInnerRows(task);
    expect(poolAndTrees(task, inner, fitPools(inner))).toBeNull();
  });

  it('learn what a sum cannot say, from the margins of the pool', () => {
    const task = ensembleTask(interaction(600));
    const inner = takeInnerRows(task);
    const pools = fitPools(inner);
    const both = poolAndTrees(task, inner, pools)!;
    const hits = (margins: Float32Array) =>
      inner.held.filter(
        (position, at) => margins[2 * at + 1] > margins[2 * at] === (inner.labels[position] === 1),
      ).length / 600;
    expect(hits(heldMargins(inner, pools))).toBeLessThan(0.65);
    expect(hits(both.margins)).toBeGreaterThan(0.8);
    expect(both.ensemble().treeClass.length).toBeGreaterThan(5 * both.rounds);
  });
});

describe('the inner rows', () => {
  it('of a large table are whole queries of every fold, within the limit', () => {
    const rows = 3 * MOST_INNER_ROWS;
    const features: FeatureMatrix = {
      rows,
      columns: 2,
      names: ['m|0', 'm|1'],
      values: new Float32Array(2 * rows).fill(0.5),
    };
    const labels = Int16Array.from({ length: rows }, (_, row) => row % 2);
    for (const validationFolds of [FOLDS, 1]) {
      const task = ensembleTask({ features, labels, classes: 2 }, { validationFolds });
      const inner = takeInnerRows(task);
      expect(inner.rows.length).toBeLessThanOrEqual(MOST_INNER_ROWS);
      expect(inner.rows.length).toBeGreaterThan(0.99 * MOST_INNER_ROWS);
      const taken = new Set(inner.rows);
      expect([...taken].every((row) => taken.has(row ^ 1))).toBe(true);
      expect(inner.held.length / inner.rows.length).toBeCloseTo(validationFolds === FOLDS ? 1 : 0.5, 1);
    }
  });
});
