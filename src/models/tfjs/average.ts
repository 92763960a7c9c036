import { assignWeights, flattenWeights, type Weights } from './weights.js';

/** A running mean of a network's weights over its training steps. */
export interface WeightAverage {
  /** takes in the weights as they are after a step */
  add(): void;
  /** runs `work` on the mean in place of the weights, then puts the weights back */
  with<Result>(work: () => Result): Result;
}

/**
 * Exponential moving average of weights (Polyak averaging): steadier from epoch to epoch than the weights themselves,
 * so that the epoch chosen on few held-out queries is less a matter of luck. `decay` is the share of the mean that a
 * step keeps; early steps keep less, so that the start is forgotten. O(parameters) a step.
 */
export function averageWeights(weights: Weights, decay: number): WeightAverage {
  const mean = flattenWeights(weights);
  let steps = 0;
  return {
    add() {
      steps++;
      const kept = Math.min(decay, steps / (steps + 9));
      let at = 0;
      for (const variable of weights.variables.values()) {
        const values = variable.dataSync() as Float32Array;
        for (let j = 0; j < values.length; j++, at++) mean[at] = kept * mean[at] + (1 - kept) * values[j];
      }
    },
    with(work) {
      const own = flattenWeights(weights);
      assignWeights(weights, mean);
      try {
        return work();
      } finally {
        assignWeights(weights, own);
      }
    },
  };
}
