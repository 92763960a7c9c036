import * as tf from '@tensorflow/tfjs-core';
import { neuralModel } from '../neural.js';
import { mlpWeights } from '../tfjs/mlp.js';
import { graphRecipe } from './graph-recipe.js';
import { contextTensor, head, headWeights, heardBy, layer, SIDES, WIDTH } from './layers.js';
import { channelsOf, type Propagation, propagationOf } from './pair-batch.js';
import { RELATION_NAMES, type RelationName } from './relation-names.js';

/** D^-1/2 A D^-1/2 by channel: an edge's share of a class over the root of both nodes' degrees in that class. */
export const symmetricPropagation: Propagation = (witnesses, { ties }) =>
  propagationOf(witnesses, ties.classes, {
    weigh: (share, k, { node, via }) => (via * share) / Math.sqrt(ties.degrees[node * ties.classes + k]),
    normalise: (total) => 1 / Math.sqrt(1 + total),
  });

/**
 * Graph convolution (Kipf and Welling 2017, arXiv 1609.02907) with symmetric normalisation, so that many edges say more
 * than one and products that everybody looks at say less: H' = ReLU([own, sum over channels of r_c * (A_c H)] W). All
 * channels share W; each has a learnt relation weight r_c per number (as in Schlichtkrull et al. 2018, arXiv 1703.06103,
 * with diagonal relations).
 */
export function gcnRecipe(name: string, relations: readonly RelationName[]) {
  return graphRecipe({
    name,
    relations,
    description: 'graph convolution over edges by class, weighted by the degrees of both nodes (GCN)',
    effort: 3,
    propagate: symmetricPropagation,
    weightSpecs: (widths) => [
      ...SIDES.flatMap((side) => [
        ...mlpWeights(`${side}/first`, [widths.witness, WIDTH]),
        {
          name: `${side}/relations`,
          shape: [channelsOf(widths.classes), WIDTH],
          initial: { normal: 1 },
        },
        ...mlpWeights(`${side}/second`, [widths.context + WIDTH, WIDTH]),
      ]),
      ...headWeights(widths),
    ],
    logits(batch, { weights, random, widths }) {
      const context = contextTensor(batch);
      const [query, product] = SIDES.map((side) => {
        const sums = heardBy(batch[side], { name: `${side}/first`, weights, widths });
        const byChannel = tf.reshape(sums, [batch.pairs, channelsOf(widths.classes), WIDTH]);
        const heard = tf.sum(tf.mul(byChannel, weights.get(`${side}/relations`)), 1) as tf.Tensor2D;
        const x = tf.concat([context, heard], 1) as tf.Tensor2D;
        return layer(x, weights, { name: `${side}/second`, inputGradient: true });
      });
      return head([query, product], context, weights, random);
    },
  });
}

/** GCN over all relations that the data has. */
export const gcn = neuralModel(gcnRecipe('gcn', RELATION_NAMES));
