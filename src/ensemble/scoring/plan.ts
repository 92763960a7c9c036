import { shared } from '../../threads/shared.js';
import type { Tree, TreeEnsemble } from '../tree.js';
import { planBatches, type ScoreBatch, type ScoreMethod, type ScoreTree } from './batches.js';
import { compileReach, compileSelection, compileWalk, type TreeProgram } from './program.js';
import { describeShape, type TreeShape } from './shape.js';

/** An ensemble laid out for scoring, as data that can be printed and sent to workers. */
export interface ScorePlan {
  readonly columns: number;
  readonly classes: number;
  readonly baseScore: Float32Array;
  /** cuts[cutStart[c] .. cutStart[c + 1]) are column c's distinct thresholds, ascending; cuts are numbered throughout */
  readonly cutStart: Int32Array;
  readonly cuts: Float32Array;
  /** class by class, in the ensemble's order within each */
  readonly trees: readonly ScoreTree[];
  readonly batches: readonly ScoreBatch[];
  /** comparisons that trees look at: 2 * number of the cut, plus 1 where missing values go right */
  readonly nodes: Int32Array;
  /** what else the methods need; src/kernels/assembly/scoring describes the words */
  readonly structure: Int32Array;
  /** values of leaves by number */
  readonly leaves: Float32Array;
}

/** Most distinct thresholds of a column whose comparisons are sliced: a code has sixteen bits. */
const MOST_CUTS = 65_535;
/** Most thresholds in all; each takes 128 bytes. */
const MOST_PLANES = 2 ** 20;

/** Most leaves of a tree whose leaves have numbers: a number is a byte. */
const MOST_LEAVES = 256;
/** Deepest tree for selection, and how many nodes it may have at most for every split there is: then reach is as fast. */
const MOST_LEVELS = 7;
const MOST_PADDING = 2.5;

/** Plans made so far, as long as their ensembles live. */
const plans = new WeakMap<TreeEnsemble, ScorePlan>();

/**
 * Lays out an ensemble, once: the same object gives the same plan, whose arrays lie in memory that threads share.
 * O(nodes log nodes) the first time.
 *
 * @example
 * import { boostingOptions, planScoring, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * const { cuts, trees } = planScoring(ensemble);
 * [cuts, trees.length]; // => [ Float32Array(1) [ 0.5 ], 10 ]
 */
export function planScoring(ensemble: TreeEnsemble): ScorePlan {
  const known = plans.get(ensemble);
  if (known !== undefined) return known;
  const plan = layOut(ensemble);
  plans.set(ensemble, plan);
  return plan;
}

function layOut(ensemble: TreeEnsemble): ScorePlan {
  const { classes, baseScore, treeClass, trees } = ensemble;
  const columns = ensemble.featureNames.length;
  const shapes = trees.map(describeShape);
  const { cutStart, cuts, sliced } = distinctThresholds(ensemble, shapes);
  const order = Array.from(trees.keys()).sort((a, b) => treeClass[a] - treeClass[b] || a - b);
  const nodes: number[] = [];
  const structure: number[] = [];
  const leaves: number[] = [];
  const programs: TreeProgram[] = [];
  const placed = order.map((tree): ScoreTree => {
    const shape = shapes[tree];
    const method = sliced[tree] === 1 ? methodOf(shape) : 'walk';
    const compile = { select: compileSelection, reach: compileReach, walk: compileWalk }[method];
    const program: TreeProgram = compile(trees[tree], shape, { cutStart, cuts });
    programs.push(program);
    const start = { nodes: nodes.length, structure: structure.length, leaves: leaves.length };
    append(nodes, program.nodes);
    append(structure, program.structure);
    append(leaves, program.leaves);
    const { depth, splits } = shape;
    return { tree, class: treeClass[tree], method, depth, splits, bits: program.bits, ...start };
  });
  return {
    columns,
    classes,
    baseScore,
    cutStart,
    cuts: shared(cuts),
    trees: placed,
    batches: planBatches(placed, programs),
    nodes: shared(Int32Array.from(nodes)),
    structure: shared(Int32Array.from(structure)),
    leaves: shared(Float32Array.from(leaves)),
  };
}

/** By index: an iterator costs several times as much. */
function append(list: number[], more: ArrayLike<number>): void {
  for (let at = 0; at < more.length; at++) list.push(more[at]);
}

/** The distinct thresholds of every column, and which trees are not left to walks because a column has too many. */
function distinctThresholds({ trees, featureNames }: TreeEnsemble, shapes: readonly TreeShape[]) {
  const sliced = Uint8Array.from(shapes, ({ leaves }) => (leaves <= MOST_LEAVES ? 1 : 0));
  const columns = thresholdsOf(
    trees.filter((_, t) => sliced[t] === 1),
    featureNames.length,
  ).map(distinct);
  const total = columns.reduce((sum, { length }) => sum + length, 0);
  const cutStart = new Int32Array(featureNames.length + 1);
  if (total > MOST_PLANES || columns.some(({ length }) => length > MOST_CUTS)) {
    return { cutStart, cuts: new Float32Array(0), sliced: sliced.fill(0) };
  }
  const cuts = new Float32Array(total);
  columns.forEach((own, column) => {
    cutStart[column + 1] = cutStart[column] + own.length;
    cuts.set(own, cutStart[column]);
  });
  return { cutStart, cuts, sliced };
}

/** [column] the thresholds that trees compare it with. */
function thresholdsOf(trees: readonly Tree[], columns: number): Float32Array[] {
  const counts = new Int32Array(columns);
  for (const { left, feature } of trees) {
    for (let node = 0; node < left.length; node++) if (left[node] >= 0) counts[feature[node]]++;
  }
  const found = Array.from(counts, (count) => new Float32Array(count));
  for (const { left, feature, threshold } of trees) {
    for (let node = 0; node < left.length; node++) {
      if (left[node] < 0) continue;
      const column = feature[node];
      // of -0 and 0, which are equal, only 0 stays
      found[column][--counts[column]] = threshold[node] + 0;
    }
  }
  return found;
}

/** The distinct values, ascending; sorts what it is given. */
function distinct(values: Float32Array): Float32Array {
  values.sort();
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    if (at === 0 || values[at] !== values[at - 1]) values[count++] = values[at];
  }
  return values.subarray(0, count);
}

function methodOf({ depth, splits }: TreeShape): ScoreMethod {
  return depth <= MOST_LEVELS && 2 ** depth - 1 <= MOST_PADDING * Math.max(1, splits) ? 'select' : 'reach';
}
