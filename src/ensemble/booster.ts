import { createRandom, type Random } from '../math/random.js';
import { type Bins, encodeRows, planBins } from './binning.js';
import { classWeightsOf } from './class-weights.js';
import { computeGradients, fixedPointScale, type Gradients, meanLogLoss, type Scored } from './gradients.js';
import { type GrownTree, growTree } from './grow.js';
import { HistogramPool } from './histogram-pool.js';
import type { BoostingOptions } from './options.js';
import { columnsByName, partOf, sampleAscending } from './sample.js';
import { leafOf } from './score.js';
import type { FeatureMatrix, Tree, TreeEnsemble } from './tree.js';

/** What boosting learns from. */
export interface BoostingData {
  readonly features: FeatureMatrix;
  /** class of each row of the features, -1 where unknown */
  readonly labels: Int16Array;
  readonly classes: number;
  /** training rows; one that is listed twice counts twice */
  readonly rows: Int32Array;
  /** rows to measure the loss on, which training never sees */
  readonly validationRows?: Int32Array;
  readonly options: BoostingOptions;
}

/** Working memory of one round; boosters that take turns may share it. */
export interface BoostingBuffers {
  readonly gradient: Int32Array;
  readonly hessian: Int32Array;
  readonly order: Int32Array;
  readonly spare: Int32Array;
}

/** Working memory for up to so many training rows. */
export function createBuffers(rows: number, classes: number): BoostingBuffers {
  return {
    gradient: new Int32Array(rows * classes),
    hessian: new Int32Array(rows * classes),
    order: new Int32Array(rows),
    spare: new Int32Array(rows),
  };
}

/** Boosting of softmax margins, advanced a round at a time. Positions are indices into `data.rows`. */
export class Booster {
  readonly #data: BoostingData;
  readonly #buffers: BoostingBuffers;
  readonly #bins: Bins;
  readonly #codes: Uint8Array;
  readonly #pool: HistogramPool;
  readonly #scale: number;
  readonly #columns: Int32Array;
  readonly #random: Random;
  readonly #training: Scored;
  readonly #validation: Scored | null;
  readonly #trees: Tree[] = [];
  #bag: Int32Array;
  #round = 0;

  constructor(data: BoostingData, buffers = createBuffers(data.rows.length, data.classes)) {
    const { features, rows, options, labels, classes } = data;
    this.#data = data;
    this.#buffers = buffers;
    this.#bins = planBins(features, rows, options.maxBins);
    this.#codes = encodeRows(features, rows, this.#bins);
    this.#pool = new HistogramPool(features.columns, options.minDataInLeaf > 1);
    const weights = classWeightsOf(options.classWeights, labels, rows, classes);
    this.#scale = fixedPointScale(rows.length, Math.max(...weights));
    this.#columns = columnsByName(features.names);
    this.#random = createRandom(options.seed);
    this.#training = unscored(data, rows, weights);
    this.#validation = data.validationRows ? unscored(data, data.validationRows, weights) : null;
    this.#bag = Int32Array.from(rows, (_, position) => position);
  }

  /** Adds one tree per class. */
  advance(): void {
    const { classes } = this.#data;
    const rows = this.#data.rows.length;
    const gradients: Gradients = this.#buffers;
    computeGradients(this.#training, this.#scale, gradients);
    this.#drawBag();
    for (let k = 0; k < classes; k++) {
      const grown = this.#growClass(k, k * rows);
      this.#trees.push(grown.tree);
      this.#addToTraining(grown, k);
      if (this.#validation) this.#addTo(this.#validation, this.#data.validationRows!, grown.tree, k);
    }
    this.#round++;
  }

  /** Class-weighted mean log-loss of the training rows, in and out of the bag. */
  trainLoss(): number {
    return meanLogLoss(this.#training);
  }

  /** Class-weighted mean log-loss of the validation rows; null without them. */
  validationLoss(): number | null {
    return this.#validation === null ? null : meanLogLoss(this.#validation);
  }

  /** The ensemble of all rounds so far. */
  ensemble(): TreeEnsemble {
    const { classes, features } = this.#data;
    return {
      classes,
      featureNames: features.names,
      baseScore: new Float32Array(classes),
      trees: [...this.#trees],
      treeClass: Int32Array.from(this.#trees, (_, t) => t % classes),
    };
  }

  #drawBag(): void {
    const { baggingFraction, baggingFrequency } = this.#data.options;
    if (baggingFrequency === 0 || baggingFraction === 1 || this.#round % baggingFrequency !== 0) return;
    const rows = this.#data.rows.length;
    this.#bag = sampleAscending(
      rows,
      partOf(rows, baggingFraction),
      this.#random.fork(`rows ${this.#round}`),
    );
  }

  #growClass(k: number, offset: number): GrownTree {
    const { options, features, rows } = this.#data;
    const { gradient, hessian, order, spare } = this.#buffers;
    order.set(this.#bag);
    return growTree({
      rows: {
        codes: this.#codes,
        stride: features.columns,
        gradient: gradient.subarray(offset, offset + rows.length),
        hessian: hessian.subarray(offset, offset + rows.length),
        order: order.subarray(0, this.#bag.length),
      },
      rules: { bins: this.#bins, features: this.#drawColumns(k), scale: this.#scale, options },
      pool: this.#pool,
      spare,
    });
  }

  #drawColumns(k: number): Int32Array {
    const { featureFraction } = this.#data.options;
    if (featureFraction === 1) return this.#columns;
    const total = this.#columns.length;
    const random = this.#random.fork(`columns ${this.#round} ${k}`);
    return sampleAscending(total, partOf(total, featureFraction), random).map((at) => this.#columns[at]);
  }

  /** Rows in the bag take the value of the leaf they are in; the others are sent down the tree. */
  #addToTraining(grown: GrownTree, k: number): void {
    const { margins, classes, labels } = this.#training;
    if (this.#bag.length < labels.length) {
      this.#addTo(this.#training, this.#data.rows, grown.tree, k);
      return;
    }
    for (const { node, start, end } of grown.leaves) {
      const value = grown.tree.value[node];
      for (let at = start; at < end; at++) margins[this.#buffers.order[at] * classes + k] += value;
    }
  }

  #addTo({ margins, classes }: Scored, rows: Int32Array, tree: Tree, k: number): void {
    const { values, columns } = this.#data.features;
    for (let position = 0; position < rows.length; position++) {
      margins[position * classes + k] += tree.value[leafOf(tree, values, rows[position] * columns)];
    }
  }
}

function unscored(data: BoostingData, rows: Int32Array, classWeights: Float64Array): Scored {
  const { classes } = data;
  return {
    labels: Int16Array.from(rows, (row) => data.labels[row]),
    margins: new Float32Array(rows.length * classes),
    classes,
    classWeights,
  };
}
