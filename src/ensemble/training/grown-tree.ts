import type { Tree } from '../tree.js';
import type { Bins } from './binning.js';
import type { VectorPlaces } from './layout.js';
import type { TrainingMemory } from './memory.js';
import { NODE } from './records.js';

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
    const record = place.nodes + node * NODE.bytes;
    const word = (at: number) => words[(record + at) >>> 2];
    tree.cover[node] = doubles[(record + NODE.at.hessian) / 8] / scale;
    if (word(NODE.at.right) === 0) {
      tree.value[node] = floats[(record + NODE.at.value) >>> 2];
      continue;
    }
    tree.left[node] = word(NODE.at.left);
    tree.right[node] = word(NODE.at.right);
    tree.feature[node] = columnAt[word(NODE.at.feature)];
    tree.threshold[node] = bins.cuts[tree.feature[node]][word(NODE.at.bin)];
    tree.defaultLeft[node] = word(NODE.at.defaultLeft);
    tree.gain[node] = doubles[(record + NODE.at.gain) / 8];
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
