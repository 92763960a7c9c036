import { borrowPoolMemory, type PoolMemory } from './pool-memory.js';
import type { PoolProblem } from './problem.js';

/** The loss and its first derivatives by the weights, then the biases. */
export interface Slopes {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** The same with the second derivatives. */
export interface Derivatives extends Slopes {
  /** [i * size + j], both triangles */
  readonly hessian: Float64Array;
}

/** A problem as its solver asks of it, at weights, then biases. */
export interface PoolObjective {
  /** Penalised mean log-loss in nats. O(rows classes models). */
  loss(at: Float64Array): number;
  /** Loss and gradient, the same bytes as those of `derivatives`, in less than half of its time. O(rows classes models). */
  slopes(at: Float64Array): Slopes;
  /** Loss, gradient and Hessian. O(rows classes models (models + classes)). */
  derivatives(at: Float64Array): Derivatives;
}

/**
 * Puts a problem where the kernels find it. What is returned is good until the thread's next call, because there is one
 * memory. Sums are taken in the order of the rows.
 */
export function poolObjective(problem: PoolProblem): PoolObjective {
  const memory = borrowPoolMemory(problem);
  const { kernels, job } = memory;
  return {
    loss: (at) => sumBlocks(problem, memory, at, () => kernels.loss(job)),
    slopes(at) {
      memory.gradient.fill(0);
      const value = sumBlocks(problem, memory, at, () => kernels.slopes(job));
      const gradient = memory.gradient.slice();
      addSlopePenalty(problem, at, gradient);
      return { value, gradient };
    },
    derivatives(at) {
      for (const sums of [memory.gradient, memory.curvature, memory.mixed, memory.biases]) sums.fill(0);
      const value = sumBlocks(problem, memory, at, () => kernels.derivatives(job));
      const { gradient, hessian } = gathered(problem, memory);
      addSlopePenalty(problem, at, gradient);
      addCurvaturePenalty(problem, hessian);
      mirror(hessian, gradient.length);
      return { value, gradient, hessian };
    },
  };
}

/** The penalised mean of the blocks' losses. */
function sumBlocks(problem: PoolProblem, memory: PoolMemory, at: Float64Array, lossOf: () => number): number {
  const rows = problem.labels.length;
  memory.at.set(at);
  let loss = 0;
  for (let first = 0; first < rows; first += memory.blockRows) {
    memory.openBlock(first, Math.min(memory.blockRows, rows - first));
    loss += lossOf();
  }
  return loss / problem.total + penalty(problem, at);
}

/** The sums of all blocks, the Hessian's lower triangle. */
function gathered({ models, classes }: PoolProblem, memory: PoolMemory) {
  const size = models + classes;
  const width = memory.mixed.length / classes;
  const hessian = new Float64Array(size * size);
  for (let m = 0; m < models; m++) {
    hessian.set(memory.curvature.subarray(m * width, m * width + m + 1), m * size);
  }
  for (let k = 0; k < classes; k++) {
    const row = (models + k) * size;
    hessian.set(memory.mixed.subarray(k * width, k * width + models), row);
    hessian.set(memory.biases.subarray(k * classes, k * classes + k + 1), row + models);
  }
  return { gradient: memory.gradient.slice(), hessian };
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

function addSlopePenalty(
  { models, classes, ridge, biasRidge, biasTargets }: PoolProblem,
  at: Float64Array,
  gradient: Float64Array,
): void {
  for (let m = 0; m < models; m++) gradient[m] += ridge * at[m];
  for (let k = 0; k < classes; k++) gradient[models + k] += biasRidge * (at[models + k] - biasTargets[k]);
}

function addCurvaturePenalty(
  { models, classes, ridge, biasRidge }: PoolProblem,
  hessian: Float64Array,
): void {
  const size = models + classes;
  for (let i = 0; i < size; i++) hessian[i * size + i] += i < models ? ridge : biasRidge;
}

function mirror(matrix: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    for (let j = i + 1; j < size; j++) matrix[i * size + j] = matrix[j * size + i];
  }
}
