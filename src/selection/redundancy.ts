import { argmaxAt } from '../math/softmax.js';
import { correlation } from '../predictions/checks/twins.js';
import type { PredictionMatrix } from '../predictions/matrix.js';

/** How alike two models are, on the rows that both cover. */
export interface Similarity {
  readonly a: string;
  readonly b: string;
  /** correlation of their probabilities, each class centred; null where one of them does not vary */
  readonly probabilities: number | null;
  /** correlation of being wrong (phi); null where one of them is always right or always wrong */
  readonly errors: number | null;
}

/** Models so alike that they are one voice, and the credit of that voice. */
export interface Cluster {
  readonly models: readonly string[];
  /** least correlation of probabilities between two that were joined */
  readonly similarity: number;
  /** Shapley value of the cluster as one player: mean over rows and classes of its absolute value; margins (log-odds) */
  readonly credit: number;
  /** the same of each member as a player of its own, on the same rows, in the order of `models` */
  readonly memberCredits: readonly number[];
}

export interface Redundancy {
  /** every pair, most alike first */
  readonly pairs: readonly Similarity[];
  /** of two models or more */
  readonly clusters: readonly Cluster[];
  /** rows that similarities were taken on */
  readonly rows: number;
  /** rows that credits were averaged over, which the ensemble was fitted on */
  readonly creditRows: number;
}

/** Correlation of probabilities from which two models are one voice. */
export const ONE_VOICE = 0.95;

/** Similarities of all pairs on the rows given, most alike first. O(models^2 rows classes). */
export function similarities(matrix: PredictionMatrix, labels: Int16Array, rows: Int32Array): Similarity[] {
  const classes = matrix.classes.length;
  const models = matrix.cards.map(({ name }, model) => {
    const values = gatherModel(matrix, model, rows);
    return { name, values, wrong: mistakes(values, labels, rows, classes) };
  });
  const pairs = models.flatMap((a, at) =>
    models.slice(at + 1).map((b) => ({
      a: a.name,
      b: b.name,
      probabilities: finite(correlation(a.values, b.values, classes)),
      errors: finite(correlation(a.wrong, b.wrong, 1)),
    })),
  );
  return pairs.sort((x, y) => (y.probabilities ?? -2) - (x.probabilities ?? -2));
}

/** Models joined directly or through others by a similarity of at least ONE_VOICE; two models or more, in order. */
export function clustersOf(
  names: readonly string[],
  pairs: readonly Similarity[],
): { models: string[]; similarity: number }[] {
  const clusterOf = new Map(names.map((name) => [name, { models: [name], similarity: 1 }]));
  for (const { a, b, probabilities } of pairs) {
    if (probabilities === null || probabilities < ONE_VOICE) continue;
    const [into, from] = [clusterOf.get(a)!, clusterOf.get(b)!];
    if (into === from) continue;
    into.models.push(...from.models);
    into.similarity = Math.min(into.similarity, from.similarity, probabilities);
    for (const name of from.models) clusterOf.set(name, into);
  }
  return [...new Set(clusterOf.values())]
    .filter(({ models }) => models.length > 1)
    .map(({ models, similarity }) => ({ models: models.sort(), similarity }));
}

function gatherModel(
  { cards, classes, values }: PredictionMatrix,
  model: number,
  rows: Int32Array,
): Float32Array {
  const width = classes.length;
  const own = new Float32Array(rows.length * width);
  rows.forEach((row, at) => {
    const start = (row * cards.length + model) * width;
    own.set(values.subarray(start, start + width), at * width);
  });
  return own;
}

/** 1 where the model is wrong, NaN where it is silent. */
function mistakes(values: Float32Array, labels: Int16Array, rows: Int32Array, classes: number): Float32Array {
  return Float32Array.from(rows, (row, at) => {
    if (Number.isNaN(values[at * classes])) return Number.NaN;
    return argmaxAt(values, at * classes, classes) === labels[row] ? 0 : 1;
  });
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
