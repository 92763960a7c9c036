/**
 * One binary regression tree as parallel arrays [node]; node 0 is the root and children come after their parent.
 * A row goes left if float32 value < threshold; a missing value (NaN) goes left if defaultLeft is 1.
 */
export interface Tree {
  /** child index, or -1 in a leaf */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** column tested, 0 in a leaf */
  readonly feature: Int32Array;
  readonly threshold: Float32Array;
  readonly defaultLeft: Uint8Array;
  /** margin added by a leaf; 0 in an inner node */
  readonly value: Float32Array;
  /** sum of hessians of the training rows that reach the node (XGBoost's sum_hessian): the weights of TreeSHAP */
  readonly cover: Float32Array;
  /** loss reduction of the split; 0 in a leaf */
  readonly gain: Float32Array;
}

/**
 * A sum of trees per class: margin[row][k] = baseScore[k] + the leaves of all trees t with treeClass[t] = k, added in
 * tree order in float32. Probabilities are the softmax of the margins.
 */
export interface TreeEnsemble {
  readonly classes: number;
  /** names of the columns the trees test, in order */
  readonly featureNames: readonly string[];
  readonly baseScore: Float32Array;
  readonly trees: readonly Tree[];
  readonly treeClass: Int32Array;
}

/** A dense float32 table: values[row * columns + column], NaN where missing. */
export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly names: readonly string[];
  readonly values: Float32Array;
}
