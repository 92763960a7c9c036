import type { Behaviours, Examples } from '../../data/examples/examples.js';
import { softmaxInto } from '../../math/softmax.js';
import type { BehaviourName } from './relation-names.js';

/** Softmax regression from what customers did on an edge to its probable class; [feature][class]. */
export interface EdgeTypes {
  /** the behaviours that are read, in order of commitment */
  readonly kinds: readonly BehaviourName[];
  readonly weights: Float32Array;
  readonly classes: number;
}

const STEPS = 150;
const STEP_SIZE = 0.5;
/** Shrinkage of each weight, so that classes that separate perfectly stay finite. */
const RIDGE = 1e-3;

/**
 * Learns to read behaviours: the class of an edge from those of its counts that `kinds` names, from the training rows'
 * pairs. It types the edges that carry messages, and a pair's own edge never does. Null without kinds, or where no
 * training pair has behaviours. Gradient descent with a fixed number of steps; O(rows x features x classes) each.
 */
export function fitEdgeTypes(
  examples: Examples,
  rows: Int32Array,
  kinds: readonly BehaviourName[],
): EdgeTypes | null {
  const { behaviours } = examples;
  if (behaviours === null || kinds.length === 0) return null;
  const classes = examples.labelSpace.classes.length;
  const { x, labels, features } = knownEdges(examples, behaviours, rows, kinds);
  if (labels.length === 0) return null;
  const weights = new Float64Array(features * classes);
  const p = new Float64Array(classes);
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Float64Array(weights.length);
    labels.forEach((label, at) => {
      classesOf(x[at], weights, p);
      p[label] -= 1;
      for (let f = 0; f < features; f++) {
        for (let k = 0; k < classes; k++) gradient[f * classes + k] += x[at][f] * p[k];
      }
    });
    for (let at = 0; at < weights.length; at++) {
      weights[at] -= STEP_SIZE * (gradient[at] / labels.length + RIDGE * weights[at]);
    }
  }
  return { kinds, weights: Float32Array.from(weights), classes };
}

/** Features and labels of the training rows' pairs that have behaviours. */
function knownEdges(
  examples: Examples,
  behaviours: Behaviours,
  rows: Int32Array,
  kinds: readonly BehaviourName[],
) {
  const keyOf = (group: number, product: number) => group * examples.products + product;
  const entryOf = new Map<number, number>();
  for (let entry = 0; entry < behaviours.entries; entry++) {
    entryOf.set(keyOf(behaviours.group[entry], behaviours.product[entry]), entry);
  }
  const x: Float64Array[] = [];
  const labels: number[] = [];
  for (const row of rows) {
    const entry = entryOf.get(keyOf(examples.group[row], examples.product[row]));
    if (entry === undefined || !isSeen(behaviours, entry, kinds)) continue;
    x.push(edgeFeatures(behaviours, entry, kinds));
    labels.push(examples.label[row]);
  }
  return { x, labels, features: x[0]?.length ?? 0 };
}

/** Whether customers did any of the kinds on an entry. */
export function isSeen(behaviours: Behaviours, entry: number, kinds: readonly BehaviourName[]): boolean {
  return kinds.some((kind) => behaviours[kind][entry] > 0);
}

/** Probability of each class for every behaviour entry, [entry][class]. */
export function typeEdges(behaviours: Behaviours, { kinds, weights, classes }: EdgeTypes): Float32Array {
  const types = new Float32Array(behaviours.entries * classes);
  const p = new Float64Array(classes);
  for (let entry = 0; entry < behaviours.entries; entry++) {
    classesOf(edgeFeatures(behaviours, entry, kinds), weights, p);
    types.set(p, entry * classes);
  }
  return types;
}

/**
 * A constant, each log count, and the log rate of each kind in the one before it. About zero mean and unit size for
 * counts up to thousands, so that plain gradient descent converges.
 */
function edgeFeatures(behaviours: Behaviours, entry: number, kinds: readonly BehaviourName[]): Float64Array {
  const counts = kinds.map((kind) => behaviours[kind][entry]);
  const rates = counts
    .slice(1)
    .map((part, before) => (Math.log((part + 0.5) / (counts[before] + 2)) + 2) / 2);
  return Float64Array.of(1, ...counts.map((count) => Math.log1p(count) / 3), ...rates);
}

function classesOf(x: Float64Array, weights: ArrayLike<number>, p: Float64Array): void {
  const classes = p.length;
  p.fill(0);
  for (let f = 0; f < x.length; f++) {
    for (let k = 0; k < classes; k++) p[k] += x[f] * weights[f * classes + k];
  }
  softmaxInto(p, p, 0, classes);
}
