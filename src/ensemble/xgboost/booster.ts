import { quote } from '../../errors.js';
import type { Tree } from '../tree.js';
import { badField, floats, type JsonField, member, optionalMember, textOf } from './json-field.js';

/** The trees of a learner, and what DART made of their weights. */
export interface BoosterModel {
  /** holds `trees`, `tree_info`, ... */
  readonly model: JsonField;
  /** [tree] what DART multiplies a tree's leaves by; null where the booster is gbtree */
  readonly weights: JsonField | null;
}

/**
 * The booster of a learner. DART is written in two ways: up to XGBoost 3.2 as a booster `dart` around a gbtree, with
 * `weight_drop` beside that, from 3.3 as a gbtree whose model has `weight_drop`. Throws 'model' for other boosters.
 */
export function boosterModel(learner: JsonField): BoosterModel {
  const booster = member(learner, 'gradient_booster');
  const name = optionalMember(booster, 'name');
  const kind = name === null ? 'gbtree' : textOf(name);
  if (kind === 'dart') {
    return { model: member(member(booster, 'gbtree'), 'model'), weights: member(booster, 'weight_drop') };
  }
  if (kind !== 'gbtree') {
    throw badField(
      booster,
      `is ${quote(kind)}, which has no trees to read`,
      'train with booster="gbtree" or booster="dart"',
    );
  }
  const model = member(booster, 'model');
  return { model, weights: optionalMember(model, 'weight_drop') };
}

/** The trees with their leaves multiplied by DART's weights in float32, as XGBoost does when it predicts. O(nodes). */
export function weightTrees(trees: readonly Tree[], field: JsonField): Tree[] {
  const weights = floats(field);
  if (weights.length !== trees.length) {
    throw badField(field, `has ${weights.length} weights, trees has ${trees.length}`);
  }
  return trees.map((tree, at) => {
    const weight = weights[at];
    if (!Number.isFinite(weight)) {
      throw badField({ ...field, name: `${field.name}[${at}]` }, `is ${weight}, expected a finite number`);
    }
    // a Float32Array rounds the product
    return { ...tree, value: tree.value.map((value) => value * weight) };
  });
}
