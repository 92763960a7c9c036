import * as tf from '@tensorflow/tfjs-core';
import { softmaxRows } from '../../math/softmax.js';

/**
 * Mean over rows of weight[label] x cross-entropy of softmax(logits), divided by the mean weight; logits [n][classes],
 * labels [n]. One fused step: the gradient is (softmax - one-hot) x weight / sum of weights.
 */
export function crossEntropy(
  logits: tf.Tensor2D,
  labels: ArrayLike<number>,
  classWeights: ArrayLike<number>,
): tf.Scalar {
  const operation = tf.customGrad((x, save) => {
    const [rows, classes] = (x as tf.Tensor2D).shape;
    const probabilities = softmaxRows((x as tf.Tensor2D).dataSync() as Float32Array, classes);
    let weightSum = 0;
    for (let row = 0; row < rows; row++) weightSum += classWeights[labels[row]];
    const loss = weightedLoss(probabilities, labels, classWeights, classes) / weightSum;
    for (let row = 0; row < rows; row++) {
      const weight = classWeights[labels[row]] / weightSum;
      probabilities[row * classes + labels[row]] -= 1;
      for (let k = 0; k < classes; k++) probabilities[row * classes + k] *= weight;
    }
    (save as tf.GradSaveFunc)([tf.tensor2d(probabilities, [rows, classes])]);
    return { value: tf.scalar(loss), gradFunc: (dy, saved) => tf.mul(saved[0], dy) };
  });
  return operation(logits) as tf.Scalar;
}

/** Sum over rows of weight[label] x -log p[label], with p floored at 1e-12. */
export function weightedLoss(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classWeights: ArrayLike<number>,
  classes: number,
): number {
  let sum = 0;
  for (let row = 0; row < labels.length; row++) {
    const probability = Math.max(probabilities[row * classes + labels[row]], 1e-12);
    sum -= classWeights[labels[row]] * Math.log(probability);
  }
  return sum;
}
