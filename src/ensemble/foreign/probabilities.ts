import { softmaxInto } from '../../math/softmax.js';
import type { ForeignEnsemble } from './foreign-ensemble.js';

/**
 * Probabilities [row][class] of raw margins [row][output], as the model's link makes them; a model of one output has two
 * classes, of which the output is the second's. One-vs-all scores are divided by their sum. O(values).
 */
export function probabilitiesOf(
  { link, ensemble, averagedOver }: Pick<ForeignEnsemble, 'link' | 'ensemble' | 'averagedOver'>,
  margins: Float64Array,
): Float64Array {
  const outputs = ensemble.classes;
  const scaled = averagedOver === 1 ? margins : margins.map((margin) => margin / averagedOver);
  if (link === 'softmax') {
    const probabilities = new Float64Array(scaled.length);
    for (let at = 0; at < scaled.length; at += outputs) softmaxInto(scaled, probabilities, at, outputs);
    return probabilities;
  }
  const parts = link === 'probability' ? scaled : scaled.map(sigmoid);
  return outputs === 1 ? withFirstClass(parts) : dividedBySum(parts, outputs);
}

function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}

function withFirstClass(second: Float64Array): Float64Array {
  const probabilities = new Float64Array(2 * second.length);
  second.forEach((value, row) => {
    probabilities[2 * row] = 1 - value;
    probabilities[2 * row + 1] = value;
  });
  return probabilities;
}

function dividedBySum(parts: Float64Array, outputs: number): Float64Array {
  const probabilities = parts.slice();
  for (let at = 0; at < parts.length; at += outputs) {
    const sum = parts.subarray(at, at + outputs).reduce((total, value) => total + value, 0);
    if (sum > 0) for (let k = 0; k < outputs; k++) probabilities[at + k] /= sum;
  }
  return probabilities;
}
