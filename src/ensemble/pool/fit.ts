import { EsciSelectError } from '../../errors.js';
import { type AnswerTable, learnAnswers, leaveOut, type WeightedPositions } from './answers.js';
import type { PoolRows } from './encode.js';
import type { PoolPlan } from './plan.js';
import type { PoolProblem } from './problem.js';
import { minimizePool } from './projected-newton.js';

/** A log-opinion pool: margin of a class = its bias + the sum of weight x what the model says of the class. */
export interface Pool {
  readonly classes: number;
  /** [model of the plan] at least 0; 0 for models that were not asked */
  readonly weights: Float64Array;
  /** [class], adding up to 0 */
  readonly biases: Float64Array;
  /** [model of the plan] null for models that give probabilities, and for those not asked */
  readonly answers: readonly (AnswerTable | null)[];
}

/** What a pool is fitted on. */
export interface PoolInput {
  readonly plan: PoolPlan;
  readonly rows: PoolRows;
  /** class of every position of the rows; of those not trained on it may be anything */
  readonly labels: Int16Array;
  /** positions to train on; one that is listed twice counts twice */
  readonly training: Int32Array;
  /** what countPositions makes of them, where many pools are fitted on the same */
  readonly counted?: WeightedPositions;
  /** models to pool, by place in the plan; all unless given */
  readonly models?: readonly number[];
  /** a ridge of this many nats, spread over the rows; POOL_RIDGE unless given */
  readonly ridge?: number;
  /** a pool of almost the same models on the same rows: the search begins there, ends at the same place, and is shorter */
  readonly near?: Pool;
}

/** The ridge in nats of a weight of sqrt(2): 30 / n of the mean loss, 0.03 at 1,000 rows. */
const POOL_RIDGE = 30;
/** The same of the biases, about the classes' shares: it only keeps classes without rows finite. */
const BIAS_RIDGE = 1;

/**
 * Fits the pool by maximum likelihood with a ridge (log-opinion pool: Genest & Zidek 1986; weights by the data as in
 * stacking, Breiman 1996, who asks for weights of at least 0 too). Answers enter as log P(class | answer), the row itself left
 * out. Deterministic. O(steps rows classes models (models + classes)).
 */
export function fitPool(input: PoolInput): Pool {
  const { plan, rows, training } = input;
  const { classes, sources } = plan;
  if (training.length === 0) throw new EsciSelectError('internal', 'a pool has no rows to learn from');
  const models = input.models ?? [...sources.keys()];
  const counted = input.counted ?? countPositions(training, input.labels);
  const answers = sources.map((source, model) =>
    source.kind === 'answers' && models.includes(model)
      ? learnAnswers(rows, counted, { model, models: sources.length, classes })
      : null,
  );
  const problem = buildProblem(input, { models, counted, answers });
  const solution = minimizePool(problem, startOf(input.near, models, problem));
  const weights = new Float64Array(sources.length);
  models.forEach((model, at) => {
    weights[model] = solution[at];
  });
  return { classes, weights, biases: centre(solution.subarray(models.length)), answers };
}

/** Weights, then biases, to begin from: those of a pool nearby, else equal weights. */
function startOf(near: Pool | undefined, models: readonly number[], problem: PoolProblem): Float64Array {
  const start = new Float64Array(models.length + problem.classes);
  start.set(models.map((model) => near?.weights[model] ?? 1 / models.length));
  start.set(near?.biases ?? problem.biasTargets, models.length);
  return start;
}

/**
 * Margins [place in `positions`][class] of a pool in float64. Given the labels of rows that it was fitted on, each row is
 * left out of what its own answers are known by, as in the fit. O(positions classes models).
 */
export function poolMargins(
  pool: Pool,
  rows: PoolRows,
  positions: Int32Array,
  fittedOn: Int16Array | null = null,
): Float64Array {
  const { classes, weights, answers } = pool;
  const used = [...weights.keys()].filter((model) => weights[model] > 0);
  const margins = new Float64Array(positions.length * classes);
  if (used.every((model) => answers[model] === null)) {
    addProbabilities(pool, rows, { used, positions }, margins);
    return margins;
  }
  positions.forEach((position, at) => {
    const label = fittedOn === null ? -1 : fittedOn[position];
    addRow(pool, rows, { at: at * classes, used, position, label }, margins);
  });
  return margins;
}

/** Writes the margins of a pool of models that give probabilities, each the sum of its bias and the models in their order. */
function addProbabilities(
  { classes, weights, biases }: Pool,
  { evidence }: PoolRows,
  { used, positions }: { readonly used: readonly number[]; readonly positions: Int32Array },
  margins: Float64Array,
): void {
  const row = weights.length * classes;
  const shares = Float64Array.from(used, (model) => weights[model]);
  const places = Int32Array.from(used, (model) => model * classes);
  for (let at = 0, to = 0; at < positions.length; at++) {
    const from = positions[at] * row;
    for (let k = 0; k < classes; k++, to++) {
      let margin = biases[k];
      for (let m = 0; m < shares.length; m++) margin += shares[m] * evidence[from + places[m] + k];
      margins[to] = margin;
    }
  }
}

interface RowOfPool {
  /** its first margin */
  readonly at: number;
  readonly used: readonly number[];
  readonly position: number;
  /** the class of a row that is left out of what its answers are known by; -1 of one that the pool was not fitted on */
  readonly label: number;
}

/** Writes the margins of one row from `at` on. */
function addRow(
  { classes, weights, biases, answers }: Pool,
  rows: PoolRows,
  { used, position, label, at }: RowOfPool,
  margins: Float64Array,
): void {
  for (let k = 0; k < classes; k++) margins[at + k] = biases[k];
  for (const model of used) {
    const table = answers[model];
    const source = evidenceOf(table, rows, position * weights.length + model, classes);
    if (source === null) continue;
    if (table !== null && label >= 0) {
      margins[at + label] += weights[model] * leaveOut(table, source.from + label, 1);
    }
    for (let k = 0; k < classes; k++) {
      margins[at + k] += weights[model] * source.values[source.from + k];
    }
  }
}

/** Where what a model says in a row is written; null where it has no answer. */
function evidenceOf(table: AnswerTable | null, rows: PoolRows, place: number, classes: number) {
  if (table === null) return { values: rows.evidence, from: place * classes };
  const answer = rows.answers[place];
  return answer < 0 ? null : { values: table.evidence, from: answer * classes };
}

/** Each position once, ascending, with how often it is listed and its class. */
export function countPositions(training: Int32Array, labels: Int16Array): WeightedPositions {
  const times = new Float64Array(labels.length);
  let distinct = 0;
  for (const position of training) if (times[position]++ === 0) distinct++;
  const positions = new Int32Array(distinct);
  for (let position = 0, at = 0; at < distinct; position++)
    if (times[position] > 0) positions[at++] = position;
  return {
    positions,
    weights: Float64Array.from(positions, (position) => times[position]),
    labels: Int16Array.from(positions, (position) => labels[position]),
  };
}

interface ProblemParts {
  readonly models: readonly number[];
  readonly counted: WeightedPositions;
  readonly answers: readonly (AnswerTable | null)[];
}

function buildProblem({ plan, rows, training, ridge }: PoolInput, parts: ProblemParts): PoolProblem {
  const { classes } = plan;
  const { models, counted, answers } = parts;
  const { positions, weights, labels } = counted;
  const width = models.length;
  const evidence = gatherEvidence(rows, { positions, models, classes, all: plan.sources.length });
  models.forEach((model, m) => {
    const table = answers[model];
    if (table === null) return;
    for (let row = 0; row < positions.length; row++) {
      const answer = rows.answers[positions[row] * plan.sources.length + model];
      if (answer < 0) continue;
      const from = answer * classes;
      const to = row * classes * width + m;
      for (let k = 0; k < classes; k++) evidence[to + k * width] = table.evidence[from + k];
      const label = labels[row];
      evidence[to + label * width] += leaveOut(table, from + label, weights[row]);
    }
  });
  const total = training.length;
  return {
    evidence,
    labels,
    weights,
    total,
    models: width,
    classes,
    ridge: (ridge ?? POOL_RIDGE) / total,
    biasRidge: BIAS_RIDGE / total,
    biasTargets: logShares(labels, weights, classes),
  };
}

interface Gathering {
  readonly positions: Int32Array;
  readonly models: readonly number[];
  readonly classes: number;
  /** models of the plan */
  readonly all: number;
}

/** [row][class][model] what some models say in some rows; 0 for models that give answers. O(rows classes models). */
function gatherEvidence(
  { evidence }: PoolRows,
  { positions, models, classes, all }: Gathering,
): Float32Array {
  const own = new Float32Array(positions.length * classes * models.length);
  const places = Int32Array.from(models, (model) => model * classes);
  for (let row = 0, to = 0; row < positions.length; row++) {
    const from = positions[row] * all * classes;
    for (let k = 0; k < classes; k++) {
      for (let m = 0; m < places.length; m++) own[to++] = evidence[from + places[m] + k];
    }
  }
  return own;
}

/** Centred logarithms of the class counts, each one row larger (Laplace). */
function logShares(labels: Int16Array, weights: Float64Array, classes: number): Float64Array {
  const counts = new Float64Array(classes).fill(1);
  labels.forEach((label, row) => {
    counts[label] += weights[row];
  });
  return centre(counts.map(Math.log));
}

function centre(values: Float64Array): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}
