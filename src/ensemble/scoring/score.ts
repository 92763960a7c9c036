import { EsciSelectError, quote } from '../../errors.js';
import type { FeatureMatrix, TreeEnsemble } from '../tree.js';
import { planScoring } from './plan.js';
import { scoreRange } from './run.js';

/**
 * Margins [row][class] of the given rows (all by default), in their order: from the base score, leaves added in tree
 * order in float32, which gives XGBoost's margins to the bit. Throws 'model' if the table's columns are not the ones of
 * the model. O(rows (trees + columns) + nodes log nodes).
 *
 * @example
 * import { boostingOptions, scoreMargins, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const margins = scoreMargins(ensemble, features);
 * [margins[0] > margins[1], margins[6] > margins[7]]; // => [ true, false ]
 */
export function scoreMargins(
  ensemble: TreeEnsemble,
  features: FeatureMatrix,
  rows?: Int32Array,
): Float32Array {
  checkColumns(ensemble, features);
  const count = rows === undefined ? features.rows : rows.length;
  const margins = new Float32Array(count * ensemble.classes);
  if (count > 0) scoreRange(planScoring(ensemble), features, { from: 0, to: count, rows }, margins);
  return margins;
}

/**
 * The ensemble of the first `rounds` rounds. A round ends where the class order starts anew; class priors, where an
 * ensemble starts with them, are a round.
 */
export function truncateRounds(ensemble: TreeEnsemble, rounds: number): TreeEnsemble {
  const trees = roundStarts(ensemble)[rounds] ?? ensemble.trees.length;
  return {
    ...ensemble,
    trees: ensemble.trees.slice(0, trees),
    treeClass: ensemble.treeClass.slice(0, trees),
  };
}

/**
 * The first tree of every round, then the number of trees. Trees of a round come in class order, several per class in a
 * boosted forest; an ensemble with trees of one class only (a binary model) has one tree per round.
 */
export function roundStarts(ensemble: TreeEnsemble): number[] {
  const { treeClass, trees } = ensemble;
  const single = treeClass.every((k) => k === treeClass[0]);
  const starts: number[] = [];
  for (let t = 0; t < trees.length; t++) {
    if (t === 0 || single || treeClass[t] < treeClass[t - 1]) starts.push(t);
  }
  return [...starts, trees.length];
}

/** Throws 'model' if a table's columns are not the ones of the model. */
export function checkColumns(ensemble: TreeEnsemble, features: FeatureMatrix): void {
  const { featureNames } = ensemble;
  if (features.columns !== featureNames.length) {
    throw new EsciSelectError(
      'model',
      `table has ${features.columns} columns, the tree model expects ${featureNames.length}`,
      { hint: 'score a table with the columns the model was trained on' },
    );
  }
  for (let column = 0; column < featureNames.length; column++) {
    const name = featureNames[column];
    if (name === features.names[column] || name === `f${column}`) continue;
    throw new EsciSelectError(
      'model',
      `column ${column} of the table is ${quote(features.names[column])}, the tree model expects ${quote(name)}`,
      { hint: 'put the columns in the order the model was trained on' },
    );
  }
}
