import { EsciSelectError } from '../../errors.js';
import { solvePositiveDefinite } from '../../math/cholesky.js';
import { type Derivatives, type PoolObjective, poolObjective, type Slopes } from './objective.js';
import type { PoolProblem } from './problem.js';

/** Largest breach of the optimality conditions that counts as none, in nats per unit of a weight. */
const TOLERANCE = 1e-9;
const MOST_STEPS = 100;
/** Part of the promised decrease that a step must make (Armijo), and the shortest step tried. */
const LEAST_DECREASE = 1e-4;
const SHORTEST_STEP = 2e-14;
/** Part of a loss below which a decrease cannot be told from the rounding of its sum: there the gradient judges a step. */
const ROUNDING = 1e-12;

/**
 * A point so near to the conditions that a Newton step ends the search more often than not: at its end the gradient alone is
 * taken first, and the Hessian only where the search goes on.
 */
const NEARLY = 5e-6;

/** Weights, then biases, and the loss there. */
interface Point extends Slopes {
  readonly at: Float64Array;
  readonly hessian: () => Float64Array;
}

/**
 * Weights of at least 0, then free biases, of least penalised loss: Newton steps to the least of the loss's quadratic
 * model within the bounds (a projected Newton method, Lee, Sun & Saunders 2014, SIAM J. Optim. 24(3)). The loss is
 * strictly convex, so the answer is the only one. Throws 'internal' if it is not found.
 * O(steps rows classes models (models + classes)).
 */
export function minimizePool(problem: PoolProblem, start: Float64Array): Float64Array {
  const objective = poolObjective(problem);
  let here = pointAt(objective, start);
  for (let step = 0; step < MOST_STEPS; step++) {
    if (optimalityGap(problem, here.at, here.gradient) <= TOLERANCE) return here.at;
    const next = searchAlong(problem, objective, here);
    // nothing lowers the loss or the gradient any more: rounding is all that is left
    if (next === null) return here.at;
    here = next;
  }
  throw new EsciSelectError('internal', `the pool's weights did not converge in ${MOST_STEPS} Newton steps`);
}

function pointAt(objective: PoolObjective, at: Float64Array): Point {
  const { hessian, ...slopes } = objective.derivatives(at);
  return { at, ...slopes, hessian: () => hessian };
}

/** The same point; where it is likely the last one, without a Hessian that nobody will ask for. */
function likelyEnd(objective: PoolObjective, at: Float64Array): Point {
  return { at, ...objective.slopes(at), hessian: () => objective.derivatives(at).hessian };
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

/**
 * The first of the steps 1, 1/2, 1/4, ... towards the least of the quadratic model that lowers the loss enough. So near the
 * optimum that rounding hides what is gained, the full step, as long as it comes nearer to the optimality conditions.
 */
function searchAlong(problem: PoolProblem, objective: PoolObjective, here: Point): Point | null {
  const { at, value, gradient } = here;
  const target = minimizeQuadratic(problem.models, at, { gradient, hessian: here.hessian() });
  const slope = gradient.reduce((sum, each, i) => sum + each * (target[i] - at[i]), 0);
  const gap = optimalityGap(problem, at, gradient);
  // most often the full step is taken, and its derivatives are the next step's; it takes the target itself, whose weights
  // at 0 are 0 exactly
  const full = gap <= NEARLY ? likelyEnd(objective, target) : pointAt(objective, target);
  if (-slope <= ROUNDING * value) return optimalityGap(problem, target, full.gradient) < gap ? full : null;
  const isLower = (loss: number, length: number) => loss <= value + LEAST_DECREASE * length * slope;
  if (isLower(full.value, 1)) return full;
  for (let length = 0.5; length > SHORTEST_STEP; length /= 2) {
    const next = at.map((x, i) => x + length * (target[i] - x));
    if (isLower(objective.loss(next), length)) return pointAt(objective, next);
  }
  return null;
}

/**
 * The point of least g'(x - at) + (x - at)'H(x - at)/2 whose first `models` coordinates are at least 0: an active set
 * that starts from the coordinates above 0 (Lawson & Hanson 1974, chapter 23). Finite, as every change lowers the value.
 */
function minimizeQuadratic(
  models: number,
  at: Float64Array,
  { gradient, hessian }: Pick<Derivatives, 'gradient' | 'hessian'>,
): Float64Array {
  const isFree = Uint8Array.from(at, (x, i) => (i >= models || x > 0 ? 1 : 0));
  let x = at;
  for (let changes = 0; changes <= MOST_CHANGES * at.length; changes++) {
    const least = leastOfFree(at, { gradient, hessian }, isFree);
    const blocking = firstBlocking(models, x, least);
    if (blocking !== null) {
      const { coordinate, part } = blocking;
      x = x.map((value, i) => value + part * (least[i] - value));
      x[coordinate] = 0;
      isFree[coordinate] = 0;
      continue;
    }
    x = least;
    const released = steepestHeld(at, x, { gradient, hessian }, isFree);
    if (released === null) return x;
    isFree[released] = 1;
  }
  return x;
}

/** Changes of the active set at most, for every coordinate. */
const MOST_CHANGES = 10;
/** A held coordinate is released for a slope below minus this. */
const LEAST_SLOPE = 1e-12;

/** The least of the quadratic model where the coordinates that are not free are 0. */
function leastOfFree(
  at: Float64Array,
  { gradient, hessian }: Pick<Derivatives, 'gradient' | 'hessian'>,
  isFree: Uint8Array,
): Float64Array {
  const size = at.length;
  const free = [...isFree.keys()].filter((i) => isFree[i] === 1);
  const matrix = new Float64Array(free.length * free.length);
  // the move to 0 of the others is given, and shifts the slope of the free ones
  const slope = Float64Array.from(free, (i) => {
    let sum = -gradient[i];
    for (let j = 0; j < size; j++) if (isFree[j] === 0) sum += hessian[i * size + j] * at[j];
    return sum;
  });
  free.forEach((i, row) => {
    free.forEach((j, column) => {
      matrix[row * free.length + column] = hessian[i * size + j];
    });
  });
  const move = solvePositiveDefinite(matrix, slope);
  if (move === null) {
    throw new EsciSelectError('internal', "the pool's Hessian is not positive definite");
  }
  const least = new Float64Array(size);
  free.forEach((i, row) => {
    least[i] = at[i] + move[row];
  });
  return least;
}

/** The bounded coordinate that first reaches 0 on the way from x to the target, and at which part of it. */
function firstBlocking(models: number, x: Float64Array, target: Float64Array) {
  let first: { readonly coordinate: number; readonly part: number } | null = null;
  for (let m = 0; m < models; m++) {
    if (target[m] >= 0) continue;
    const part = x[m] / (x[m] - target[m]);
    if (first === null || part < first.part) first = { coordinate: m, part };
  }
  return first;
}

/** The held coordinate along which the quadratic model falls most steeply from x; null where none does. */
function steepestHeld(
  at: Float64Array,
  x: Float64Array,
  { gradient, hessian }: Pick<Derivatives, 'gradient' | 'hessian'>,
  isFree: Uint8Array,
): number | null {
  let steepest: number | null = null;
  let least = -LEAST_SLOPE;
  for (let i = 0; i < x.length; i++) {
    if (isFree[i] === 1) continue;
    let slope = gradient[i];
    for (let j = 0; j < x.length; j++) slope += hessian[i * x.length + j] * (x[j] - at[j]);
    if (slope >= least) continue;
    least = slope;
    steepest = i;
  }
  return steepest;
}
