import type { Tree } from './tree.js';

/** A tree under construction; nodes are numbered in the order they are added. */
export class TreeBuilder {
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #defaultLeft: number[] = [];
  readonly #value: number[] = [];
  readonly #cover: number[] = [];
  readonly #gain: number[] = [];
  readonly #bin: number[] = [];

  /** Adds a leaf and returns its number. */
  addLeaf(value: number, cover: number): number {
    this.#left.push(-1);
    this.#right.push(-1);
    this.#feature.push(0);
    this.#threshold.push(0);
    this.#defaultLeft.push(0);
    this.#value.push(value);
    this.#cover.push(cover);
    this.#gain.push(0);
    this.#bin.push(0);
    return this.#left.length - 1;
  }

  /** Makes a leaf an inner node over two leaves added before. */
  split(node: number, test: NodeTest, left: number, right: number): void {
    this.#left[node] = left;
    this.#right[node] = right;
    this.#feature[node] = test.feature;
    this.#threshold[node] = test.threshold;
    this.#defaultLeft[node] = test.defaultLeft ? 1 : 0;
    this.#value[node] = 0;
    this.#gain[node] = test.gain;
    this.#bin[node] = test.bin;
  }

  /** The bin of each node's threshold [node], 0 in a leaf. */
  bins(): Uint8Array {
    return Uint8Array.from(this.#bin);
  }

  /** The tree as typed arrays. */
  build(): Tree {
    return {
      left: Int32Array.from(this.#left),
      right: Int32Array.from(this.#right),
      feature: Int32Array.from(this.#feature),
      threshold: Float32Array.from(this.#threshold),
      defaultLeft: Uint8Array.from(this.#defaultLeft),
      value: Float32Array.from(this.#value),
      cover: Float32Array.from(this.#cover),
      gain: Float32Array.from(this.#gain),
    };
  }
}

/** The test of an inner node. */
export interface NodeTest {
  readonly feature: number;
  readonly threshold: number;
  readonly bin: number;
  readonly defaultLeft: boolean;
  readonly gain: number;
}
