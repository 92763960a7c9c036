import { writeRecord } from '../../kernels/records.js';
import { createRandom, type Random } from '../../math/random.js';
import type { BoostingOptions } from '../boosting-options.js';
import { truncateRounds } from '../scoring/score.js';
import type { FeatureMatrix, Tree, TreeEnsemble } from '../tree.js';
import type { BinnedFeatures } from './binning.js';
import { classWeightsOf } from './class-weights.js';
import { type FixedPoint, fixedPoint } from './gradients.js';
import { type Growing, growTrees, writeJobs } from './grow-trees.js';
import type { BoosterPlaces } from './layout.js';
import { computeDerivatives, sumLosses } from './losses.js';
import type { TrainingCall, TrainingMemory } from './memory.js';
import { priorMargins, priorTrees } from './priors.js';
import { BAG_JOB } from './records.js';
import { partOf, sampleAscending } from './sample.js';

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
  /**
   * [element of `rows`][class] margins that boosting starts from instead of 0, which the ensemble then lacks: those of an
   * ensemble to be put before it. Priors must be off
   */
  readonly start?: Float32Array;
  /** threads to train with, at least 1; the result does not depend on it */
  readonly threads?: number;
}

/** One ensemble's part of a training table: positions to learn from and to measure the loss on, ascending. */
export interface BoosterPart {
  readonly training: Int32Array;
  readonly validation: Int32Array;
  /** [position][class] margins to start from; 0, or the priors, where absent */
  readonly start?: Float32Array;
}

/** The table that a booster's memory was filled from; positions are places in `rows`. */
export interface TrainingTable {
  readonly features: FeatureMatrix;
  readonly binned: BinnedFeatures;
  /** the table's column at each place of the memory's rows: columns in the order of their names */
  readonly columnAt: Int32Array;
  /** class of each position */
  readonly labels: Int16Array;
  readonly classes: number;
  readonly options: BoostingOptions;
}

/**
 * Boosting of softmax margins, advanced a round at a time, after the class priors where the options ask for them. Margins
 * and lists of positions lie in the training memory, where the kernels work on them.
 */
export class Booster {
  readonly #table: TrainingTable;
  readonly #part: BoosterPart;
  readonly #memory: TrainingMemory;
  readonly #places: BoosterPlaces;
  readonly #classWeights: Float64Array;
  readonly #fixedPoint: FixedPoint;
  readonly #random: Random;
  readonly #trees: Tree[] = [];
  #bagCount: number;
  #round = 0;

  constructor(table: TrainingTable, part: BoosterPart, memory: TrainingMemory, places: BoosterPlaces) {
    const { options, labels, classes } = table;
    this.#table = table;
    this.#part = part;
    this.#memory = memory;
    this.#places = places;
    this.#classWeights = classWeightsOf(options.classWeights, labels, part.training, classes);
    this.#fixedPoint = fixedPoint(part.training.length, Math.max(...this.#classWeights));
    this.#random = createRandom(options.seed);
    writeJobs(memory, { options, bins: table.binned.bins });
    this.#fill();
    this.#bagCount = part.training.length;
    this.#placeAll();
    if (part.start !== undefined) this.#startFrom(part.start);
    else if (options.priors) this.#startFromPriors();
  }

  /** Adds a round: one tree per class. */
  advance(): void {
    const { classes, options, binned, columnAt } = this.#table;
    computeDerivatives(this.#memory, this.#places, classes, this.#drawBag());
    const growing: Growing = {
      options,
      bins: binned.bins,
      columnAt,
      ...this.#fixedPoint,
      bagCount: this.#bagCount,
      allCount: this.#part.training.length + this.#part.validation.length,
      columns: this.#memory.layout.growJobs.map((_, k) => this.#drawColumns(k)),
    };
    this.#trees.push(...growTrees(this.#memory, this.#places, growing));
    this.#round++;
  }

  /** Class-weighted mean log-loss of the training rows, in and out of the bag. */
  trainLoss(): number {
    return this.#loss(this.#part.training, this.#places.training);
  }

  /** Class-weighted mean log-loss of the validation rows; null without them. */
  validationLoss(): number | null {
    const { validation } = this.#part;
    return validation.length === 0 ? null : this.#loss(validation, this.#places.validation);
  }

  /** The ensemble of the priors and the first `rounds` rounds. */
  ensemble(rounds: number): TreeEnsemble {
    const { classes, features, options } = this.#table;
    const all = {
      classes,
      featureNames: features.names,
      baseScore: new Float32Array(classes),
      trees: this.#trees,
      treeClass: Int32Array.from(this.#trees, (_, t) => t % classes),
    };
    return truncateRounds(all, rounds + (options.priors ? 1 : 0));
  }

  #loss(list: Int32Array, address: number): number {
    const { labels, classes } = this.#table;
    let weights = 0;
    for (let at = 0; at < list.length; at++) weights += this.#classWeights[labels[list[at]]];
    return sumLosses(this.#memory, this.#places, { address, length: list.length }, classes) / weights;
  }

  /** Puts this ensemble's lists, weights and margins (all 0) into the memory. */
  #fill(): void {
    const { labels, classes } = this.#table;
    const { words, floats, doubles, layout } = this.#memory;
    const { training, validation, weights, classWeights, margins } = this.#places;
    words.set(this.#part.training, training >>> 2);
    words.set(this.#part.validation, validation >>> 2);
    doubles.set(this.#classWeights, classWeights / 8);
    const first = weights >>> 2;
    floats.fill(0, first, first + layout.paddedPositions);
    const scaled = this.#classWeights.map((weight) => weight * this.#fixedPoint.scale);
    for (let position = 0; position < labels.length; position++) {
      floats[first + position] = scaled[labels[position]];
    }
    floats.fill(0, margins >>> 2, (margins >>> 2) + classes * layout.paddedPositions);
  }

  #startFrom(start: Float32Array): void {
    const { labels, classes } = this.#table;
    const { floats, layout } = this.#memory;
    for (let k = 0; k < classes; k++) {
      const to = (this.#places.margins >>> 2) + k * layout.paddedPositions;
      for (let position = 0; position < labels.length; position++) {
        floats[to + position] = start[position * classes + k];
      }
    }
  }

  #startFromPriors(): void {
    const { labels, classes } = this.#table;
    const { floats, layout } = this.#memory;
    const { training } = this.#part;
    const ofTraining = new Int16Array(training.length);
    let weight = 0;
    for (let at = 0; at < training.length; at++) {
      ofTraining[at] = labels[training[at]];
      weight += this.#classWeights[ofTraining[at]];
    }
    const margins = priorMargins(ofTraining, this.#classWeights);
    this.#trees.push(...priorTrees(margins, weight));
    for (let k = 0; k < classes; k++) {
      const start = (this.#places.margins >>> 2) + k * layout.paddedPositions;
      floats.fill(margins[k], start, start + layout.paddedPositions);
    }
  }

  /** The call that draws the positions to learn from, where this round learns from others. */
  #drawBag(): TrainingCall[] {
    const { baggingFraction, baggingFrequency } = this.#table.options;
    if (baggingFrequency === 0 || baggingFraction === 1 || this.#round % baggingFrequency !== 0) return [];
    const total = this.#part.training.length;
    const { training: list, positions } = this.#places;
    const [a, b, c, counter] = this.#random.fork(`rows ${this.#round}`).state();
    this.#bagCount = partOf(total, baggingFraction);
    const { bagJob } = this.#memory.layout;
    const fields = { a, b, c, counter, list, total, count: this.#bagCount, positions };
    writeRecord(this.#memory, BAG_JOB, bagJob, fields);
    return [{ kernel: 'drawBag', address: bagJob }];
  }

  /** Lists all positions to learn from, then the others of this ensemble. */
  #placeAll(): void {
    const { words } = this.#memory;
    const { training, validation } = this.#part;
    const first = this.#places.positions >>> 2;
    words.set(training, first);
    words.set(validation, first + training.length);
  }

  /** Places of the columns that a tree may test, ascending. */
  #drawColumns(k: number): Int32Array {
    const { columnAt, options } = this.#table;
    const total = columnAt.length;
    if (options.featureFraction === 1) return Int32Array.from(columnAt, (_, place) => place);
    const random = this.#random.fork(`columns ${this.#round} ${k}`);
    return sampleAscending(total, partOf(total, options.featureFraction), random);
  }
}
