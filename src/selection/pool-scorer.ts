import { decide, ruleOffsets, TAUS } from '../evaluation/decision-rule.js';
import { classShares } from '../evaluation/floor.js';
import type { ScoreName } from '../evaluation/metrics.js';
import { type EvaluationSet, type GroupStatistics, statisticsOfAnswers } from '../evaluation/statistics.js';
import { softmaxRows } from '../math/softmax.js';
import { merit } from './objective.js';
import { type OutOfFold, poolFolds, poolsOutOfFold, poolTable } from './pool-table.js';
import type { JudgedSample } from './sample.js';
import { emptyTally, scoreTally } from './tally.js';

/**
 * The answers of a set's pool out of fold, per query, over all draws of folds, at the taus that suit the set best; models
 * are places of columns. Log-losses are of the margins, which a tau leaves as they are.
 */
export type PoolScorer = (models: readonly number[]) => readonly GroupStatistics[];

/**
 * Taus that a set is judged at: the decision rule is a part of the model, so each set has its own, but the largest score of
 * eleven is partly luck. Over the tasks of reports/bench-selection.md the mean of four chooses better than the one best.
 */
const JUDGED_TAUS = 4;

/**
 * Scores sets by pools fitted on the sample's folds, each set remembered. Deterministic.
 * O(folds x Newton steps x rows classes models (models + classes)) a set.
 */
export function createPoolScorer(sample: JudgedSample, metric: ScoreName): PoolScorer {
  const table = poolTable(sample);
  const draws = sample.folds.map((foldOf) => poolFolds(table, foldOf));
  const remembered = new Map<string, JudgedPools>();
  /** The pools of the first known set that lacks one of the models. */
  const nearest = (models: readonly number[]) =>
    models
      .map((model) => remembered.get(keyOf(models.filter((other) => other !== model))))
      .find((known) => known !== undefined)?.pools;
  return (models) => {
    const ordered = [...models].sort((a, b) => a - b);
    const key = keyOf(ordered);
    const known = remembered.get(key);
    if (known !== undefined) return known.answers;
    const near = nearest(ordered);
    const fitted = draws.map((folds, draw) => poolsOutOfFold(table, ordered, folds, near?.[draw]));
    const answers = judgeMargins(sample, joined(fitted.map(({ margins }) => margins)), metric);
    remembered.set(key, { answers, pools: fitted.map(({ pools }) => pools) });
    return answers;
  };
}

/** What is remembered of a set: its answers, and its pools by fold, [drawing of folds]. */
interface JudgedPools {
  readonly answers: readonly GroupStatistics[];
  readonly pools: readonly OutOfFold['pools'][];
}

const keyOf = (ordered: readonly number[]) => ordered.join(' ');

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.length * parts[0].length);
  parts.forEach((part, at) => {
    all.set(part, at * part.length);
  });
  return all;
}

/** Answers at the best taus by the metric; at tau 0 alone where no tau matters. */
function judgeMargins(
  { sets, labels, classes }: JudgedSample,
  margins: Float64Array,
  metric: ScoreName,
): GroupStatistics[] {
  const shares = classShares(labels, classes);
  const answered = (metric === 'logLoss' ? [0] : TAUS).map((tau) => {
    const answers = decide(margins, classes, ruleOffsets(tau, shares));
    const tally = emptyTally(classes);
    countAnswers(sets.drawn, answers, tally.confusion);
    return { answers, value: merit(metric, scoreTally(tally)) };
  });
  const best = answered.sort((a, b) => b.value - a.value).slice(0, JUDGED_TAUS);
  return statisticsOfAnswers(
    sets.drawn,
    softmaxRows(margins, classes),
    best.map(({ answers }) => answers),
  );
}

/** Adds answers to a confusion matrix [true * classes + answered]. */
function countAnswers(
  { labels, classes }: EvaluationSet,
  answers: Int16Array,
  confusion: Float64Array,
): void {
  for (let row = 0; row < answers.length; row++) confusion[labels[row] * classes + answers[row]]++;
}
