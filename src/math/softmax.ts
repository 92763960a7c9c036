/**
 * Softmax of `count` values of `source` from `start`, written to `target` at the same place. Subtracts the largest
 * first, so +-1000 is safe. O(count).
 */
export function softmaxInto(
  source: ArrayLike<number>,
  target: { [index: number]: number },
  start: number,
  count: number,
): void {
  let largest = Number.NEGATIVE_INFINITY;
  for (let at = start; at < start + count; at++) if (source[at] > largest) largest = source[at];
  let sum = 0;
  for (let at = start; at < start + count; at++) {
    const value = Math.exp(source[at] - largest);
    target[at] = value;
    sum += value;
  }
  for (let at = start; at < start + count; at++) target[at] /= sum;
}

/** Row-wise softmax of margins [row][class] to probabilities [row][class]. */
export function softmaxRows(margins: ArrayLike<number>, classes: number): Float32Array {
  const probabilities = new Float32Array(margins.length);
  const row = new Float64Array(classes);
  for (let start = 0; start < margins.length; start += classes) {
    for (let k = 0; k < classes; k++) row[k] = margins[start + k];
    softmaxInto(row, row, 0, classes);
    for (let k = 0; k < classes; k++) probabilities[start + k] = row[k];
  }
  return probabilities;
}

/** The index of the largest of `count` values from `start`; the first of equals, as numpy.argmax. */
export function argmaxAt(values: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let k = 1; k < count; k++) if (values[start + k] > values[start + best]) best = k;
  return best;
}
