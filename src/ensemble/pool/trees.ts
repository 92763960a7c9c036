import { priorTrees } from '../training/priors.js';
import type { Tree, TreeEnsemble } from '../tree.js';
import type { PoolRows } from './encode.js';
import type { Pool } from './fit.js';
import { ANSWER_THRESHOLD, type PoolPlan } from './plan.js';
import type { QuantizedColumn } from './quantize.js';

/** Above every legal value: parts present from missing. */
const LARGEST = Math.fround(3.4028234663852886e38);

/**
 * A pool as trees of one column each, which give its margins but for float32 rounding: first a leaf per class with its
 * bias, then a tree per model and class over the class's binned probability; for a model that gives answers, one per
 * answer and class over the answer's column. Models of weight 0 have none. A node's cover is that of
 * its share of the plan's rows, at least one, at equal margins, as the class priors have it; children are adjacent, as
 * XGBoost's SHAP values need. `rows` are those that the plan was made of.
 */
export function poolTrees(
  plan: PoolPlan,
  pool: Pool,
  rows: PoolRows,
  featureNames: readonly string[],
): TreeEnsemble {
  const { classes, sources } = plan;
  const hessian = (2 / classes) * (1 - 1 / classes);
  const trees = priorTrees(Float32Array.from(pool.biases), rows.count);
  sources.forEach((source, model) => {
    if (pool.weights[model] === 0) return;
    const first = model * classes;
    if (source.kind === 'answers') trees.push(...answerTrees(pool, rows, model, hessian));
    else {
      source.columns.forEach((column, k) => {
        const values = column.values.map((value) => pool.weights[model] * (value - plan.centres[first + k]));
        trees.push(columnTree({ ...column, values }, first + k, { rows: rows.count, hessian }));
      });
    }
  });
  return {
    classes,
    featureNames,
    baseScore: new Float32Array(classes),
    trees,
    treeClass: Int32Array.from(trees, (_, t) => t % classes),
  };
}

/** One split per answer and class; answers that are never or always given tell nothing. */
function answerTrees(pool: Pool, rows: PoolRows, model: number, hessian: number): Tree[] {
  const { classes, weights } = pool;
  const { given, evidence } = pool.answers[model]!;
  const counts = new Float64Array(classes);
  for (let position = 0; position < rows.count; position++) {
    const answer = rows.answers[position * weights.length + model];
    if (answer >= 0) counts[answer]++;
  }
  const trees: Tree[] = [];
  for (let answer = 0; answer < classes; answer++) {
    if (given[answer] === 0 || counts[answer] === rows.count) continue;
    for (let k = 0; k < classes; k++) {
      const builder = new TreeBuilder(model * classes + answer);
      builder.split(0, ANSWER_THRESHOLD, true);
      builder.leaf(1, 0, rows.count - counts[answer]);
      builder.leaf(2, weights[model] * evidence[answer * classes + k], counts[answer]);
      trees.push(builder.finish(hessian));
    }
  }
  return trees;
}

/** A balanced tree over the bins; missing values get a leaf of 0, or, where no row misses, the bin nearest to 0. */
function columnTree(
  column: QuantizedColumn,
  feature: number,
  { rows, hessian }: { readonly rows: number; readonly hessian: number },
): Tree {
  const builder = new TreeBuilder(feature);
  const present = column.counts.reduce((a, b) => a + b, 0);
  if (present === 0) builder.leaf(0, 0, rows);
  else if (present === rows) growBins(builder, 0, column);
  else {
    const children = builder.split(0, LARGEST, false);
    builder.leaf(children + 1, 0, rows - present);
    growBins(builder, children, column);
  }
  return builder.finish(hessian);
}

/** Splits a node's bins in the middle until each is alone, level by level. */
function growBins(builder: TreeBuilder, root: number, { cuts, values, counts }: QuantizedColumn): void {
  const nearest = values.reduce(
    (best, value, bin) => (Math.abs(value) < Math.abs(values[best]) ? bin : best),
    0,
  );
  const waiting = [{ node: root, from: 0, to: values.length }];
  for (let at = 0; at < waiting.length; at++) {
    const { node, from, to } = waiting[at];
    if (to - from === 1) {
      builder.leaf(node, values[from], counts[from]);
      continue;
    }
    const middle = (from + to) >> 1;
    const left = builder.split(node, cuts[middle - 1], nearest < middle);
    waiting.push({ node: left, from, to: middle }, { node: left + 1, from: middle, to });
  }
}

/** A tree of one column, node by node; every node is given once, after its parent. */
class TreeBuilder {
  readonly #feature: number;
  readonly #left: number[] = [-1];
  readonly #threshold: number[] = [0];
  readonly #defaultLeft: number[] = [0];
  readonly #value: number[] = [0];
  readonly #rows: number[] = [0];

  constructor(feature: number) {
    this.#feature = feature;
  }

  /** Gives a node two children, the right one after the left, and returns the left one. */
  split(node: number, threshold: number, missingGoesLeft: boolean): number {
    const left = this.#left.length;
    this.#left[node] = left;
    this.#threshold[node] = threshold;
    this.#defaultLeft[node] = missingGoesLeft ? 1 : 0;
    for (const child of [left, left + 1]) {
      this.#left[child] = -1;
      this.#threshold[child] = 0;
      this.#defaultLeft[child] = 0;
      this.#value[child] = 0;
      this.#rows[child] = 0;
    }
    return left;
  }

  leaf(node: number, value: number, rows: number): void {
    this.#value[node] = value;
    this.#rows[node] = rows;
  }

  /**
   * The tree, with covers of so much hessian a row. The gain of a split is what it takes off the loss to second order:
   * H1 H2 / (H1 + H2) times the squared difference of its sides' means (Chen & Guestrin 2016, equation 7).
   */
  finish(hessian: number): Tree {
    const left = Int32Array.from(this.#left);
    const means = Float64Array.from(this.#value);
    const covers = Float64Array.from(this.#rows, (rows) => rows * hessian);
    const gain = new Float32Array(left.length);
    for (let node = left.length - 1; node >= 0; node--) {
      if (left[node] < 0) continue;
      const [a, b] = [left[node], left[node] + 1];
      covers[node] = covers[a] + covers[b];
      means[node] = (means[a] * covers[a] + means[b] * covers[b]) / covers[node];
      const apart = means[a] - means[b];
      gain[node] = (covers[a] * covers[b] * apart * apart) / covers[node];
    }
    return {
      left,
      right: left.map((child) => (child < 0 ? -1 : child + 1)),
      feature: left.map((child) => (child < 0 ? 0 : this.#feature)),
      threshold: Float32Array.from(this.#threshold),
      defaultLeft: Uint8Array.from(this.#defaultLeft),
      value: Float32Array.from(this.#value),
      cover: Float32Array.from(covers),
      gain,
    };
  }
}
