import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from '../../math/random.js';

/** How a weight starts: zeros, normal with a given deviation, or Glorot uniform over its two sides. */
type Initial = 'zeros' | 'glorot' | { readonly normal: number };

export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Initial;
}

/** A network's trainable weights by name, in order of declaration. Whoever creates them disposes them. */
export interface Weights {
  readonly specs: readonly WeightSpec[];
  readonly variables: ReadonlyMap<string, tf.Variable>;
  /** trainable parameters */
  readonly count: number;
  get(name: string): tf.Tensor2D;
  vector(name: string): tf.Tensor1D;
  dispose(): void;
}

let serial = 0;

/** Weights with starting values drawn from the seed alone (one stream per name, whatever the order). */
export function createWeights(specs: readonly WeightSpec[], seed: number | string): Weights {
  const random = createRandom(`${seed}/weights`);
  return fromValues(specs, (spec) => drawInitial(spec, random.fork(spec.name)));
}

/** Weights with given values, one flat float32 array after the other in order of `specs`. */
export function restoreWeights(specs: readonly WeightSpec[], flat: Float32Array): Weights {
  let at = 0;
  return fromValues(specs, (spec) => {
    const values = flat.slice(at, at + sizeOf(spec));
    at += values.length;
    return values;
  });
}

/** All values, flat, in order of `specs`. */
export function flattenWeights(weights: Weights): Float32Array {
  const flat = new Float32Array(weights.count);
  let at = 0;
  for (const variable of weights.variables.values()) {
    flat.set(variable.dataSync() as Float32Array, at);
    at += variable.size;
  }
  return flat;
}

/** Overwrites all values with flat ones, as `flattenWeights` gave them. */
export function assignWeights(weights: Weights, flat: Float32Array): void {
  let at = 0;
  for (const variable of weights.variables.values()) {
    assignValues(variable, flat.subarray(at, at + variable.size));
    at += variable.size;
  }
}

/** Replaces a variable's values and frees the old ones. */
export function assignValues(variable: tf.Variable, values: Float32Array): void {
  const next = tf.tensor(values, variable.shape, 'float32');
  variable.assign(next);
  next.dispose();
}

function fromValues(specs: readonly WeightSpec[], values: (spec: WeightSpec) => Float32Array): Weights {
  const variables = new Map<string, tf.Variable>();
  for (const spec of specs) {
    const initial = tf.tensor(values(spec), [...spec.shape], 'float32');
    variables.set(spec.name, tf.variable(initial, true, `esci/${serial++}/${spec.name}`));
    initial.dispose();
  }
  const get = (name: string) => variables.get(name) as tf.Tensor;
  return {
    specs,
    variables,
    count: specs.reduce((sum, spec) => sum + sizeOf(spec), 0),
    get: (name) => get(name) as tf.Tensor2D,
    vector: (name) => get(name) as tf.Tensor1D,
    dispose: () => {
      for (const variable of variables.values()) variable.dispose();
    },
  };
}

function sizeOf(spec: WeightSpec): number {
  return spec.shape.reduce((size, side) => size * side, 1);
}

function drawInitial(spec: WeightSpec, random: ReturnType<typeof createRandom>): Float32Array {
  const values = new Float32Array(sizeOf(spec));
  if (spec.initial === 'zeros') return values;
  if (spec.initial === 'glorot') {
    const limit = Math.sqrt(6 / (spec.shape[0] + spec.shape[1]));
    return values.map(() => (2 * random.uniform() - 1) * limit);
  }
  const { normal } = spec.initial;
  return values.map(() => random.normal() * normal);
}
