import * as tf from '@tensorflow/tfjs-core';
import { neuralModel } from '../neural.js';
import { attend } from '../tfjs/graph-attention.js';
import { dense } from '../tfjs/layers.js';
import { mlpWeights } from '../tfjs/mlp.js';
import { graphRecipe } from './graph-recipe.js';
import { contextTensor, featuresTensor, head, headWeights, SIDES, WIDTH } from './layers.js';
import { RELATION_NAMES, type RelationName } from './relation-names.js';

const HEADS = 4;

/**
 * Graph attention (GATv2, Brody, Alon and Yahav 2022, arXiv 2105.14491): what a node hears is weighted by a softmax over
 * its edges of a . LeakyReLU(W [node, neighbour, edge]), several heads side by side; the class of an edge is part of it.
 */
export function gatv2Recipe(name: string, relations: readonly RelationName[]) {
  return graphRecipe({
    name,
    relations,
    description: 'graph attention: learns which neighbours to listen to',
    effort: 4,
    propagate: null,
    weightSpecs: (widths) => [
      ...SIDES.flatMap((side) => [
        ...mlpWeights(`${side}/heard`, [widths.witness, WIDTH]),
        ...mlpWeights(`${side}/own`, [widths.context, WIDTH]),
        { name: `${side}/attention`, shape: [WIDTH], initial: { normal: 0.3 } },
      ]),
      ...headWeights(widths),
    ],
    logits(batch, { weights, random, widths }) {
      const context = contextTensor(batch);
      const [query, product] = SIDES.map((side) => {
        const linear = (x: tf.Tensor2D, name: string) =>
          dense(x, weights.get(`${name}/0/w`), weights.vector(`${name}/0/b`), { inputGradient: false });
        const heard = linear(featuresTensor(batch[side], widths.witness), `${side}/heard`);
        const own = linear(context, `${side}/own`);
        const vector = weights.vector(`${side}/attention`);
        const sums = attend({ offsets: batch[side].offsets, heads: HEADS }, heard, own, vector);
        return tf.relu(tf.add(own, sums)) as tf.Tensor2D;
      });
      return head([query, product], context, weights, random);
    },
  });
}

/** GATv2 over all relations that the data has. */
export const gatv2 = neuralModel(gatv2Recipe('gatv2', RELATION_NAMES));
