import { EsciSelectError } from '../../errors.js';
import { solvePositiveDefinite } from '../../math/cholesky.js';
import { type Derivatives, type PoolProblem, poolDerivatives, poolLoss } from './objective.js';

/** Largest breach of the optimality conditions that counts as none, in nats per unit of a weight. */
const TOLERANCE = 1e-9;
const MOST_STEPS = 200;
/** Part of the promised decrease that a step must make (Armijo), and the shortest step tried. */
const LEAST_DECREASE = 1e-4;
const SHORTEST_STEP = 2e-14;

/**
 * Weights of at least 0, then free biases, of least penalised loss: Newton steps in the weights that are not held at 0,
 * projected (Bertsekas 1982, SIAM J. Control 20(2), two-metric projection). The loss is strictly convex, so the answer is
 * the only one. Throws 'internal' if it is not found. O(steps rows classes models (models + classes)).
 */
export function minimizePool(problem: PoolProblem, start: Float64Array): Float64Array {
  let at = start;
  for (let step = 0; step < MOST_STEPS; step++) {
    const derivatives = poolDerivatives(problem, at);
    if (optimalityGap(problem, at, derivatives.gradient) <= TOLERANCE) return at;
    const next = searchAlong(problem, at, derivatives);
    // no shorter step lowers the loss any more: rounding is all that is left
    if (next === null) return at;
    at = next;
  }
  throw new EsciSelectError('internal', `the pool's weights did not converge in ${MOST_STEPS} Newton steps`);
}

/**
 * How far a point is from the conditions of Karush, Kuhn and Tucker: a weight above 0 and a bias have gradient 0, a
 * weight at 0 one of at least 0.
 */
export function optimalityGap({ models }: PoolProblem, at: Float64Array, gradient: Float64Array): number {
  let gap = 0;
  for (let i = 0; i < at.length; i++) {
    const breach = i < models && at[i] === 0 ? Math.max(0, -gradient[i]) : Math.abs(gradient[i]);
    gap = Math.max(gap, breach);
  }
  return gap;
}

/** The first of the steps 1, 1/2, 1/4, ... along the projected Newton direction that lowers the loss enough. */
function searchAlong(
  problem: PoolProblem,
  at: Float64Array,
  { value, gradient, hessian }: Derivatives,
): Float64Array | null {
  const held = heldAtZero(problem, at, gradient);
  const direction = newtonDirection(hessian, gradient, held);
  for (let length = 1; length > SHORTEST_STEP; length /= 2) {
    const next = at.map((x, i) => {
      const moved = x - length * direction[i];
      return i < problem.models ? Math.max(0, moved) : moved;
    });
    const promised = next.reduce((sum, x, i) => sum + gradient[i] * (at[i] - x), 0);
    if (promised <= 0) continue;
    if (poolLoss(problem, next) <= value - LEAST_DECREASE * promised) return next;
  }
  return null;
}

/** Weights near 0 that the gradient pushes below it, by a margin that shrinks as the optimum comes near. */
function heldAtZero({ models }: PoolProblem, at: Float64Array, gradient: Float64Array): Uint8Array {
  let moved = 0;
  for (let m = 0; m < models; m++) moved += Math.abs(at[m] - Math.max(0, at[m] - gradient[m]));
  const near = Math.min(1e-3, moved);
  return Uint8Array.from(at, (x, i) => (i < models && x <= near && gradient[i] > 0 ? 1 : 0));
}

/** The Newton direction in the free coordinates; the gradient itself, scaled, in the held ones. */
function newtonDirection(hessian: Float64Array, gradient: Float64Array, held: Uint8Array): Float64Array {
  const size = gradient.length;
  const free = [...held.keys()].filter((i) => held[i] === 0);
  const matrix = new Float64Array(free.length * free.length);
  free.forEach((i, row) => {
    free.forEach((j, column) => {
      matrix[row * free.length + column] = hessian[i * size + j];
    });
  });
  const solved = solvePositiveDefinite(
    matrix,
    Float64Array.from(free, (i) => gradient[i]),
  );
  if (solved === null) {
    throw new EsciSelectError('internal', "the pool's Hessian is not positive definite");
  }
  const direction = gradient.map((slope, i) => slope / hessian[i * size + i]);
  free.forEach((i, at) => {
    direction[i] = solved[at];
  });
  return direction;
}
