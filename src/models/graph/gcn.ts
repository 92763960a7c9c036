import * as tf from '@tensorflow/tfjs-core';
import { neuralModel } from '../neural.js';
import { mlpWeights } from '../tfjs/mlp.js';
import { sparseMatMul } from '../tfjs/sparse.js';
import { graphRecipe } from './graph-recipe.js';
import { contextTensor, featuresTensor, head, headWeights, layer, SIDES, WIDTH } from './layers.js';
import { channelsOf, propagationOf } from './pair-batch.js';
import { RELATION_NAMES, type RelationName } from './relation-names.js';

/**
 * Graph convolution (Kipf and Welling 2017, arXiv 1609.02907), one propagation per class of edge: H' = ReLU(sum over
 * classes of D^-1/2 A D^-1/2 H W + own W). A edge weighs its share of the class over the root of both nodes' degrees,
 * so a product that everybody looks at says less.
 */
export function gcnRecipe(name: string, relations: readonly RelationName[]) {
  return graphRecipe({
    name,
    relations,
    description: 'graph convolution: neighbours by the class of their edge, weighted by the degrees of both nodes',
    effort: 3,
    propagate: (witnesses, { ties }) =>
      propagationOf(witnesses, ties.classes, {
        weigh: (share, k, { node, via }) => (via * share) / Math.sqrt(ties.degrees[node * ties.classes + k]),
        normalise: (total) => 1 / Math.sqrt(1 + total),
      }),
    weightSpecs: (widths) => [
      ...SIDES.flatMap((side) => [
        ...mlpWeights(`${side}/first`, [widths.witness, WIDTH]),
        ...mlpWeights(`${side}/second`, [widths.context + channelsOf(widths.classes) * WIDTH, WIDTH]),
      ]),
      ...headWeights(widths),
    ],
    logits(batch, { weights, random, widths }) {
      const context = contextTensor(batch);
      const [query, product] = SIDES.map((side) => {
        const x = featuresTensor(batch[side], widths.witness);
        const heard = layer(x, weights, { name: `${side}/first`, inputGradient: false });
        const sums = sparseMatMul(batch[side].propagation!, heard);
        const byPair = tf.reshape(sums, [batch.pairs, channelsOf(widths.classes) * WIDTH]) as tf.Tensor2D;
        const own = tf.concat([context, byPair], 1) as tf.Tensor2D;
        return layer(own, weights, { name: `${side}/second`, inputGradient: true });
      });
      return head([query, product], context, weights, random);
    },
  });
}

/** GCN over all relations that the data has. */
export const gcn = neuralModel(gcnRecipe('gcn', RELATION_NAMES));
