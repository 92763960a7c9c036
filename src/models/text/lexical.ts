import * as tf from '@tensorflow/tfjs-core';
import type { Examples } from '../../data/examples/examples.js';
import { square } from '../../math/power.js';
import { floats, integers, type ModelState } from '../files.js';
import { type NetworkInput, neuralModel, type Recipe } from '../neural.js';
import { mlp, mlpWeights } from '../tfjs/mlp.js';
import type { Network } from '../tfjs/train.js';
import { associationWidth, fitAssociations, restoreAssociations, writeAssociations } from './associations.js';
import { evidence, type TextStatistics } from './evidence.js';
import { fitIdf } from './idf.js';
import { fitLexicon } from './lexicon.js';
import { pairOf } from './pair.js';
import { fitSplitter, splitterOf } from './units.js';

interface LexicalState extends TextStatistics {
  /** of each feature over the training rows; [feature] */
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

const HIDDEN = [128, 32];
const DROPOUT = 0.4;
/** Standardised features are cut here, so that one odd row cannot dominate. */
const LIMIT = 4;

/** The parts of `lexical`. */
const lexicalRecipe: Recipe<LexicalState> = {
  name: 'lexical',
  family: 'text',
  description:
    'match evidence (words, letters, brand, colour, numbers, negation) and learnt pairs of words, through a perceptron',
  needs: ['text'],
  effort: 3,
  plan: {
    batchRows: 128,
    batchBy: 'row',
    epochs: 40,
    patience: 8,
    tolerance: 0.02,
    learningRate: 2e-3,
    weightDecay: 1e-2,
    averaging: 0.98,
    classWeightPower: 0.35,
  },
  learnState(examples, rows) {
    const splitter = fitSplitter(examples, rows);
    const statistics = {
      idf: fitIdf(examples, rows),
      lexicon: fitLexicon(examples, rows),
      splitter,
      associations: fitAssociations(examples, rows, splitter),
    };
    const { matrix, width } = evidenceMatrix(examples, rows, statistics);
    return { ...statistics, ...moments(matrix, width) };
  },
  weightSpecs: ({ mean }, classes) => mlpWeights('mlp', [mean.length, ...HIDDEN, classes]),
  network: lexicalNetwork,
  packState: ({ idf, lexicon, splitter, associations, mean, deviation }): ModelState => ({
    config: { brands: [...lexicon.brands], colors: [...lexicon.colors], words: splitter.known },
    arrays: new Map<string, Float32Array | Int32Array>([
      ['idf', idf.values],
      ['rates', associations.rates],
      ['signs', associations.signs],
      ['counts', associations.counts],
      ['queries', Int32Array.from(associations.queries)],
      ['mean', mean],
      ['deviation', deviation],
    ]),
  }),
  unpackState(saved) {
    const { brands, colors, words } = saved.config as Record<'brands' | 'colors' | 'words', string[]>;
    return {
      idf: { values: floats(saved, 'idf') },
      lexicon: { brands: new Set(brands), colors: new Set(colors) },
      splitter: splitterOf(words),
      associations: restoreAssociations({
        rates: floats(saved, 'rates'),
        signs: integers(saved, 'signs'),
        counts: floats(saved, 'counts'),
        queries: integers(saved, 'queries'),
      }),
      mean: floats(saved, 'mean'),
      deviation: floats(saved, 'deviation'),
    };
  },
};

/**
 * Match evidence between query and product, what training pairs with the same words were (`phone` asked, `case` there),
 * and a perceptron.
 */
export const lexical = neuralModel(lexicalRecipe);

function lexicalNetwork({ weights, state, examples, rows, classes }: NetworkInput<LexicalState>): Network {
  const { matrix, width } = evidenceMatrix(examples, rows, state);
  const { mean, deviation } = state;
  const place = new Map(Array.from(rows, (row, at) => [row, at]));
  const input = (wanted: Int32Array) => {
    const x = new Float32Array(wanted.length * width);
    for (let at = 0; at < wanted.length; at++) {
      const from = place.get(wanted[at])! * width;
      for (let j = 0; j < width; j++) {
        const value = (matrix[from + j] - mean[j]) / deviation[j];
        x[at * width + j] = Math.max(-LIMIT, Math.min(LIMIT, value));
      }
    }
    return tf.tensor2d(x, [wanted.length, width]);
  };
  const layers = HIDDEN.length + 1;
  return {
    weights,
    classes,
    logits: (wanted, random) =>
      mlp(input(wanted), weights, { name: 'mlp', layers, dropout: DROPOUT, random, inputGradient: false }),
  };
}

interface Evidence {
  /** [row asked][feature] */
  readonly matrix: Float32Array;
  readonly width: number;
}

/** The last computed evidence by frequencies: learning the scale and training need the same one. */
const computed = new WeakMap<Float32Array, Evidence & { examples: Examples; rows: Int32Array }>();

function evidenceMatrix(examples: Examples, rows: Int32Array, statistics: TextStatistics): Evidence {
  const key = statistics.idf.values;
  const last = computed.get(key);
  if (last !== undefined && last.examples === examples && last.rows === rows) return last;
  const learnt = associationWidth(statistics.associations.classes);
  let matrix = new Float32Array(0);
  let width = 0;
  for (let at = 0; at < rows.length; at++) {
    const pair = pairOf(examples, rows[at], statistics.splitter);
    const values = Object.values(evidence(pair, statistics));
    if (at === 0) {
      width = values.length + learnt;
      matrix = new Float32Array(rows.length * width);
    }
    matrix.set(values, at * width);
    const place = { target: matrix, start: (at + 1) * width - learnt };
    writeAssociations(pair, statistics.associations, place);
  }
  const result = { matrix, width, examples, rows };
  computed.set(key, result);
  return result;
}

function moments(matrix: Float32Array, width: number): { mean: Float32Array; deviation: Float32Array } {
  const rows = matrix.length / width;
  const sums = new Float64Array(width);
  const squares = new Float64Array(width);
  for (let at = 0; at < matrix.length; at++) sums[at % width] += matrix[at];
  const mean = sums.map((sum) => sum / rows);
  for (let at = 0; at < matrix.length; at++) squares[at % width] += square(matrix[at] - mean[at % width]);
  const deviation = Float32Array.from(squares, (square) => Math.sqrt(square / rows) || 1);
  return { mean: Float32Array.from(mean), deviation };
}
