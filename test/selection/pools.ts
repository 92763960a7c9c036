import type { FeatureMatrix } from '../../src/ensemble/tree.js';
import { createRandom } from '../../src/math/random.js';
import type { ModelCard } from '../../src/predictions/matrix.js';
import { createSubsetScorer, type QueryScorer } from '../../src/selection/subset-scorer.js';

/** A card with costs in ms/row. */
export function card(name: string, costs: Record<string, number> = {}): ModelCard {
  return {
    name,
    family: 'text',
    source: 'imported',
    kind: 'probabilities',
    costs: Object.fromEntries(Object.entries(costs).map(([key, value]) => [key, { value, unit: 'ms/row' }])),
    sha256: '',
    covered: 1,
    notes: [],
  };
}

/** How a planted model answers: the signal it has per class of the truth; 0 everywhere is pure noise. */
export interface Planted {
  readonly name: string;
  readonly signal: readonly number[];
  /** copies the noise of another model, up to a hundredth */
  readonly twinOf?: string;
}

export interface Pool {
  readonly names: readonly string[];
  readonly values: Float32Array;
  readonly features: FeatureMatrix;
  readonly labels: Int16Array;
  readonly foldOf: Int16Array;
  readonly scorer: QueryScorer;
}

/** Labels at unequal rates and planted models' probabilities of them. Five folds; every row is a query of its own. */
export function plantPool(planted: readonly Planted[], options: { rows: number; seed: number }): Pool {
  const random = createRandom(options.seed);
  const classes = planted[0].signal.length;
  const width = planted.length * classes;
  const labels = new Int16Array(options.rows);
  const values = new Float32Array(options.rows * width);
  const names = planted.map(({ name }) => name);
  for (let row = 0; row < options.rows; row++) {
    labels[row] = Math.min(classes - 1, Math.floor(classes * random.uniform() ** 1.6));
    const noise = new Map<string, number[]>();
    planted.forEach(({ name, signal, twinOf }, model) => {
      const own = Array.from({ length: classes }, () => random.normal());
      const source = twinOf === undefined ? own : noise.get(twinOf)!.map((z, k) => z + 0.01 * own[k]);
      noise.set(name, source);
      const odds = source.map((z, k) => Math.exp(z + (k === labels[row] ? signal[k] : 0)));
      const sum = odds.reduce((a, b) => a + b, 0);
      values.set(
        odds.map((odd) => odd / sum),
        row * width + model * classes,
      );
    });
  }
  const foldOf = Int16Array.from(labels, (_, row) => row % 5);
  const featureNames = names.flatMap((name) => Array.from({ length: classes }, (_, k) => `${name}:${k}`));
  const features = { rows: options.rows, columns: width, names: featureNames, values };
  const scorer = createSubsetScorer({
    features,
    classes,
    labels,
    rows: Int32Array.from(labels.keys()),
    foldOf,
    queries: Int32Array.from(labels.keys()),
    seed: 1,
  });
  return { names, values, features, labels, foldOf, scorer };
}
