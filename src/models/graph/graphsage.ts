import * as tf from '@tensorflow/tfjs-core';
import { neuralModel } from '../neural.js';
import { mlpWeights } from '../tfjs/mlp.js';
import { graphRecipe } from './graph-recipe.js';
import { contextTensor, head, headWeights, heardBy, layer, SIDES, WIDTH } from './layers.js';
import { channelsOf, type Propagation, propagationOf } from './pair-batch.js';
import { RELATION_NAMES, type RelationName } from './relation-names.js';

/** Means by channel; a channel that is barely heard counts for less than one edge. */
export const meanPropagation: Propagation = (witnesses, { ties }) =>
  propagationOf(witnesses, ties.classes, {
    weigh: (share) => share,
    normalise: (total) => 1 / Math.max(total, 1),
  });

/**
 * GraphSAGE with mean aggregation (Hamilton, Ying and Leskovec 2017, arXiv 1706.02216) over typed edges: a node's
 * embedding is ReLU(W [own, mean over edges of channel 1, mean over those of channel 2, ...]), so that every class of
 * edge has weights of its own, as has each end.
 */
export function graphsageRecipe(name: string, relations: readonly RelationName[]) {
  return graphRecipe({
    name,
    relations,
    description: 'graph network that averages neighbours by the class of their edge (GraphSAGE)',
    effort: 3,
    propagate: meanPropagation,
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
        const means = heardBy(batch[side], { name: `${side}/first`, weights, widths });
        const byPair = tf.reshape(means, [batch.pairs, channelsOf(widths.classes) * WIDTH]);
        const x = tf.concat([context, byPair as tf.Tensor2D], 1) as tf.Tensor2D;
        return layer(x, weights, { name: `${side}/second`, inputGradient: true });
      });
      return head([query, product], context, weights, random);
    },
  });
}

/** GraphSAGE over all relations that the data has. */
export const graphsage = neuralModel(graphsageRecipe('graphsage', RELATION_NAMES));
