import { layOutRecord } from '../../kernels/records.js';

/**
 * The records of src/kernels/assembly/training/job.ts and vector-job.ts, which say what the fields mean. The kernels
 * export their own layouts, which must be these (TRAINING_RECORDS): a field that is added on one side alone is an error.
 */
export const GROW_JOB = layOutRecord({
  scale: 'f64',
  learningRate: 'f64',
  alpha: 'f64',
  lambda: 'f64',
  leastHessian: 'f64',
  leastGain: 'f64',
  minChildWeight: 'f64',
  alphaOfLoss: 'f64',
  lambdaOfLoss: 'f64',
  rowCodes: 'u32',
  stride: 'u32',
  columnCodes: 'u32',
  columnStride: 'u32',
  binCounts: 'u32',
  missing: 'u32',
  features: 'u32',
  featureCount: 'u32',
  moves: 'u32',
  moveCount: 'u32',
  batchStride: 'u32',
  derivatives: 'u32',
  mostPacked: 'u32',
  positions: 'u32',
  bagCount: 'u32',
  allCount: 'u32',
  columnBytes: 'u32',
  sumBytes: 'u32',
  counted: 'u32',
  minDataInLeaf: 'u32',
  maxDepth: 'u32',
  maxLeaves: 'u32',
  leafwise: 'u32',
  nodes: 'u32',
  margins: 'u32',
  rootHistogram: 'u32',
  order: 'u32',
  nodeCount: 'u32',
});
export const ROOT_JOB = layOutRecord({
  job: 'u32',
  jobStep: 'u32',
  classes: 'u32',
  derivativeStep: 'u32',
  from: 'u32',
  to: 'u32',
});
export const TRANSPOSE_JOB = layOutRecord({
  rowCodes: 'u32',
  stride: 'u32',
  columnCodes: 'u32',
  columnStride: 'u32',
  columns: 'u32',
  columnAt: 'u32',
  from: 'u32',
  to: 'u32',
});
export const MOVE = layOutRecord({
  from: 'u32',
  to: 'u32',
  joins: 'u32',
  unused: 'u32',
  mask: 'u64',
  maskEnd: 'u64',
});
export const SCRATCH = layOutRecord({
  order: 'u32',
  spare: 'u32',
  batch: 'u32',
  batchSums: 'u32',
  batchRows: 'u32',
  histogramCount: 'u32',
  histograms: 'u32',
  freeList: 'u32',
  waiting: 'u32',
  exponentials: 'u32',
  packed: 'u32',
  rootPacked: 'u32',
  rootCounts: 'u32',
  rootColumns: 'u32',
  rootCodes: 'u32',
  rootSums: 'u32',
  rootRows: 'u32',
});
export const NODE = layOutRecord({
  gradient: 'f64',
  hessian: 'f64',
  gain: 'f64',
  leftGradient: 'f64',
  leftHessian: 'f64',
  value: 'f32',
  left: 'u32',
  right: 'u32',
  feature: 'u32',
  bin: 'u32',
  defaultLeft: 'u32',
  depth: 'u32',
  start: 'u32',
  end: 'u32',
  restStart: 'u32',
  restEnd: 'u32',
  histogram: 'u32',
  splits: 'u32',
  open: 'u32',
});
export const BAG_JOB = layOutRecord({
  a: 'u32',
  b: 'u32',
  c: 'u32',
  counter: 'u32',
  list: 'u32',
  total: 'u32',
  count: 'u32',
  positions: 'u32',
});
export const GRADIENT_JOB = layOutRecord({
  margins: 'u32',
  positions: 'u32',
  classes: 'u32',
  labels: 'u32',
  weights: 'u32',
  derivatives: 'u32',
  from: 'u32',
  to: 'u32',
});
export const LOSS_JOB = layOutRecord({
  loss: 'f64',
  margins: 'u32',
  positions: 'u32',
  classes: 'u32',
  labels: 'u32',
  classWeights: 'u32',
  list: 'u32',
  from: 'u32',
  to: 'u32',
});
export const STEP_JOB = layOutRecord({
  job: 'u32',
  node: 'u32',
  left: 'u32',
  searches: 'u32',
  ofSmall: 'u32',
  ofLarge: 'u32',
  subtracts: 'u32',
  parts: 'u32',
  partsOfSmall: 'u32',
  partsOfLarge: 'u32',
});
export const SUM_JOB = layOutRecord({
  job: 'u32',
  from: 'u32',
  to: 'u32',
  target: 'u32',
});
export const LEAVES_JOB = layOutRecord({
  job: 'u32',
  from: 'u32',
  to: 'u32',
});
export const VECTOR_JOB = layOutRecord({
  ...GROW_JOB.types,
  leastTotal: 'f64',
  classes: 'u32',
  slotBytes: 'u32',
  countStep: 'u32',
  derivativeStep: 'u32',
  marginStep: 'u32',
  sums: 'u32',
  leftSums: 'u32',
  outcomes: 'u32',
});
export const CANDIDATE = layOutRecord({
  score: 'f64',
  place: 'u32',
  bin: 'u32',
  side: 'u32',
  unused: 'u32',
});
export const SEARCH_JOB = layOutRecord({
  job: 'u32',
  small: 'u32',
  large: 'u32',
  ofSmall: 'u32',
  ofLarge: 'u32',
  subtracts: 'u32',
  from: 'u32',
  to: 'u32',
  bestOfSmall: 'u32',
  bestOfLarge: 'u32',
});
export const SPLIT_JOB = layOutRecord({
  job: 'u32',
  node: 'u32',
  left: 'u32',
});
export const CHOOSE_JOB = layOutRecord({
  search: 'u32',
  step: 'u32',
  count: 'u32',
});
export const VALUE_JOB = layOutRecord({
  job: 'u32',
  nodes: 'u32',
  k: 'u32',
});

/** Sizes that the kernels take as given (packed.ts, root.ts): bytes between the packed sums of columns, and columns. */
export const TRAINING_SIZES = { packedColumn: 2112, rootColumn: 8256, mostRootColumns: 64 };

/** All records, by the names under which the kernels export theirs. */
export const TRAINING_RECORDS = {
  growJob: GROW_JOB,
  rootJob: ROOT_JOB,
  transposeJob: TRANSPOSE_JOB,
  move: MOVE,
  scratch: SCRATCH,
  node: NODE,
  bagJob: BAG_JOB,
  gradientJob: GRADIENT_JOB,
  lossJob: LOSS_JOB,
  stepJob: STEP_JOB,
  sumJob: SUM_JOB,
  leavesJob: LEAVES_JOB,
  vectorJob: VECTOR_JOB,
  candidate: CANDIDATE,
  searchJob: SEARCH_JOB,
  splitJob: SPLIT_JOB,
  chooseJob: CHOOSE_JOB,
  valueJob: VALUE_JOB,
};
