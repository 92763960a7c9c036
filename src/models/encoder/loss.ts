/** Mean cross-entropy of probabilities [row][class] in nats; a probability of 0 counts as 1e-15. */
export function meanLoss(probabilities: Float32Array, labels: Int16Array, classes: number): number {
  let sum = 0;
  for (const [row, label] of labels.entries())
    sum -= Math.log(Math.max(probabilities[row * classes + label], 1e-15));
  return labels.length === 0 ? 0 : sum / labels.length;
}
