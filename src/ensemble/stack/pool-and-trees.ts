import { rowLoss } from '../../evaluation/statistics.js';
import { softmaxRows } from '../../math/softmax.js';
import { type BoostingOptions, boostingOptions } from '../boosting-options.js';
import { type Pool, poolMargins } from '../pool/fit.js';
import { poolTrees } from '../pool/trees.js';
import { scoreMargins } from '../scoring/score.js';
import { binFeatures } from '../training/binning.js';
import type { BoostingData } from '../training/booster.js';
import { crossValidateRounds, fitWithRounds } from '../training/cv.js';
import type { FeatureMatrix, Tree, TreeEnsemble } from '../tree.js';
import { type Candidate, once } from './candidate.js';
import type { InnerRows } from './inner.js';
import { type FittedPools, heldMargins } from './pool-candidate.js';
import type { EnsembleTask } from './task.js';

/** Ensembles of shallow trees that are averaged: each sees other columns. */
const SEEDS = 5;
/** What is left to learn after the pool is little: shallow, strongly damped trees. */
const AFTER_POOL: Partial<BoostingOptions> = {
  rounds: 200,
  learningRate: 0.1,
  maxDepth: 2,
  lambda: 10,
  minChildWeight: 10,
  featureFraction: 0.3,
  baggingFrequency: 0,
  classWeights: 'none',
  priors: false,
  maxBins: 63,
  earlyStoppingRounds: 10,
};

/**
 * Boosted trees that start from the pool's margins, summed over five seeds at a fifth each. Null where they do not lower
 * the log-loss of the held rows by more than one standard error, queries drawn: then there is nothing to add.
 */
export function poolAndTrees(task: EnsembleTask, inner: InnerRows, pools: FittedPools): Candidate | null {
  const boosting = planBoosting(task, inner);
  const { rows, folds } = inner;
  const starts = inner.folds.map(({ held }, fold) => startMargins(inner, pools.folds[fold], held));
  const { foldOf } = inner;
  const cv = { ...boosting.data, foldOf, folds: task.folds, validationFolds: folds.length, starts };
  const first = crossValidateRounds({ ...cv, options: boosting.options[0] });
  const pool = heldMargins(inner, pools);
  const boosted = folds.map(({ training }, fold) => {
    const others = boosting.options.slice(1).map((options) => {
      const start = gatherMargins(starts[fold], training, task.classes);
      const rowsOfFold = Int32Array.from(training, (position) => boosting.data.rows[position]);
      return fitWithRounds({ ...boosting.data, rows: rowsOfFold, options, start }, first.rounds);
    });
    return summed([first.ensembles[fold], ...others]);
  });
  const margins = pool.slice();
  let at = 0;
  folds.forEach(({ held }, fold) => {
    const heldRows = Int32Array.from(held, (position) => rows[position]);
    for (const more of scoreMargins(boosted[fold], task.features, heldRows)) margins[at++] += more;
  });
  if (!lowersLoss(task, inner, pool, margins)) return null;
  const withPool = (own: Pool, trees: TreeEnsemble): TreeEnsemble =>
    joined(poolTrees(inner.plan, own, inner.read, task.features.names), trees);
  return {
    kind: 'pool and trees',
    model: null,
    margins,
    get weights() {
      return pools.whole().weights;
    },
    rounds: first.rounds,
    curve: first.curve,
    foldEnsembles: once(() => pools.folds.map((own, fold) => withPool(own, boosted[fold]))),
    ensemble: once(() => {
      const start = startMargins(inner, pools.whole(), new Int32Array(0));
      const all = boosting.options.map((options) =>
        fitWithRounds({ ...boosting.data, options, start }, first.rounds),
      );
      return withPool(pools.whole(), summed(all));
    }),
  };
}

interface BoostingPlan {
  /** over a table of the inner rows alone */
  readonly data: Omit<BoostingData, 'options' | 'start' | 'validationRows'>;
  /** [seed] */
  readonly options: readonly BoostingOptions[];
}

function planBoosting(task: EnsembleTask, inner: InnerRows): BoostingPlan {
  const options = Array.from({ length: SEEDS }, (_, at) =>
    boostingOptions({ ...AFTER_POOL, seed: task.options.seed + at }),
  );
  const features = gatherRows(task.features, inner.rows);
  const rows = Int32Array.from(inner.rows.keys());
  const binned = binFeatures(features, rows, options[0].maxBins);
  const { classes, threads } = task;
  return { data: { features, binned, labels: inner.labels, classes, rows, threads }, options };
}

/** The pool's margins of all inner rows, of rows it was fitted on with each left out of its own answers. */
function startMargins({ rows, labels, read, plan }: InnerRows, pool: Pool, held: Int32Array): Float32Array {
  const { classes } = plan;
  const margins = Float32Array.from(poolMargins(pool, read, Int32Array.from(rows.keys()), labels));
  const unseen = poolMargins(pool, read, held);
  held.forEach((position, at) => {
    for (let k = 0; k < classes; k++) margins[position * classes + k] = unseen[at * classes + k];
  });
  return margins;
}

function gatherMargins(margins: Float32Array, positions: Int32Array, classes: number): Float32Array {
  const own = new Float32Array(positions.length * classes);
  positions.forEach((position, at) => {
    own.set(margins.subarray(position * classes, (position + 1) * classes), at * classes);
  });
  return own;
}

function gatherRows(features: FeatureMatrix, rows: Int32Array): FeatureMatrix {
  return { ...features, rows: rows.length, values: gatherMargins(features.values, rows, features.columns) };
}

/** Whether the mean log-loss falls by more than its standard error, the rows of a query taken together. */
function lowersLoss(
  task: EnsembleTask,
  inner: InnerRows,
  before: Float32Array,
  after: Float32Array,
): boolean {
  const { classes, groups } = task;
  const [old, now] = [softmaxRows(before, classes), softmaxRows(after, classes)];
  const gains = new Map<number, number>();
  let total = 0;
  inner.held.forEach((position, at) => {
    const label = inner.labels[position];
    const gain = rowLoss(old, at * classes, classes, label) - rowLoss(now, at * classes, classes, label);
    const group = groups[inner.rows[position]];
    gains.set(group, (gains.get(group) ?? 0) + gain);
    total += gain;
  });
  const mean = total / gains.size;
  let squares = 0;
  for (const gain of gains.values()) squares += (gain - mean) * (gain - mean);
  return total > Math.sqrt((squares * gains.size) / Math.max(1, gains.size - 1));
}

/** The mean of ensembles as one: all trees, each leaf divided by their number. */
function summed(ensembles: readonly TreeEnsemble[]): TreeEnsemble {
  const share = 1 / ensembles.length;
  const scale = (tree: Tree): Tree => ({ ...tree, value: tree.value.map((value) => value * share) });
  const scaled: TreeEnsemble[] = ensembles.map((ensemble) => ({
    ...ensemble,
    trees: ensemble.trees.map(scale),
  }));
  return scaled.reduce(joined);
}

/** The sum of two ensembles over the same columns. */
function joined(a: TreeEnsemble, b: TreeEnsemble): TreeEnsemble {
  return {
    ...a,
    trees: [...a.trees, ...b.trees],
    treeClass: Int32Array.from([...a.treeClass, ...b.treeClass]),
  };
}
