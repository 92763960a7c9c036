import { EsciSelectError, quote } from '../../errors.js';
import type { Tree, TreeEnsemble } from '../tree.js';
import { nextFloat32 } from './next-float.js';

/** LightGBM counts training rows of a node in 32 bits: covers are scaled so that the root's is this. */
const ROOT_COUNT = 2 ** 30;
/** decision_type of a test of numbers for which NaN is missing, and the bit that sends what is missing left. */
const NAN_IS_MISSING = 8;
const DEFAULT_LEFT = 2;

/**
 * An ensemble as a LightGBM text model (version 4, objective multiclass), which LightGBM itself loads: every row of float32
 * reaches the same leaves. Two things differ in the last digits: LightGBM adds leaves in float64, and knows covers, which
 * weigh its contributions, to 2^-30 of the root's. Characters that LightGBM takes in no name become an underscore. Throws 'usage'
 * where names are then no longer different. O(nodes).
 *
 * @example
 * import { boostingOptions, parseEnsemble, toLightgbmText, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['m:a', 'm:b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const { format, columns } = parseEnsemble(Buffer.from(toLightgbmText(ensemble)));
 * [format, columns[0].name]; // => [ 'lightgbm', 'm_a' ]
 */
export function toLightgbmText(ensemble: TreeEnsemble): string {
  const { classes, featureNames } = ensemble;
  const trees = inRounds(ensemble).map(
    ({ tree, base }, at) => `Tree=${at}\n${treeText(tree, base)}\nis_linear=0\nshrinkage=1\n\n\n`,
  );
  const tested = new Set(
    ensemble.trees.flatMap(({ left, feature }) => [...feature].filter((_, node) => left[node] >= 0)),
  );
  const infos = featureNames.map((_, column) => (tested.has(column) ? '[-inf:inf]' : 'none'));
  const header = [
    'tree',
    'version=v4',
    `num_class=${classes}`,
    `num_tree_per_iteration=${classes}`,
    'label_index=0',
    `max_feature_idx=${featureNames.length - 1}`,
    `objective=multiclass num_class:${classes}`,
    `feature_names=${plainNames(featureNames).join(' ')}`,
    `feature_infos=${infos.join(' ')}`,
    `tree_sizes=${trees.map((text) => Buffer.byteLength(text)).join(' ')}`,
  ];
  const end =
    'end of trees\n\nfeature_importances:\n\nparameters:\nend of parameters\n\npandas_categorical:null\n';
  return `${header.join('\n')}\n\n${trees.join('')}${end}`;
}

function plainNames(names: readonly string[]): string[] {
  const plain = names.map((name) => name.replace(/[\s"[\]{},:=]/g, '_'));
  const twice = plain.findIndex((name, at) => plain.indexOf(name) < at);
  if (twice < 0) return plain;
  const other = names[plain.indexOf(plain[twice])];
  throw new EsciSelectError(
    'usage',
    `columns ${quote(other)} and ${quote(names[twice])} are both ${quote(plain[twice])} to LightGBM`,
    { hint: 'LightGBM takes no spaces and none of "[]{},:= in a name: name the columns otherwise' },
  );
}

interface OwnTree {
  /** null where a class has fewer trees than others */
  readonly tree: Tree | null;
  /** what is added to all leaves */
  readonly base: number;
}

/** The trees class by class in rounds, as LightGBM has them; base scores are in the first of each class. */
function inRounds({ classes, trees, treeClass, baseScore }: TreeEnsemble): OwnTree[] {
  const byClass = Array.from({ length: classes }, (_, k) => trees.filter((__, at) => treeClass[at] === k));
  const rounds = Math.max(1, ...byClass.map(({ length }) => length));
  return Array.from({ length: rounds * classes }, (_, at) => {
    const [round, k] = [Math.floor(at / classes), at % classes];
    return { tree: byClass[k][round] ?? null, base: round === 0 ? baseScore[k] : 0 };
  });
}

function treeText(tree: Tree | null, base: number): string {
  if (tree === null || tree.left[0] < 0) {
    const value = base + (tree?.value[0] ?? 0);
    return lines({
      num_leaves: [1],
      num_cat: [0],
      split_feature: [],
      split_gain: [],
      threshold: [],
      decision_type: [],
      left_child: [],
      right_child: [],
      leaf_value: [value],
      leaf_weight: [],
      leaf_count: [],
      internal_value: [],
      internal_weight: [],
      internal_count: [],
    });
  }
  const nodes = [...tree.left.keys()];
  const inner = nodes.filter((node) => tree.left[node] >= 0);
  const leaves = nodes.filter((node) => tree.left[node] < 0);
  const place = new Int32Array(nodes.length);
  inner.forEach((node, at) => {
    place[node] = at;
  });
  leaves.forEach((node, at) => {
    place[node] = -at - 1;
  });
  const means = meansOf(tree, base);
  const scale = ROOT_COUNT / (tree.cover[0] || 1);
  const count = (node: number) => Math.min(ROOT_COUNT, Math.round(tree.cover[node] * scale));
  return lines({
    num_leaves: [leaves.length],
    num_cat: [0],
    split_feature: inner.map((node) => tree.feature[node]),
    split_gain: inner.map((node) => tree.gain[node]),
    // x < t of float32 is x <= the float32 below t
    threshold: inner.map((node) => -nextFloat32(-tree.threshold[node])),
    decision_type: inner.map((node) => NAN_IS_MISSING + (tree.defaultLeft[node] === 1 ? DEFAULT_LEFT : 0)),
    left_child: inner.map((node) => place[tree.left[node]]),
    right_child: inner.map((node) => place[tree.right[node]]),
    leaf_value: leaves.map((node) => base + tree.value[node]),
    leaf_weight: leaves.map((node) => tree.cover[node]),
    leaf_count: leaves.map(count),
    internal_value: inner.map((node) => means[node]),
    internal_weight: inner.map((node) => tree.cover[node]),
    internal_count: inner.map(count),
  });
}

/** [node] the mean of the leaves below it, weighed by cover. */
function meansOf({ left, right, value, cover }: Tree, base: number): Float64Array {
  const means = new Float64Array(left.length);
  for (let node = left.length - 1; node >= 0; node--) {
    if (left[node] < 0) {
      means[node] = base + value[node];
      continue;
    }
    const [a, b] = [cover[left[node]], cover[right[node]]];
    const total = a + b;
    means[node] = total === 0 ? 0 : (means[left[node]] * a + means[right[node]] * b) / total;
  }
  return means;
}

function lines(values: Readonly<Record<string, readonly number[]>>): string {
  return Object.entries(values)
    .map(([key, numbers]) => `${key}=${numbers.join(' ')}`)
    .join('\n');
}
