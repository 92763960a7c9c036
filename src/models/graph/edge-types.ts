import type { Behaviours, Examples } from '../../data/examples.js';
import { softmaxInto } from '../../math/softmax.js';

/** Softmax regression from what customers did on an edge to its probable class; [feature][class]. */
export interface EdgeTypes {
  readonly weights: Float32Array;
  readonly classes: number;
}

/** A constant, four log counts and three log rates. */
const FEATURES = 8;
const STEPS = 150;
const STEP_SIZE = 0.5;
/** Shrinkage of each weight, so that classes that separate perfectly stay finite. */
const RIDGE = 1e-3;

/**
 * Learns to read behaviours: the class of an edge from its impressions, clicks, adds and purchases, from the training
 * rows' pairs. It types the edges that carry messages, and a pair's own edge never does. Null without behaviours on any
 * training pair. Gradient descent with a fixed number of steps; O(rows x FEATURES x classes) each.
 */
export function fitEdgeTypes(examples: Examples, rows: Int32Array): EdgeTypes | null {
  const { behaviours } = examples;
  if (behaviours === null) return null;
  const classes = examples.labelSpace.classes.length;
  const entryOf = new Map<string, number>();
  for (let entry = 0; entry < behaviours.entries; entry++) {
    entryOf.set(`${behaviours.group[entry]}/${behaviours.product[entry]}`, entry);
  }
  const known = Array.from(rows, (row) => ({
    label: examples.label[row],
    entry: entryOf.get(`${examples.group[row]}/${examples.product[row]}`),
  })).filter((pair): pair is { label: number; entry: number } => pair.entry !== undefined);
  if (known.length === 0) return null;
  const x = known.map(({ entry }) => edgeFeatures(behaviours, entry));
  const weights = new Float64Array(FEATURES * classes);
  for (let step = 0; step < STEPS; step++) {
    const gradient = new Float64Array(weights.length);
    known.forEach(({ label }, at) => {
      const p = classesOf(x[at], weights, classes);
      p[label] -= 1;
      for (let f = 0; f < FEATURES; f++) {
        for (let k = 0; k < classes; k++) gradient[f * classes + k] += x[at][f] * p[k];
      }
    });
    for (let at = 0; at < weights.length; at++) {
      weights[at] -= STEP_SIZE * (gradient[at] / known.length + RIDGE * weights[at]);
    }
  }
  return { weights: Float32Array.from(weights), classes };
}

/** Probability of each class for every behaviour entry, [entry][class]. */
export function typeEdges(behaviours: Behaviours, { weights, classes }: EdgeTypes): Float32Array {
  const types = new Float32Array(behaviours.entries * classes);
  for (let entry = 0; entry < behaviours.entries; entry++) {
    types.set(classesOf(edgeFeatures(behaviours, entry), weights, classes), entry * classes);
  }
  return types;
}

/** About zero mean and unit size for counts up to thousands, so that plain gradient descent converges. */
function edgeFeatures({ impressions, clicks, adds, purchases }: Behaviours, entry: number): Float64Array {
  const rate = (part: number, whole: number) => (Math.log((part + 0.5) / (whole + 2)) + 2) / 2;
  const [seen, clicked, added, bought] = [impressions, clicks, adds, purchases].map(
    (counts) => counts[entry],
  );
  const logs = [seen, clicked, added, bought].map((count) => Math.log1p(count) / 3);
  return Float64Array.of(1, ...logs, rate(clicked, seen), rate(added, clicked), rate(bought, added));
}

function classesOf(x: Float64Array, weights: ArrayLike<number>, classes: number): Float64Array {
  const p = new Float64Array(classes);
  for (let f = 0; f < FEATURES; f++) {
    for (let k = 0; k < classes; k++) p[k] += x[f] * weights[f * classes + k];
  }
  softmaxInto(p, p, 0, classes);
  return p;
}
