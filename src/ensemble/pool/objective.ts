/** A multinomial logit whose weights are shared by the classes, over weighted rows. Plain data. */
export interface PoolProblem {
  /** rows, [row][class][model] what each model says */
  readonly evidence: Float32Array;
  /** [row] */
  readonly labels: Int16Array;
  /** [row] how often it counts; they add up to `total` */
  readonly weights: Float64Array;
  readonly total: number;
  readonly models: number;
  readonly classes: number;
  /** half of this times the squared weights is added to the mean log-loss */
  readonly ridge: number;
  /** the same of the biases' distance from `biasTargets` [class] */
  readonly biasRidge: number;
  readonly biasTargets: Float64Array;
}

/** First and second derivatives by the weights, then the biases. */
export interface Derivatives {
  readonly value: number;
  readonly gradient: Float64Array;
  /** [i * size + j], both triangles */
  readonly hessian: Float64Array;
}

/** Penalised mean log-loss in nats at weights, then biases. O(rows classes models). */
export function poolLoss(problem: PoolProblem, at: Float64Array): number {
  const { labels, weights, classes, total } = problem;
  const margins = new Float64Array(classes);
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const logSum = marginsOf(problem, at, row, margins);
    loss += weights[row] * (logSum - margins[labels[row]]);
  }
  return loss / total + penalty(problem, at);
}

/** Loss, gradient and Hessian. O(rows classes models (models + classes)). */
export function poolDerivatives(problem: PoolProblem, at: Float64Array): Derivatives {
  const { labels, weights, classes, models, total } = problem;
  const size = models + classes;
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const margins = new Float64Array(classes);
  const mean = new Float64Array(models);
  const centred = new Float64Array(models);
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const logSum = marginsOf(problem, at, row, margins);
    loss += weights[row] * (logSum - margins[labels[row]]);
    const shares = margins.map((margin) => Math.exp(margin - logSum));
    meanEvidence(problem, row, shares, mean);
    const weight = weights[row] / total;
    for (let k = 0; k < classes; k++) {
      const share = weight * shares[k];
      gradient[models + k] += share - (k === labels[row] ? weight : 0);
      const from = (row * classes + k) * models;
      if (k === labels[row]) {
        for (let m = 0; m < models; m++) gradient[m] += weight * (mean[m] - problem.evidence[from + m]);
      }
      for (let m = 0; m < models; m++) centred[m] = problem.evidence[from + m] - mean[m];
      addCurvature(hessian, { size, models, k }, share, centred);
      for (let j = 0; j <= k; j++) {
        hessian[(models + k) * size + models + j] += share * ((j === k ? 1 : 0) - shares[j]);
      }
    }
  }
  addPenalty(problem, at, gradient, hessian);
  mirror(hessian, size);
  return { value: loss / total + penalty(problem, at), gradient, hessian };
}

/** Writes a row's margins and returns the logarithm of the sum of their exponentials. */
function marginsOf(
  { evidence, models, classes }: PoolProblem,
  at: Float64Array,
  row: number,
  margins: Float64Array,
): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let k = 0, from = row * classes * models; k < classes; k++) {
    let margin = at[models + k];
    for (let m = 0; m < models; m++) margin += at[m] * evidence[from++];
    margins[k] = margin;
    if (margin > largest) largest = margin;
  }
  let sum = 0;
  for (let k = 0; k < classes; k++) sum += Math.exp(margins[k] - largest);
  return largest + Math.log(sum);
}

/** What each model says on average over the classes, weighted by their probabilities. */
function meanEvidence(
  { evidence, models, classes }: PoolProblem,
  row: number,
  shares: Float64Array,
  mean: Float64Array,
): void {
  mean.fill(0);
  for (let k = 0, from = row * classes * models; k < classes; k++) {
    for (let m = 0; m < models; m++) mean[m] += shares[k] * evidence[from++];
  }
}

/** A class's part of the lower triangle's rows of the weights, and of the biases' against the weights. */
function addCurvature(
  hessian: Float64Array,
  { size, models, k }: { readonly size: number; readonly models: number; readonly k: number },
  share: number,
  centred: Float64Array,
): void {
  for (let m = 0; m < models; m++) {
    const part = share * centred[m];
    for (let n = 0; n <= m; n++) hessian[m * size + n] += part * centred[n];
    hessian[(models + k) * size + m] += part;
  }
}

function penalty({ models, classes, ridge, biasRidge, biasTargets }: PoolProblem, at: Float64Array): number {
  let sum = 0;
  for (let m = 0; m < models; m++) sum += 0.5 * ridge * at[m] * at[m];
  for (let k = 0; k < classes; k++) {
    const away = at[models + k] - biasTargets[k];
    sum += 0.5 * biasRidge * away * away;
  }
  return sum;
}

function addPenalty(
  { models, classes, ridge, biasRidge, biasTargets }: PoolProblem,
  at: Float64Array,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const size = models + classes;
  for (let m = 0; m < models; m++) {
    gradient[m] += ridge * at[m];
    hessian[m * size + m] += ridge;
  }
  for (let k = 0; k < classes; k++) {
    gradient[models + k] += biasRidge * (at[models + k] - biasTargets[k]);
    hessian[(models + k) * size + models + k] += biasRidge;
  }
}

function mirror(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) matrix[i * size + j] = matrix[j * size + i];
  }
}
