import * as tf from '@tensorflow/tfjs-core';
import { floats, type ModelState } from '../files.js';
import { type NetworkInput, neuralModel, type Recipe } from '../neural.js';
import { mlp, mlpWeights } from '../tfjs/mlp.js';
import { sparseMatMul } from '../tfjs/sparse.js';
import type { Network } from '../tfjs/train.js';
import { encode, encoderWeights } from '../tfjs/transformer.js';
import { fitIdf } from './idf.js';
import { fitLexicon } from './lexicon.js';
import { sequencesOf } from './sequence.js';
import { POOLS, TABLE_ROWS, type TokenStatistics, tokenBatch, wordEntries } from './token-table.js';

/**
 * Sizes for minutes on two cores. Twice the width (64, 8 heads, inner 128) took the sample's test accuracy from 0.703 to
 * 0.717 and its log-loss from 0.750 to 0.724, macro F1 stayed at 0.433, for 2.1 times the training time (one seed;
 * differences within noise). Training rows are what it lacks.
 */
const SIZE = { width: 32, heads: 4, layers: 2, inner: 64 };
const HIDDEN = 32;
const DROPOUT = 0.1;
/** Starting length of an embedding. */
const START = 0.5;

/** The parts of `cross-encoder`. */
const crossEncoderRecipe: Recipe<TokenStatistics> = {
  name: 'cross-encoder',
  family: 'text',
  description:
    'a small Transformer that reads query, title, brand, colour and matching passages together, word by word',
  needs: ['text'],
  effort: 8,
  plan: {
    batchRows: 64,
    batchBy: 'row',
    epochs: 4,
    patience: 3,
    tolerance: 0.02,
    learningRate: 3e-3,
    weightDecay: 1e-2,
    averaging: 0.98,
    classWeightPower: 0.35,
  },
  learnState: (examples, rows) => ({ idf: fitIdf(examples, rows), lexicon: fitLexicon(examples, rows) }),
  weightSpecs: (_state, classes) => [
    { name: 'table', shape: [TABLE_ROWS, SIZE.width], initial: { normal: START / Math.sqrt(SIZE.width) } },
    ...encoderWeights('encoder', SIZE),
    ...mlpWeights('mlp', [POOLS * SIZE.width, HIDDEN, classes]),
  ],
  network: crossEncoderNetwork,
  packState: ({ idf, lexicon }): ModelState => ({
    config: { brands: [...lexicon.brands], colors: [...lexicon.colors] },
    arrays: new Map([['idf', idf.values]]),
  }),
  unpackState(saved) {
    const { brands, colors } = saved.config as { brands: string[]; colors: string[] };
    return {
      idf: { values: floats(saved, 'idf') },
      lexicon: { brands: new Set(brands), colors: new Set(colors) },
    };
  },
};

/**
 * A small Transformer over the words of query and product together: every word is the sum of its hashed parts, its
 * field, its place and whether the other side has it; self-attention with several heads; means over the whole, the
 * query and the product; a perceptron. It sees what stands around a match (a negation, an accessory's "for"), which
 * counts of matches do not.
 */
export const crossEncoder = neuralModel(crossEncoderRecipe);

function crossEncoderNetwork({
  weights,
  state,
  examples,
  rows,
  classes,
}: NetworkInput<TokenStatistics>): Network {
  const sequences = sequencesOf(examples, rows);
  const entries = wordEntries(sequences.words, state);
  const place = new Map(Array.from(rows, (row, at) => [row, at]));
  return {
    weights,
    classes,
    logits(asked, random) {
      const wanted = Int32Array.from(asked, (row) => place.get(row)!);
      const { offsets, tokens, pools } = tokenBatch({ sequences, entries, wanted, random });
      const embedded = sparseMatMul(tokens, weights.get('table'));
      const hidden = encode(embedded, weights, {
        name: 'encoder',
        ...SIZE,
        offsets,
        dropout: DROPOUT,
        random,
      });
      const pooled = tf.reshape(sparseMatMul(pools, hidden), [
        asked.length,
        POOLS * SIZE.width,
      ]) as tf.Tensor2D;
      return mlp(pooled, weights, { name: 'mlp', layers: 2, dropout: DROPOUT, random, inputGradient: true });
    },
  };
}
