// Section recipe: TreeSHAP of trees as the reference recipe (PP-GLAM) grows them, by us: leaf by leaf, 25 leaves, deep paths.
import { readFileSync, writeFileSync } from 'node:fs';
import { describePlan } from '../../dist/attribution/lookup/describe.js';
import { planAttribution } from '../../dist/attribution/plan.js';
import { featurePlayers } from '../../dist/attribution/players.js';
import { boostingOptions, PP_GLAM } from '../../dist/ensemble/boosting-options.js';
import { binFeatures } from '../../dist/ensemble/training/binning.js';
import { fitWithRounds } from '../../dist/ensemble/training/cv.js';
import { fromXgboostJson, toXgboostJson } from '../../dist/ensemble/xgboost/json.js';
import { CLASSES } from './data.mjs';

/** Grows the model and saves it in XGBoost's format, without names of columns, which peers would ask the table for. */
export async function growRecipe(path, features, labels, rounds) {
  const { learningRate, rounds: all } = PP_GLAM;
  // fewer rounds at the recipe's rate would stay at its beginning, where trees are alike and paths are short
  const options = boostingOptions({ ...PP_GLAM, rounds, learningRate: (learningRate * all) / rounds });
  const rows = Int32Array.from({ length: features.rows }, (_, row) => row);
  const binned = binFeatures(features, rows, options.maxBins);
  const data = {
    features,
    binned,
    labels: labels.subarray(0, features.rows),
    classes: CLASSES,
    rows,
    options,
  };
  const text = toXgboostJson(await fitWithRounds({ ...data, threads: 1 }, rounds));
  // in the text, because numbers that are parsed and written again may lose the ".0" that XGBoost insists on
  writeFileSync(path, text.replace(/"feature_(names|types)":\s*\[[^\]]*\]/g, '"feature_$1":[]'));
}

/** What the trees are like, and how our plan explains them per feature. */
export function describeRecipe(path) {
  const ensemble = fromXgboostJson(readFileSync(path), path);
  const missing = new Uint8Array(ensemble.featureNames.length);
  const { trees, leaves, lookup } = describePlan(
    planAttribution(ensemble, featurePlayers(ensemble), { lookup: true, missing }),
  );
  const { units, factored, factoredLeaves, factors, points, operations, bytes } = lookup;
  const deepest = Math.max(...ensemble.trees.map(depthOf));
  return { trees, leaves, deepest, units, factored, factoredLeaves, factors, points, operations, bytes };
}

/** Splits on the tree's longest path; children come after their parents. */
function depthOf({ left, right }) {
  const depth = new Int32Array(left.length);
  left.forEach((child, node) => {
    if (child < 0) return;
    depth[child] = depth[node] + 1;
    depth[right[node]] = depth[node] + 1;
  });
  return Math.max(...depth);
}
