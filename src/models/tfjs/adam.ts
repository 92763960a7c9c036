import type * as tf from '@tensorflow/tfjs-core';
import { assignValues, type Weights } from './weights.js';

export interface AdamOptions {
  /** decoupled weight decay per step, times the learning rate (AdamW); biases are not decayed */
  readonly weightDecay: number;
}

export interface Adam {
  /** one step along the gradients, named as the weights' variables are */
  step(gradients: tf.NamedTensorMap, learningRate: number): void;
}

const BETA_1 = 0.9; // Kingma and Ba 2015 (arXiv 1412.6980), section 2
const BETA_2 = 0.999;
const EPSILON = 1e-7;

/**
 * AdamW (Loshchilov and Hutter 2019, arXiv 1711.05101) in one pass over each weight's values: the library's own Adam
 * runs a dozen operations per weight. O(parameters) a step, 12 bytes of state per parameter.
 */
export function createAdam(weights: Weights, options: AdamOptions): Adam {
  const state = new Map(
    [...weights.variables.values()].map((variable) => [variable.name, moments(variable)]),
  );
  // the betas to the power of the steps taken
  let decay1 = 1;
  let decay2 = 1;
  return {
    step(gradients, learningRate) {
      decay1 *= BETA_1;
      decay2 *= BETA_2;
      const rate = (learningRate * Math.sqrt(1 - decay2)) / (1 - decay1);
      for (const variable of weights.variables.values()) {
        const gradient = gradients[variable.name];
        if (!gradient) continue;
        const decay = variable.rank > 1 ? learningRate * options.weightDecay : 0;
        const { values, first, second } = state.get(variable.name)!;
        update(values, gradient.dataSync() as Float32Array, { first, second, rate, decay });
        assignValues(variable, values);
      }
    },
  };
}

interface Update {
  readonly first: Float32Array;
  readonly second: Float32Array;
  readonly rate: number;
  readonly decay: number;
}

function moments(variable: tf.Variable) {
  return {
    values: Float32Array.from(variable.dataSync()),
    first: new Float32Array(variable.size),
    second: new Float32Array(variable.size),
  };
}

function update(values: Float32Array, gradient: Float32Array, { first, second, rate, decay }: Update): void {
  for (let at = 0; at < values.length; at++) {
    const g = gradient[at];
    const m = BETA_1 * first[at] + (1 - BETA_1) * g;
    const v = BETA_2 * second[at] + (1 - BETA_2) * g * g;
    first[at] = Math.abs(m) < 1e-30 ? 0 : m; // denormal numbers are slow
    second[at] = v;
    values[at] -= (rate * m) / (Math.sqrt(v) + EPSILON) + decay * values[at];
  }
}
