import { EsciSelectError, quote, suggest } from '../errors.js';
import { gatv2 } from './graph/gatv2.js';
import { gcn } from './graph/gcn.js';
import { graphsage } from './graph/graphsage.js';
import { isVariantName, variantNamed } from './graph/variants.js';
import type { Model } from './model.js';
import type { LoadableModel } from './neural.js';
import { crossEncoder } from './text/cross-encoder.js';
import { lexical } from './text/lexical.js';
import { twoTower } from './text/two-tower.js';

/** The models that can be trained here, by name. A new one is one file and one line. */
export const MODELS = {
  lexical,
  'two-tower': twoTower,
  'cross-encoder': crossEncoder,
  graphsage,
  gcn,
  gatv2,
} as const satisfies Record<string, Model>;

const byName = new Map<string, LoadableModel>(Object.entries(MODELS));

/**
 * The model of a name: a registered one, or a relation variant of a graph model such as `graphsage:purchases`. Throws
 * EsciSelectError('usage') with the nearest name for an unknown one.
 */
export function modelNamed(name: string): LoadableModel {
  const model = byName.get(name);
  if (model) return model;
  if (isVariantName(name)) return variantNamed(name);
  throw new EsciSelectError('usage', `model ${quote(name)} is not known`, {
    hint: suggest(name, ['all', 'none', ...byName.keys()], '--models takes'),
  });
}

/**
 * The names that a `--models` value means: `all` (every registered model), `none`, or a list separated by commas, without
 * repeats: registered models in the registry's order, then relation variants in the order given. Throws
 * EsciSelectError('usage') for an unknown or empty name.
 */
export function resolveModels(spec: string): string[] {
  const legal = [...byName.keys()];
  const word = spec.trim();
  if (word === 'all') return legal;
  if (word === 'none') return [];
  const chosen = new Set(word.split(',').map((part) => modelNamed(part.trim()).name));
  return [...legal.filter((name) => chosen.has(name)), ...[...chosen].filter((name) => !byName.has(name))];
}
