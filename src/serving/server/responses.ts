import type { PairAnswer } from '../answering/servable.js';
import type { Pair } from '../pair.js';
import type { RerankRequest } from './requests.js';

/** How much a label is worth where documents are ordered; in order of the classes. */
export type ClassWeights = readonly number[];

/** A record without prototype: classes and models are named by users. */
function record<Value>(entries: Iterable<readonly [string, Value]>): Record<string, Value> {
  const made: Record<string, Value> = Object.create(null);
  for (const [name, value] of entries) made[name] = value;
  return made;
}

/** What `/v1/predict` says of each product. */
export function predictResults(
  pairs: readonly Pair[],
  answers: readonly PairAnswer[],
  classes: readonly string[],
) {
  const named = (values: ArrayLike<number>) => record(classes.map((name, k) => [name, values[k]]));
  return answers.map(({ label, probabilities, models, bias }, at) => ({
    id: pairs[at].productId,
    label: classes[label],
    probabilities: named(probabilities),
    /** whether no model had to compute anything */
    cached: models.every(({ from }) => from !== 'model'),
    models: record(
      models.map(({ model, from, reason, probabilities: own, contribution }) => [
        model,
        {
          from,
          ...(reason === null ? {} : { reason }),
          ...(contribution === null
            ? {}
            : {
                ...(reason === null ? { probabilities: named(own) } : {}),
                contribution: named(contribution),
              }),
        },
      ]),
    ),
    ...(bias === null ? {} : { bias: named(bias) }),
  }));
}

/** What `/v1/rerank` says: places in the request, the best first; of equals the first. */
export function rerankResults(
  { documents, top, returnDocuments }: RerankRequest,
  answers: readonly PairAnswer[],
  weights: ClassWeights,
) {
  const scored = answers.map(({ probabilities }, index) => ({
    index,
    relevance_score: weights.reduce((sum, weight, k) => sum + weight * probabilities[k], 0),
  }));
  scored.sort((a, b) => b.relevance_score - a.relevance_score || a.index - b.index);
  return scored.slice(0, top ?? scored.length).map((result) => ({
    ...result,
    ...(returnDocuments ? { document: asDocument(documents[result.index]) } : {}),
  }));
}

function asDocument(given: unknown): unknown {
  return typeof given === 'string' ? { text: given } : given;
}

/** What the Open Inference Protocol gives: labels and probabilities as tensors. */
export function inferOutputs(answers: readonly PairAnswer[], classes: readonly string[]) {
  const rows = answers.length;
  return [
    { name: 'label', shape: [rows], datatype: 'BYTES', data: answers.map(({ label }) => classes[label]) },
    {
      name: 'probabilities',
      shape: [rows, classes.length],
      datatype: 'FP32',
      data: answers.flatMap(({ probabilities }) => Array.from(probabilities)),
    },
  ];
}
