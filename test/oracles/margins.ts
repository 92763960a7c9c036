import type { FeatureMatrix, Tree, TreeEnsemble } from '../../src/ensemble/tree.js';

/** The value of the leaf a row of cells reaches: the definition, one comparison after the other. */
function leafReached(tree: Tree, cells: ArrayLike<number>): number {
  let node = 0;
  while (tree.left[node] >= 0) {
    const x = cells[tree.feature[node]];
    const left = Number.isNaN(x) ? tree.defaultLeft[node] === 1 : x < tree.threshold[node];
    node = left ? tree.left[node] : tree.right[node];
  }
  return tree.value[node];
}

/** Margins [row][class] by the definition, rounding every sum to float32. */
export function marginsByDefinition(ensemble: TreeEnsemble, features: FeatureMatrix): Float32Array {
  const { classes, trees, treeClass, baseScore } = ensemble;
  const { rows, columns, values } = features;
  const margins = new Float32Array(rows * classes);
  for (let row = 0; row < rows; row++) {
    const cells = values.subarray(row * columns, (row + 1) * columns);
    margins.set(baseScore, row * classes);
    trees.forEach((tree, t) => {
      margins[row * classes + treeClass[t]] += leafReached(tree, cells);
    });
  }
  return margins;
}
