import * as tf from '@tensorflow/tfjs-core';
import { neuralModel } from '../neural.js';
import { mlpWeights } from '../tfjs/mlp.js';
import { sparseMatMul } from '../tfjs/sparse.js';
import { graphRecipe } from './graph-recipe.js';
import { contextTensor, featuresTensor, head, headWeights, layer, SIDES, WIDTH } from './layers.js';
import { channelsOf, propagationOf } from './pair-batch.js';
import { RELATION_NAMES, type RelationName } from './relation-names.js';

/**
 * GraphSAGE with mean aggregation (Hamilton, Ying and Leskovec 2017, arXiv 1706.02216) over typed edges: a node's
 * embedding is ReLU(W [own, mean over class-1 edges, mean over class-2 edges, ...]), each end with its own weights.
 */
export function graphsageRecipe(name: string, relations: readonly RelationName[]) {
  return graphRecipe({
    name,
    relations,
    description: 'graph network that averages neighbours by the class of their edge',
    effort: 3,
    propagate: (witnesses, { ties }) =>
      propagationOf(witnesses, ties.classes, {
        weigh: (share) => share,
        normalise: (total) => 1 / Math.max(total, 1),
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
        const means = sparseMatMul(batch[side].propagation!, heard);
        const byPair = tf.reshape(means, [batch.pairs, channelsOf(widths.classes) * WIDTH]) as tf.Tensor2D;
        const own = tf.concat([context, byPair], 1) as tf.Tensor2D;
        return layer(own, weights, { name: `${side}/second`, inputGradient: true });
      });
      return head([query, product], context, weights, random);
    },
  });
}

/** GraphSAGE over all relations that the data has. */
export const graphsage = neuralModel(graphsageRecipe('graphsage', RELATION_NAMES));
