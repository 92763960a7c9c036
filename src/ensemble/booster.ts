import { createRandom, type Random } from '../math/random.js';
import { type BinnedFeatures, binFeatures } from './binning.js';
import { classWeightsOf } from './class-weights.js';
import { computeGradients, fixedPointScale, type Gradients, meanLogLoss, type Scored } from './gradients.js';
import { type GrownTree, growTree } from './grow.js';
import { HistogramPool } from './histogram-pool.js';
import type { BoostingOptions } from './options.js';
import { priorMargins, priorTrees } from './priors.js';
import { columnsByName, others, partOf, sampleAscending } from './sample.js';
import { truncateRounds } from './score.js';
import type { FeatureMatrix, Tree, TreeEnsemble } from './tree.js';
import { addLeaves } from './walk.js';

/** What boosting learns from. */
export interface BoostingData {
  readonly features: FeatureMatrix;
  /** the features in bins, where several ensembles share them; made from `rows` if absent */
  readonly binned?: BinnedFeatures;
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

/**
 * Boosting of softmax margins, advanced a round at a time, after the class priors where the options ask for them.
 * Positions are indices into `data.rows`.
 */
export class Booster {
  readonly #data: BoostingData;
  readonly #buffers: BoostingBuffers;
  readonly #binned: BinnedFeatures;
  readonly #pool: HistogramPool;
  readonly #scale: number;
  readonly #columns: Int32Array;
  readonly #random: Random;
  readonly #training: Scored;
  readonly #validation: Scored | null;
  readonly #trees: Tree[] = [];
  #bag: Int32Array;
  #outOfBag: Int32Array = new Int32Array(0);
  #round = 0;

  constructor(data: BoostingData, buffers = createBuffers(data.rows.length, data.classes)) {
    const { features, rows, options, labels, classes } = data;
    this.#data = data;
    this.#buffers = buffers;
    this.#binned = data.binned ?? binFeatures(features, rows, options.maxBins);
    const columns = partOf(features.columns, options.featureFraction);
    this.#pool = new HistogramPool(columns << this.#binned.bins.slotBits, options.minDataInLeaf > 1);
    const weights = classWeightsOf(options.classWeights, labels, rows, classes);
    this.#scale = fixedPointScale(rows.length, Math.max(...weights));
    this.#columns = columnsByName(features.names);
    this.#random = createRandom(options.seed);
    this.#training = unscored(data, rows, weights);
    this.#validation = data.validationRows ? unscored(data, data.validationRows, weights) : null;
    this.#bag = Int32Array.from(rows, (_, position) => position);
    if (options.priors) this.#startFromPriors();
  }

  /** Adds one tree per class. */
  advance(): void {
    const { classes, rows, validationRows } = this.#data;
    this.#drawBag();
    const gradients: Gradients = this.#buffers;
    computeGradients(this.#training, this.#bag, this.#scale, gradients);
    for (let k = 0; k < classes; k++) {
      const grown = this.#growClass(k, k * rows.length);
      this.#trees.push(grown.tree);
      this.#addToTraining(grown, k);
      if (this.#validation === null) continue;
      addLeaves(grown, this.#binned, { ...this.#validation, rows: validationRows!, class: k });
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

  /** The ensemble of the priors and the first `rounds` rounds. */
  ensemble(rounds: number): TreeEnsemble {
    const { classes, features, options } = this.#data;
    const all = {
      classes,
      featureNames: features.names,
      baseScore: new Float32Array(classes),
      trees: this.#trees,
      treeClass: Int32Array.from(this.#trees, (_, t) => t % classes),
    };
    return truncateRounds(all, rounds + (options.priors ? 1 : 0));
  }

  #startFromPriors(): void {
    const margins = priorMargins(this.#training);
    const weight = this.#training.labels.reduce((sum, label) => sum + this.#training.classWeights[label], 0);
    this.#trees.push(...priorTrees(margins, weight));
    for (const scored of [this.#training, this.#validation]) {
      for (let at = 0; scored !== null && at < scored.margins.length; at += margins.length) {
        scored.margins.set(margins, at);
      }
    }
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
    this.#outOfBag = others(rows, this.#bag);
  }

  #growClass(k: number, offset: number): GrownTree {
    const { options, features, rows } = this.#data;
    const { gradient, hessian, order, spare } = this.#buffers;
    const { bins, codes } = this.#binned;
    order.set(this.#bag);
    return growTree({
      rows: {
        codes,
        stride: features.columns,
        rowOf: rows,
        gradient: gradient.subarray(offset, offset + rows.length),
        hessian: hessian.subarray(offset, offset + rows.length),
        order: order.subarray(0, this.#bag.length),
      },
      rules: { bins, features: this.#drawColumns(k), scale: this.#scale, options },
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
    const { margins, classes } = this.#training;
    for (const { node, start, end } of grown.leaves) {
      const value = grown.tree.value[node];
      for (let at = start; at < end; at++) margins[this.#buffers.order[at] * classes + k] += value;
    }
    const place = { rows: this.#data.rows, margins, classes, class: k, positions: this.#outOfBag };
    addLeaves(grown, this.#binned, place);
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
