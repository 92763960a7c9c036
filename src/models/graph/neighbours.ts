import * as tf from '@tensorflow/tfjs-core';
import { createRandom, type Random } from '../../math/random.js';
import { takeRows } from '../../math/rows.js';
import type { EdgeList } from './relation.js';

/** Vectors of a kind of node, one after the other. */
export interface Vectors {
  /** [item][width], each of length 1 or 0 */
  readonly values: Float32Array;
  readonly width: number;
}

export interface NeighbourOptions {
  readonly count: number;
  /** cosines below this are no neighbours */
  readonly least: number;
}

/** Sets up to this size are compared pair by pair; larger ones are first cut by random hyperplanes. */
const MAX_LEAF = 8192;

/**
 * The most similar other items of every item by cosine, weighted by it; a zero vector has none. Exact within parts of
 * at most MAX_LEAF items; larger sets are divided by a random-projection tree, so the cost is O(items x MAX_LEAF x
 * width) at most. Ties go to the first item. `prepareTensorflow` must have run.
 */
export function nearestNeighbours(vectors: Vectors, options: NeighbourOptions): EdgeList {
  const items = vectors.values.length / vectors.width;
  const from: number[] = [];
  const to: number[] = [];
  const weight: number[] = [];
  const all = Int32Array.from({ length: items }, (_, item) => item).filter(
    (item) => vectors.values[item * vectors.width] !== 0,
  );
  for (const leaf of divide(all, vectors, createRandom('neighbours'))) {
    eachCosines(leaf, vectors, (item, cosines) => {
      for (const { other, cosine } of nearestIn(leaf, item, cosines, options)) {
        from.push(item);
        to.push(other);
        weight.push(cosine);
      }
    });
  }
  return { from, to, weight };
}

/** Halves a set at the median of random projections until its parts are small. */
function divide(items: Int32Array, vectors: Vectors, random: Random): Int32Array[] {
  if (items.length <= MAX_LEAF) return [items];
  const direction = Float32Array.from({ length: vectors.width }, () => random.normal());
  const projected = new Map(Array.from(items, (item) => [item, dot(vectors, item, direction, 0)]));
  const sorted = items.slice().sort((a, b) => projected.get(a)! - projected.get(b)! || a - b);
  const half = sorted.length >> 1;
  return [
    ...divide(sorted.subarray(0, half), vectors, random),
    ...divide(sorted.subarray(half), vectors, random),
  ];
}

interface Neighbour {
  readonly other: number;
  readonly cosine: number;
}

/** Rows of cosines that are computed at once. */
const BLOCK = 256;

/** Calls back for each item of a leaf with its cosines to all items of the leaf, in the leaf's order. */
function eachCosines(
  leaf: Int32Array,
  vectors: Vectors,
  each: (item: number, cosines: Float32Array) => void,
): void {
  if (leaf.length === 0) return;
  const values = takeRows(vectors.values, vectors.width, leaf);
  const all = tf.tensor2d(values, [leaf.length, vectors.width]);
  const turned = tf.transpose(all);
  for (let start = 0; start < leaf.length; start += BLOCK) {
    const size = Math.min(BLOCK, leaf.length - start);
    const cosines = tf.tidy(() => tf.matMul(tf.slice(all, [start, 0], [size, vectors.width]), turned));
    const block = cosines.dataSync() as Float32Array;
    cosines.dispose();
    for (let at = 0; at < size; at++) {
      each(leaf[start + at], block.subarray(at * leaf.length, (at + 1) * leaf.length));
    }
  }
  tf.dispose([all, turned]);
}

function nearestIn(
  leaf: Int32Array,
  item: number,
  cosines: Float32Array,
  options: NeighbourOptions,
): Neighbour[] {
  const best: Neighbour[] = [];
  let threshold = options.least;
  for (let at = 0; at < leaf.length; at++) {
    const cosine = cosines[at];
    if (cosine < threshold || leaf[at] === item) continue;
    if (best.length === options.count && cosine <= threshold) continue;
    let place = best.length;
    while (place > 0 && best[place - 1].cosine < cosine) place--;
    best.splice(place, 0, { other: leaf[at], cosine });
    if (best.length > options.count) best.pop();
    if (best.length === options.count) threshold = best[best.length - 1].cosine;
  }
  return best;
}

function dot({ values, width }: Vectors, item: number, other: Float32Array, start: number): number {
  const from = item * width;
  let sum = 0;
  for (let j = 0; j < width; j++) sum += values[from + j] * other[start + j];
  return sum;
}
