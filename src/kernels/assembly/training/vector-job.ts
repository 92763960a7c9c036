import { GrowJob } from './job';

/**
 * Growing one tree of vector leaves: one structure, with a value of every class in each leaf. The fields of GrowJob hold
 * but for these: `leastHessian` is that of a class, and derivatives and margins are those of class 0, the other classes'
 * following at equal steps. A histogram's slot holds the sums of all classes side by side. All threads share one order.
 */
@unmanaged
export class VectorJob extends GrowJob {
  /** least hessian of a leaf, summed over the classes */
  leastTotal: f64;
  classes: u32;
  /** bytes of a slot, and between the row counts of columns */
  slotBytes: u32;
  countStep: u32;
  /** bytes between classes */
  derivativeStep: u32;
  marginStep: u32;
  /** gradient and hessian, of each node and of its best split's left side: f64 pairs [node][class] */
  sums: u32;
  leftSums: u32;
  /** each class's part of the node's gain, and its value in the node as a leaf: f64 pairs [node][class] */
  outcomes: u32;
}

/** The best split of a node among some columns. */
@unmanaged
export class Candidate {
  /** 0 where there is none */
  score: f64;
  place: u32;
  bin: u32;
  /** 1 where missing values go left */
  side: u32;
  unused: u32;
}

/** Building the histograms of a node's children, or of the root, in some columns and finding their best splits there. */
@unmanaged
export class SearchJob {
  job: u32;
  /** addresses of the nodes: the one of fewer rows, and its sibling; 0 without one */
  small: u32;
  large: u32;
  /** their histograms */
  ofSmall: u32;
  ofLarge: u32;
  /** 1 where the sibling's holds that of their parent */
  subtracts: u32;
  /** places of the columns: from the first up to the last, multiples of 8 or the end */
  from: u32;
  to: u32;
  /** where to write the best found */
  bestOfSmall: Candidate;
  bestOfLarge: Candidate;
}

/** Splitting a node by its best split. */
@unmanaged
export class SplitJob {
  job: u32;
  node: u32;
  /** number of the left child; the right one's is the next */
  left: u32;
}

/** Choosing the best of the candidates that searches of the same nodes found. */
@unmanaged
export class ChooseJob {
  /** addresses of the first search, and bytes to the next of the same nodes */
  search: u32;
  step: u32;
  count: u32;
}

/** Adding the leaves' values of a class to its margins. */
@unmanaged
export class ValueJob {
  job: u32;
  nodes: u32;
  k: u32;
}
