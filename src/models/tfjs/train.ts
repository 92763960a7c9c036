import * as tf from '@tensorflow/tfjs-core';
import { createRandom, type Random } from '../../math/random.js';
import { softmaxRows } from '../../math/softmax.js';
import type { CurvePoint } from '../model.js';
import { createAdam } from './adam.js';
import { averageWeights } from './average.js';
import { crossEntropy, weightedLoss } from './loss.js';
import { assignWeights, flattenWeights, type Weights } from './weights.js';

/** A network over rows of some data it holds. */
export interface Network {
  readonly weights: Weights;
  readonly classes: number;
  /**
   * Logits [row][class] for the rows asked, in their order. `training` is the stream for dropout and the like, null
   * when predicting. Called inside tf.tidy.
   */
  logits(rows: Int32Array, training: Random | null): tf.Tensor2D;
}

export interface TrainOptions {
  /** labelled rows to learn from */
  readonly learn: Int32Array;
  /** labelled rows that stop the training; may be empty */
  readonly validate: Int32Array;
  /** class of every row of the data, [row] */
  readonly label: ArrayLike<number>;
  /** weight of each class in the loss */
  readonly classWeights: Float32Array;
  readonly epochs: number;
  /** epochs without a better validation loss before stopping */
  readonly patience: number;
  /** the largest rate; it falls to a twentieth of it along a cosine */
  readonly learningRate: number;
  /** a later epoch is kept while its validation loss is at most this share above the least; 0 unless given */
  readonly tolerance?: number;
  readonly weightDecay: number;
  /** judge and keep a running mean of the weights with this decay; the weights themselves unless given */
  readonly averaging?: number;
  readonly seed: number | string;
  /** the epoch's rows in mini-batches, drawn from the stream */
  batches(rows: Int32Array, random: Random): Int32Array[];
  readonly onEpoch?: (point: CurvePoint, epochs: number) => void;
}

/**
 * Trains a network with AdamW and mini-batches, keeps the weights of the epoch with the least validation loss (the
 * last epoch without validation rows), and returns the curve. Deterministic for equal input and seed.
 */
export async function trainNetwork(network: Network, options: TrainOptions): Promise<CurvePoint[]> {
  const random = createRandom(`${options.seed}/train`);
  const adam = createAdam(network.weights, { weightDecay: options.weightDecay });
  const mean = options.averaging === undefined ? null : averageWeights(network.weights, options.averaging);
  const judged = <Result>(work: () => Result) => (mean === null ? work() : mean.with(work));
  const curve: CurvePoint[] = [];
  const validation = blocksOf(options.validate);
  let best: { loss: number; epoch: number; weights: Float32Array } | null = null;
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const rate = options.learningRate * cosine(epoch / options.epochs);
    let total = 0;
    for (const batch of options.batches(options.learn, random)) {
      total += trainStep(network, options, { batch, random, apply: (grads) => adam.step(grads, rate) });
      mean?.add();
    }
    const validationLoss =
      validation.length === 0 ? null : judged(() => validate(network, options, validation));
    const point = { epoch, loss: total / options.learn.length, validationLoss };
    curve.push(point);
    options.onEpoch?.(point, options.epochs);
    await new Promise((resolve) => setImmediate(resolve)); // lets messages out and cancellation in
    if (validationLoss === null) continue;
    const least = Math.min(validationLoss, best?.loss ?? validationLoss);
    if (validationLoss <= least * (1 + (options.tolerance ?? 0))) {
      best = { loss: least, epoch, weights: judged(() => flattenWeights(network.weights)) };
    } else if (best !== null && epoch - best.epoch >= options.patience) break;
  }
  assignWeights(network.weights, best?.weights ?? judged(() => flattenWeights(network.weights)));
  return curve;
}

/** Rows that are predicted at once. */
const BLOCK_ROWS = 1024;

/** Class probabilities [row][class], computed in blocks so that memory stays bounded. */
export function predictNetwork(network: Network, rows: Int32Array): Float32Array {
  return predictBlocks(network, blocksOf(rows), rows.length);
}

function blocksOf(rows: Int32Array): Int32Array[] {
  const count = Math.ceil(rows.length / BLOCK_ROWS);
  return Array.from({ length: count }, (_, at) => rows.subarray(at * BLOCK_ROWS, (at + 1) * BLOCK_ROWS));
}

function predictBlocks(network: Network, blocks: readonly Int32Array[], rows: number): Float32Array {
  const probabilities = new Float32Array(rows * network.classes);
  let at = 0;
  for (const block of blocks) {
    const logits = tf.tidy(() => network.logits(block, null));
    const values = logits.dataSync() as Float32Array;
    logits.dispose();
    probabilities.set(softmaxRows(values, network.classes), at);
    at += values.length;
  }
  return probabilities;
}

interface Step {
  readonly batch: Int32Array;
  readonly random: Random;
  readonly apply: (gradients: tf.NamedTensorMap) => void;
}

/** One step; returns the batch's mean loss times its rows. */
function trainStep(network: Network, options: TrainOptions, { batch, random, apply }: Step): number {
  const labels = labelsOf(options.label, batch);
  const { value, grads } = tf.variableGrads(
    () => crossEntropy(network.logits(batch, random), labels, options.classWeights),
    [...network.weights.variables.values()],
  );
  apply(grads);
  const loss = value.dataSync()[0];
  tf.dispose([value, grads]);
  return loss * batch.length;
}

/** Mean cross-entropy on the validation rows, weighted by class as the training loss is. */
function validate(network: Network, options: TrainOptions, blocks: readonly Int32Array[]): number {
  const probabilities = predictBlocks(network, blocks, options.validate.length);
  const labels = labelsOf(options.label, options.validate);
  let weightSum = 0;
  for (const label of labels) weightSum += options.classWeights[label];
  return weightedLoss(probabilities, labels, options.classWeights, network.classes) / weightSum;
}

function labelsOf(label: ArrayLike<number>, rows: Int32Array): Int32Array {
  return Int32Array.from(rows, (row) => label[row]);
}

function cosine(progress: number): number {
  return 0.05 + 0.475 * (1 + Math.cos(Math.PI * progress));
}
