import type { Tree } from '../tree.js';
import type { Bins } from './binning.js';
import { NODE_BYTES, type VectorPlaces } from './layout.js';
import type { TrainingMemory } from './memory.js';

/** Places of the fields of a node (Node of src/kernels/assembly/training/job.ts), in doubles and words. */
const HESSIAN = 1;
const GAIN = 2;
const VALUE = 10;
const LEFT = 11;
const RIGHT = 12;
const FEATURE = 13;
const BIN = 14;
const DEFAULT_LEFT = 15;

/** What turns a kernel's tree into the table's terms. */
export interface TreeTerms {
  readonly bins: Bins;
  /** the table's column at each place of the memory's rows [place] */
  readonly columnAt: Int32Array;
  /** fixed-point units per unit of derivative */
  readonly scale: number;
}

/**
 * The tree that a kernel grew, nodes in the order they were made: a node's children come after it, the left one first.
 * O(nodes).
 */
export function readTree(
  memory: TrainingMemory,
  place: { readonly nodes: number; readonly count: number },
  { bins, columnAt, scale }: TreeTerms,
): Tree {
  const { words, doubles, floats } = memory;
  const { count } = place;
  const tree = {
    left: new Int32Array(count).fill(-1),
    right: new Int32Array(count).fill(-1),
    feature: new Int32Array(count),
    threshold: new Float32Array(count),
    defaultLeft: new Uint8Array(count),
    value: new Float32Array(count),
    cover: new Float32Array(count),
    gain: new Float32Array(count),
  };
  for (let node = 0; node < count; node++) {
    const at = place.nodes + node * NODE_BYTES;
    const word = at >>> 2;
    tree.cover[node] = doubles[at / 8 + HESSIAN] / scale;
    if (words[word + RIGHT] === 0) {
      tree.value[node] = floats[word + VALUE];
      continue;
    }
    tree.left[node] = words[word + LEFT];
    tree.right[node] = words[word + RIGHT];
    tree.feature[node] = columnAt[words[word + FEATURE]];
    tree.threshold[node] = bins.cuts[tree.feature[node]][words[word + BIN]];
    tree.defaultLeft[node] = words[word + DEFAULT_LEFT];
    tree.gain[node] = doubles[at / 8 + GAIN];
  }
  return tree;
}

/**
 * The trees of all classes of one structure [class], the form in which scoring, attribution and XGBoost take it. A
 * split's gain is divided into what each class gains, so that their sum is the split's; a node's cover is the same in all,
 * the mean of the classes' hessians, as the structure was grown on their sum. O(nodes classes).
 */
export function readVectorTrees(
  memory: TrainingMemory,
  { count, classes }: { readonly count: number; readonly classes: number },
  terms: TreeTerms,
): Tree[] {
  const { layout, doubles } = memory;
  const place = { nodes: layout.nodes[0], count };
  return Array.from({ length: classes }, (_, k) => {
    const tree = readTree(memory, place, { ...terms, scale: terms.scale * classes });
    for (let node = 0; node < count; node++) {
      const outcome = (layout.vector as VectorPlaces).outcomes / 8 + 2 * (node * classes + k);
      if (tree.left[node] < 0) tree.value[node] = doubles[outcome + 1];
      else tree.gain[node] = doubles[outcome];
    }
    return tree;
  });
}
