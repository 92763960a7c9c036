/**
 * Where the fields of the records lie, for the library to compare with what it writes (checkRecords of
 * src/kernels/records.ts): members of exported enums become globals named `record.field`. Every field is listed, and
 * `bytes` is the length of all.
 */
import {
  BagJob,
  GradientJob,
  GrowJob,
  LossJob,
  Move,
  Node,
  RootJob,
  Scratch,
  TransposeJob,
} from './job';
import { PACKED_COLUMN } from './packed';
import { MOST_ROOT_COLUMNS, ROOT_COLUMN } from './root';
import { Candidate, ChooseJob, SearchJob, SplitJob, ValueJob, VectorJob } from './vector-job';

export enum growJob {
  bytes = <i32>offsetof<GrowJob>(),
  scale = <i32>offsetof<GrowJob>('scale'),
  learningRate = <i32>offsetof<GrowJob>('learningRate'),
  alpha = <i32>offsetof<GrowJob>('alpha'),
  lambda = <i32>offsetof<GrowJob>('lambda'),
  leastHessian = <i32>offsetof<GrowJob>('leastHessian'),
  leastGain = <i32>offsetof<GrowJob>('leastGain'),
  minChildWeight = <i32>offsetof<GrowJob>('minChildWeight'),
  alphaOfLoss = <i32>offsetof<GrowJob>('alphaOfLoss'),
  lambdaOfLoss = <i32>offsetof<GrowJob>('lambdaOfLoss'),
  rowCodes = <i32>offsetof<GrowJob>('rowCodes'),
  stride = <i32>offsetof<GrowJob>('stride'),
  columnCodes = <i32>offsetof<GrowJob>('columnCodes'),
  columnStride = <i32>offsetof<GrowJob>('columnStride'),
  binCounts = <i32>offsetof<GrowJob>('binCounts'),
  missing = <i32>offsetof<GrowJob>('missing'),
  features = <i32>offsetof<GrowJob>('features'),
  featureCount = <i32>offsetof<GrowJob>('featureCount'),
  moves = <i32>offsetof<GrowJob>('moves'),
  moveCount = <i32>offsetof<GrowJob>('moveCount'),
  batchStride = <i32>offsetof<GrowJob>('batchStride'),
  derivatives = <i32>offsetof<GrowJob>('derivatives'),
  mostPacked = <i32>offsetof<GrowJob>('mostPacked'),
  positions = <i32>offsetof<GrowJob>('positions'),
  bagCount = <i32>offsetof<GrowJob>('bagCount'),
  allCount = <i32>offsetof<GrowJob>('allCount'),
  columnBytes = <i32>offsetof<GrowJob>('columnBytes'),
  sumBytes = <i32>offsetof<GrowJob>('sumBytes'),
  counted = <i32>offsetof<GrowJob>('counted'),
  minDataInLeaf = <i32>offsetof<GrowJob>('minDataInLeaf'),
  maxDepth = <i32>offsetof<GrowJob>('maxDepth'),
  maxLeaves = <i32>offsetof<GrowJob>('maxLeaves'),
  leafwise = <i32>offsetof<GrowJob>('leafwise'),
  nodes = <i32>offsetof<GrowJob>('nodes'),
  margins = <i32>offsetof<GrowJob>('margins'),
  rootHistogram = <i32>offsetof<GrowJob>('rootHistogram'),
  order = <i32>offsetof<GrowJob>('order'),
  nodeCount = <i32>offsetof<GrowJob>('nodeCount'),
}

export enum rootJob {
  bytes = <i32>offsetof<RootJob>(),
  job = <i32>offsetof<RootJob>('job'),
  jobStep = <i32>offsetof<RootJob>('jobStep'),
  classes = <i32>offsetof<RootJob>('classes'),
  derivativeStep = <i32>offsetof<RootJob>('derivativeStep'),
  from = <i32>offsetof<RootJob>('from'),
  to = <i32>offsetof<RootJob>('to'),
}

export enum transposeJob {
  bytes = <i32>offsetof<TransposeJob>(),
  rowCodes = <i32>offsetof<TransposeJob>('rowCodes'),
  stride = <i32>offsetof<TransposeJob>('stride'),
  columnCodes = <i32>offsetof<TransposeJob>('columnCodes'),
  columnStride = <i32>offsetof<TransposeJob>('columnStride'),
  columns = <i32>offsetof<TransposeJob>('columns'),
  columnAt = <i32>offsetof<TransposeJob>('columnAt'),
  from = <i32>offsetof<TransposeJob>('from'),
  to = <i32>offsetof<TransposeJob>('to'),
}

export enum move {
  bytes = <i32>offsetof<Move>(),
  from = <i32>offsetof<Move>('from'),
  to = <i32>offsetof<Move>('to'),
  joins = <i32>offsetof<Move>('joins'),
  unused = <i32>offsetof<Move>('unused'),
  mask = <i32>offsetof<Move>('mask'),
  maskEnd = <i32>offsetof<Move>('maskEnd'),
}

export enum scratch {
  bytes = <i32>offsetof<Scratch>(),
  order = <i32>offsetof<Scratch>('order'),
  spare = <i32>offsetof<Scratch>('spare'),
  batch = <i32>offsetof<Scratch>('batch'),
  batchSums = <i32>offsetof<Scratch>('batchSums'),
  batchRows = <i32>offsetof<Scratch>('batchRows'),
  histogramCount = <i32>offsetof<Scratch>('histogramCount'),
  histograms = <i32>offsetof<Scratch>('histograms'),
  freeList = <i32>offsetof<Scratch>('freeList'),
  waiting = <i32>offsetof<Scratch>('waiting'),
  exponentials = <i32>offsetof<Scratch>('exponentials'),
  packed = <i32>offsetof<Scratch>('packed'),
  rootPacked = <i32>offsetof<Scratch>('rootPacked'),
  rootCounts = <i32>offsetof<Scratch>('rootCounts'),
  rootColumns = <i32>offsetof<Scratch>('rootColumns'),
  rootCodes = <i32>offsetof<Scratch>('rootCodes'),
  rootSums = <i32>offsetof<Scratch>('rootSums'),
  rootRows = <i32>offsetof<Scratch>('rootRows'),
}

export enum node {
  bytes = <i32>offsetof<Node>(),
  gradient = <i32>offsetof<Node>('gradient'),
  hessian = <i32>offsetof<Node>('hessian'),
  gain = <i32>offsetof<Node>('gain'),
  leftGradient = <i32>offsetof<Node>('leftGradient'),
  leftHessian = <i32>offsetof<Node>('leftHessian'),
  value = <i32>offsetof<Node>('value'),
  left = <i32>offsetof<Node>('left'),
  right = <i32>offsetof<Node>('right'),
  feature = <i32>offsetof<Node>('feature'),
  bin = <i32>offsetof<Node>('bin'),
  defaultLeft = <i32>offsetof<Node>('defaultLeft'),
  depth = <i32>offsetof<Node>('depth'),
  start = <i32>offsetof<Node>('start'),
  end = <i32>offsetof<Node>('end'),
  restStart = <i32>offsetof<Node>('restStart'),
  restEnd = <i32>offsetof<Node>('restEnd'),
  histogram = <i32>offsetof<Node>('histogram'),
  splits = <i32>offsetof<Node>('splits'),
  open = <i32>offsetof<Node>('open'),
}

export enum gradientJob {
  bytes = <i32>offsetof<GradientJob>(),
  margins = <i32>offsetof<GradientJob>('margins'),
  positions = <i32>offsetof<GradientJob>('positions'),
  classes = <i32>offsetof<GradientJob>('classes'),
  labels = <i32>offsetof<GradientJob>('labels'),
  weights = <i32>offsetof<GradientJob>('weights'),
  derivatives = <i32>offsetof<GradientJob>('derivatives'),
  from = <i32>offsetof<GradientJob>('from'),
  to = <i32>offsetof<GradientJob>('to'),
}

export enum bagJob {
  bytes = <i32>offsetof<BagJob>(),
  a = <i32>offsetof<BagJob>('a'),
  b = <i32>offsetof<BagJob>('b'),
  c = <i32>offsetof<BagJob>('c'),
  counter = <i32>offsetof<BagJob>('counter'),
  list = <i32>offsetof<BagJob>('list'),
  total = <i32>offsetof<BagJob>('total'),
  count = <i32>offsetof<BagJob>('count'),
  positions = <i32>offsetof<BagJob>('positions'),
}

export enum lossJob {
  bytes = <i32>offsetof<LossJob>(),
  loss = <i32>offsetof<LossJob>('loss'),
  margins = <i32>offsetof<LossJob>('margins'),
  positions = <i32>offsetof<LossJob>('positions'),
  classes = <i32>offsetof<LossJob>('classes'),
  labels = <i32>offsetof<LossJob>('labels'),
  classWeights = <i32>offsetof<LossJob>('classWeights'),
  list = <i32>offsetof<LossJob>('list'),
  from = <i32>offsetof<LossJob>('from'),
  to = <i32>offsetof<LossJob>('to'),
}

export enum vectorJob {
  bytes = <i32>offsetof<VectorJob>(),
  scale = <i32>offsetof<VectorJob>('scale'),
  learningRate = <i32>offsetof<VectorJob>('learningRate'),
  alpha = <i32>offsetof<VectorJob>('alpha'),
  lambda = <i32>offsetof<VectorJob>('lambda'),
  leastHessian = <i32>offsetof<VectorJob>('leastHessian'),
  leastGain = <i32>offsetof<VectorJob>('leastGain'),
  minChildWeight = <i32>offsetof<VectorJob>('minChildWeight'),
  alphaOfLoss = <i32>offsetof<VectorJob>('alphaOfLoss'),
  lambdaOfLoss = <i32>offsetof<VectorJob>('lambdaOfLoss'),
  rowCodes = <i32>offsetof<VectorJob>('rowCodes'),
  stride = <i32>offsetof<VectorJob>('stride'),
  columnCodes = <i32>offsetof<VectorJob>('columnCodes'),
  columnStride = <i32>offsetof<VectorJob>('columnStride'),
  binCounts = <i32>offsetof<VectorJob>('binCounts'),
  missing = <i32>offsetof<VectorJob>('missing'),
  features = <i32>offsetof<VectorJob>('features'),
  featureCount = <i32>offsetof<VectorJob>('featureCount'),
  moves = <i32>offsetof<VectorJob>('moves'),
  moveCount = <i32>offsetof<VectorJob>('moveCount'),
  batchStride = <i32>offsetof<VectorJob>('batchStride'),
  derivatives = <i32>offsetof<VectorJob>('derivatives'),
  mostPacked = <i32>offsetof<VectorJob>('mostPacked'),
  positions = <i32>offsetof<VectorJob>('positions'),
  bagCount = <i32>offsetof<VectorJob>('bagCount'),
  allCount = <i32>offsetof<VectorJob>('allCount'),
  columnBytes = <i32>offsetof<VectorJob>('columnBytes'),
  sumBytes = <i32>offsetof<VectorJob>('sumBytes'),
  counted = <i32>offsetof<VectorJob>('counted'),
  minDataInLeaf = <i32>offsetof<VectorJob>('minDataInLeaf'),
  maxDepth = <i32>offsetof<VectorJob>('maxDepth'),
  maxLeaves = <i32>offsetof<VectorJob>('maxLeaves'),
  leafwise = <i32>offsetof<VectorJob>('leafwise'),
  nodes = <i32>offsetof<VectorJob>('nodes'),
  margins = <i32>offsetof<VectorJob>('margins'),
  rootHistogram = <i32>offsetof<VectorJob>('rootHistogram'),
  order = <i32>offsetof<VectorJob>('order'),
  nodeCount = <i32>offsetof<VectorJob>('nodeCount'),
  leastTotal = <i32>offsetof<VectorJob>('leastTotal'),
  classes = <i32>offsetof<VectorJob>('classes'),
  slotBytes = <i32>offsetof<VectorJob>('slotBytes'),
  countStep = <i32>offsetof<VectorJob>('countStep'),
  derivativeStep = <i32>offsetof<VectorJob>('derivativeStep'),
  marginStep = <i32>offsetof<VectorJob>('marginStep'),
  sums = <i32>offsetof<VectorJob>('sums'),
  leftSums = <i32>offsetof<VectorJob>('leftSums'),
  outcomes = <i32>offsetof<VectorJob>('outcomes'),
}

export enum candidate {
  bytes = <i32>offsetof<Candidate>(),
  score = <i32>offsetof<Candidate>('score'),
  place = <i32>offsetof<Candidate>('place'),
  bin = <i32>offsetof<Candidate>('bin'),
  side = <i32>offsetof<Candidate>('side'),
  unused = <i32>offsetof<Candidate>('unused'),
}

export enum searchJob {
  bytes = <i32>offsetof<SearchJob>(),
  job = <i32>offsetof<SearchJob>('job'),
  small = <i32>offsetof<SearchJob>('small'),
  large = <i32>offsetof<SearchJob>('large'),
  ofSmall = <i32>offsetof<SearchJob>('ofSmall'),
  ofLarge = <i32>offsetof<SearchJob>('ofLarge'),
  subtracts = <i32>offsetof<SearchJob>('subtracts'),
  from = <i32>offsetof<SearchJob>('from'),
  to = <i32>offsetof<SearchJob>('to'),
  bestOfSmall = <i32>offsetof<SearchJob>('bestOfSmall'),
  bestOfLarge = <i32>offsetof<SearchJob>('bestOfLarge'),
}

export enum splitJob {
  bytes = <i32>offsetof<SplitJob>(),
  job = <i32>offsetof<SplitJob>('job'),
  node = <i32>offsetof<SplitJob>('node'),
  left = <i32>offsetof<SplitJob>('left'),
}

export enum chooseJob {
  bytes = <i32>offsetof<ChooseJob>(),
  search = <i32>offsetof<ChooseJob>('search'),
  step = <i32>offsetof<ChooseJob>('step'),
  count = <i32>offsetof<ChooseJob>('count'),
}

export enum valueJob {
  bytes = <i32>offsetof<ValueJob>(),
  job = <i32>offsetof<ValueJob>('job'),
  nodes = <i32>offsetof<ValueJob>('nodes'),
  k = <i32>offsetof<ValueJob>('k'),
}

/** Sizes that both sides take as given. */
export enum place {
  packedColumn = <i32>PACKED_COLUMN,
  rootColumn = <i32>ROOT_COLUMN,
  mostRootColumns = <i32>MOST_ROOT_COLUMNS,
}
