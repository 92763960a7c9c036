/**
 * What the training kernels read and write: records at addresses that src/ensemble/training/memory.ts lays out. A
 * position is a row of the training table, counted from 0; derivatives are fixed-point integers, so that their sums in
 * float64 are exact whatever the order.
 */

/** Growing one tree. Weights and gains are in fixed-point units unless said otherwise. */
@unmanaged
export class GrowJob {
  /** fixed-point units per unit, a power of two */
  scale: f64;
  learningRate: f64;
  alpha: f64;
  lambda: f64;
  /** least hessian of a leaf, at least one unit */
  leastHessian: f64;
  /** gain above which a split is worth making */
  leastGain: f64;
  /** the same limits in units of the loss, for the values of leaves */
  minChildWeight: f64;
  alphaOfLoss: f64;
  lambdaOfLoss: f64;
  /** codes [position][byte], `stride` bytes a row, a multiple of 8; sixteen bytes may be read from wherever a row's codes lie */
  rowCodes: u32;
  stride: u32;
  /** codes [column][position], `columnStride` bytes a column */
  columnCodes: u32;
  columnStride: u32;
  /** number of bins of each column, u32 [column] */
  binCounts: u32;
  /** code of a missing value: a power of two less one, above all bins */
  missing: u32;
  /** columns that the tree may test, ascending u32 [place], at least one: the order that breaks ties */
  features: u32;
  featureCount: u32;
  /** in trees of vector leaves, how their codes are brought together: records of Move; none where all columns may be tested */
  moves: u32;
  moveCount: u32;
  /** bytes of a gathered row, a multiple of 16 */
  batchStride: u32;
  /** gradient and hessian of the tree's class, packed (packed.ts) i64 [position] */
  derivatives: u32;
  /** rows whose derivatives a packed sum holds at most */
  mostPacked: u32;
  /** positions to learn from, then those that only take the tree's values; u32, ascending in each part */
  positions: u32;
  bagCount: u32;
  allCount: u32;
  /** bytes between columns of a histogram, and of its sums; row counts, where there are any, follow the sums */
  columnBytes: u32;
  sumBytes: u32;
  /** 1 where leaves must hold so many rows that they are counted */
  counted: u32;
  minDataInLeaf: u32;
  /** 0 is no limit */
  maxDepth: u32;
  /** 0 is no limit */
  maxLeaves: u32;
  leafwise: u32;
  /** room for the nodes */
  nodes: u32;
  /** float32 margins of the tree's class [position] */
  margins: u32;
  /** histogram of the root, made beforehand; 0 where the tree makes it */
  rootHistogram: u32;
  /** room for all positions: those of a node lie together; where a thread grows the whole tree, that of the thread */
  order: u32;
  /** written: nodes grown */
  nodeCount: u32;
}

/** Histograms of several trees' roots in some columns. */
@unmanaged
export class RootJob {
  /** address of the first tree's GrowJob, and bytes to the next tree's */
  job: u32;
  jobStep: u32;
  /** trees, at most 4, and bytes between their derivatives */
  classes: u32;
  derivativeStep: u32;
  /** columns from the first up to the last */
  from: u32;
  to: u32;
}

/** Bringing codes [position][column] into the order [column][position]. */
@unmanaged
export class TransposeJob {
  rowCodes: u32;
  stride: u32;
  columnCodes: u32;
  columnStride: u32;
  columns: u32;
  /** the table's column of each place, u32 [place] */
  columnAt: u32;
  /** positions, multiples of 16; there is room for the last sixteen */
  from: u32;
  to: u32;
}

/** Codes of 16 columns of a row that go to 16 places of a gathered row: byte i takes the byte of number mask[i], or 0. */
@unmanaged
export class Move {
  from: u32;
  to: u32;
  /** 1 where earlier moves went to the same places */
  joins: u32;
  unused: u32;
  mask: u64;
  maskEnd: u64;
}

/** Working memory of a thread: addresses of rooms. */
@unmanaged
export class Scratch {
  /** for all positions, u32, each */
  order: u32;
  spare: u32;
  /** for the codes and the derivatives of `batchRows` rows */
  batch: u32;
  batchSums: u32;
  batchRows: u32;
  /** for `histogramCount` histograms, and for a list of them */
  histogramCount: u32;
  histograms: u32;
  freeList: u32;
  /** for a list of the nodes that wait to be split */
  waiting: u32;
  /** for 16 bytes a class */
  exponentials: u32;
  /** for the packed sums of the columns that a tree may test */
  packed: u32;
  /** for the roots' sums and row counts in MOST_ROOT_COLUMNS columns, and a list of them */
  rootPacked: u32;
  rootCounts: u32;
  rootColumns: u32;
  /** for the codes and the derivatives of `rootRows` rows */
  rootCodes: u32;
  rootSums: u32;
  rootRows: u32;
}

/** Splitting a node of a tree whose steps threads share, and searching for its children's splits. */
@unmanaged
export class StepJob {
  /** addresses of the tree's GrowJob and of the node */
  job: u32;
  node: u32;
  /** number of the left child, the right one's is the next; 0 where it is the node itself, the root, that is searched */
  left: u32;
  /** 1 where the children's splits are wanted */
  searches: u32;
  /** histograms of the child of fewer rows (or of the root), and of its sibling */
  ofSmall: u32;
  ofLarge: u32;
  /** 1 where the sibling's holds that of the node */
  subtracts: u32;
  /** further histograms, one after the other, of so many parts of the one's rows, then of the other's */
  parts: u32;
  partsOfSmall: u32;
  partsOfLarge: u32;
}

/** Summing the positions [from, to) of a tree's order into a histogram. */
@unmanaged
export class SumJob {
  job: u32;
  from: u32;
  to: u32;
  target: u32;
}

/** Adding the values of the leaves among a tree's nodes [from, to) to its margins. */
@unmanaged
export class LeavesJob {
  job: u32;
  from: u32;
  to: u32;
}

/** A node of the tree, in the order they are made. */
@unmanaged
export class Node {
  gradient: f64;
  hessian: f64;
  /** of the best split found, above that of leaving the node whole; 0 without one */
  gain: f64;
  leftGradient: f64;
  leftHessian: f64;
  /** value of the node as a leaf */
  value: f32;
  /** the children's numbers, 0 in a leaf */
  left: u32;
  right: u32;
  feature: u32;
  bin: u32;
  defaultLeft: u32;
  depth: u32;
  /** its part of the order: positions learned from, and the others */
  start: u32;
  end: u32;
  restStart: u32;
  restEnd: u32;
  /** address of its histogram; 0 where it has none */
  histogram: u32;
  /** 1 where a split was found */
  splits: u32;
  /** 1 where the limits allow a split */
  open: u32;
}

/** Drawing the positions that a round learns from. */
@unmanaged
export class BagJob {
  /** state of the stream of random numbers */
  a: u32;
  b: u32;
  c: u32;
  counter: u32;
  /** positions to draw from, u32 [place], how many they are, and how many are drawn */
  list: u32;
  total: u32;
  count: u32;
  /** written: those drawn, then the others; u32 */
  positions: u32;
}

/** Derivatives of all classes for the positions from..to, multiples of 4. */
@unmanaged
export class GradientJob {
  /** float32 [class][position], `positions` of a class, a multiple of 4 */
  margins: u32;
  positions: u32;
  classes: u32;
  /** class and weight times scale of each position: i32, float32 */
  labels: u32;
  weights: u32;
  /** written: packed i64 [class][position] */
  derivatives: u32;
  from: u32;
  to: u32;
}

/** Cross-entropy of listed positions. */
@unmanaged
export class LossJob {
  /** written: class-weighted sum in nats */
  loss: f64;
  margins: u32;
  positions: u32;
  classes: u32;
  labels: u32;
  /** float64 [class] */
  classWeights: u32;
  /** u32 */
  list: u32;
  from: u32;
  to: u32;
}
