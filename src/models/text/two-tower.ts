import * as tf from '@tensorflow/tfjs-core';
import { floats, type ModelState } from '../files.js';
import { type NetworkInput, neuralModel, type Recipe } from '../neural.js';
import { dense, dropInPlace, dropout } from '../tfjs/layers.js';
import { mlp, mlpWeights } from '../tfjs/mlp.js';
import { sparseMatMul } from '../tfjs/sparse.js';
import { type SparseMatrix, stackRows, takeRows } from '../tfjs/sparse-matrix.js';
import type { Network } from '../tfjs/train.js';
import type { Weights } from '../tfjs/weights.js';
import { type BagPart, bagRows } from './bags.js';
import { corpusOf } from './corpus.js';
import type { ProductDocuments } from './document.js';
import { fitIdf, type Idf, idfAt } from './idf.js';
import type { Texts } from './kept-texts.js';

interface TwoTowerState {
  readonly idf: Idf;
}

const BUCKETS = 8192;
const WIDTH = 48;
const TOWER = 64;
const HIDDEN = 48;
/** query x product, |difference|, query x brand and colour, tower x tower, two cosines */
const INPUTS = 3 * WIDTH + TOWER + 2;
const DROPOUT = 0.3;
/** Half of a text's terms are left out of each training step: without this, pairs are learnt by heart. */
const TERM_DROPOUT = 0.5;
/** Terms in fewer documents teach nothing about other texts. */
const LEAST_DOCUMENTS = 3;
/** Starting length of an embedding: short, so that a few steps turn it. */
const START = 0.15;

/** The parts of `two-tower`. */
const twoTowerRecipe: Recipe<TwoTowerState> = {
  name: 'two-tower',
  family: 'text',
  description:
    'learnt embeddings of hashed words and letter groups for query and product, compared by a perceptron',
  needs: ['text'],
  effort: 2,
  plan: {
    batchRows: 256,
    batchBy: 'row',
    epochs: 16,
    patience: 3,
    learningRate: 4e-3,
    weightDecay: 1e-2,
    classWeightPower: 0.4,
  },
  learnState: (examples, rows) => ({ idf: fitIdf(examples, rows) }),
  weightSpecs: (_state, classes) => [
    { name: 'embedding', shape: [BUCKETS, WIDTH], initial: { normal: START / Math.sqrt(WIDTH) } },
    ...mlpWeights('query', [WIDTH, TOWER]),
    ...mlpWeights('product', [2 * WIDTH, TOWER]),
    ...mlpWeights('mlp', [INPUTS, HIDDEN, classes]),
  ],
  network: twoTowerNetwork,
  packState: ({ idf }): ModelState => ({ config: {}, arrays: new Map([['idf', idf.values]]) }),
  unpackState: (saved) => ({ idf: { values: floats(saved, 'idf') } }),
};

/** Hashed subword embeddings of query and product, pooled apart, then compared. */
export const twoTower = neuralModel(twoTowerRecipe);

function twoTowerNetwork(input: NetworkInput<TwoTowerState>): Network {
  const { weights, classes } = input;
  const towers = towersOf(input);
  return {
    weights,
    classes,
    logits(wanted, random) {
      const count = wanted.length;
      const bags = stackRows(towers.bagsOf(wanted));
      if (random !== null) dropInPlace(bags.values, TERM_DROPOUT, random);
      const pooled = sparseMatMul(bags, weights.get('embedding'));
      const part = (at: number) => unitRows(tf.slice(pooled, [at * count, 0], [count, WIDTH]));
      const features = compare(weights, part(0), part(1), part(2));
      const hidden = dropout(features, DROPOUT, random);
      return mlp(hidden, weights, { name: 'mlp', layers: 2, dropout: DROPOUT, random, inputGradient: true });
    },
  };
}

/** Each row scaled to length 1; about zero where it has no terms. */
function unitRows(x: tf.Tensor2D): tf.Tensor2D {
  const length = tf.sqrt(tf.add(tf.sum(tf.mul(x, x), 1, true), 1e-4));
  return tf.div(x, length) as tf.Tensor2D;
}

/** What the perceptron sees of the two towers: rows of INPUTS numbers, about unit size. */
function compare(
  weights: Weights,
  query: tf.Tensor2D,
  product: tf.Tensor2D,
  attributes: tf.Tensor2D,
): tf.Tensor2D {
  const tower = (x: tf.Tensor2D, name: string) =>
    dense(x, weights.get(`${name}/0/w`), weights.vector(`${name}/0/b`), { relu: true });
  const both = tf.mul(query, product) as tf.Tensor2D;
  const named = tf.mul(query, attributes) as tf.Tensor2D;
  const towers = [tower(query, 'query'), tower(tf.concat([product, attributes], 1), 'product')];
  const parts = [
    tf.mul(both, Math.sqrt(WIDTH)),
    tf.abs(tf.sub(query, product)),
    tf.mul(named, Math.sqrt(WIDTH)),
    tf.mul(towers[0], towers[1]),
    tf.mul(tf.sum(both, 1, true), 4),
    tf.mul(tf.sum(named, 1, true), 4),
  ];
  return tf.concat(parts as tf.Tensor2D[], 1);
}

/** A row's bag is that of its query, or product: rows share them. */
interface Towers {
  bagsOf(rows: Int32Array): [query: SparseMatrix, product: SparseMatrix, attributes: SparseMatrix];
}

/** The bags of the rows' queries and products, each once. */
function towersOf({ state, examples, rows }: NetworkInput<TwoTowerState>): Towers {
  const corpus = corpusOf(examples);
  const query = placesOf(rows, examples.group, examples.groupKeys.length);
  const product = placesOf(rows, examples.product, examples.products);
  const weighting = { power: 0.5, highest: idfAt(state.idf, LEAST_DOCUMENTS) + 1e-3 };
  const bags = <Text>(texts: Texts<Text>, numbers: readonly number[], parts: (text: Text) => BagPart[]) =>
    bagRows(partsOf(texts, numbers, parts), { idf: state.idf, buckets: BUCKETS, weighting });
  const queries = bags(corpus.queries, query.numbers, (document) => [{ document, weight: 1 }]);
  const products = bags(corpus.products!, product.numbers, productParts);
  const attributes = bags(corpus.products!, product.numbers, ({ brand, color }) => [
    { document: brand, weight: 1 },
    { document: color, weight: 1 },
  ]);
  return {
    bagsOf(wanted) {
      const productPlaces = wanted.map((row) => product.places[examples.product[row]]);
      return [
        takeRows(
          queries,
          wanted.map((row) => query.places[examples.group[row]]),
        ),
        takeRows(products, productPlaces),
        takeRows(attributes, productPlaces),
      ];
    },
  };
}

/** The numbers that the rows have, in order of first appearance, and the place of each among them. */
function placesOf(
  rows: Int32Array,
  numberOf: Int32Array,
  count: number,
): { numbers: number[]; places: Int32Array } {
  const places = new Int32Array(count).fill(-1);
  const numbers: number[] = [];
  for (const row of rows) {
    const number = numberOf[row];
    if (places[number] < 0) places[number] = numbers.push(number) - 1;
  }
  return { numbers, places };
}

function* partsOf<Text>(
  texts: Texts<Text>,
  numbers: readonly number[],
  parts: (text: Text) => BagPart[],
): Generator<BagPart[]> {
  for (const number of numbers) yield parts(texts.at(number));
}

function productParts({ title, brand, color, body }: ProductDocuments): BagPart[] {
  return [
    { document: title, weight: 1 },
    { document: brand, weight: 1 },
    { document: color, weight: 1 },
    { document: body, weight: 0.2 },
  ];
}
