import { EsciSelectError, nearest, quote } from '../errors.js';
import { gatv2 } from './graph/gatv2.js';
import { gcn } from './graph/gcn.js';
import { graphsage } from './graph/graphsage.js';
import type { Model } from './model.js';
import type { LoadableModel } from './neural.js';
import { lexical } from './text/lexical.js';
import { twoTower } from './text/two-tower.js';

/** The models that can be trained here, by name. A new one is one file and one line. */
export const MODELS = {
  lexical,
  'two-tower': twoTower,
  graphsage,
  gcn,
  gatv2,
} as const satisfies Record<string, Model>;

const byName = new Map<string, LoadableModel>(Object.entries(MODELS));

/** The registered model of a name. Throws EsciSelectError('usage') with the nearest name for an unknown one. */
export function modelNamed(name: string): LoadableModel {
  const model = byName.get(name);
  if (model) return model;
  const legal = [...byName.keys()];
  const near = nearest(name, legal);
  const list = ['all', 'none', ...legal].join(', ');
  throw new EsciSelectError('usage', `model ${quote(name)} is not known`, {
    hint: near === undefined ? `--models takes ${list}` : `did you mean ${near}? --models takes ${list}`,
  });
}

/**
 * The names that a `--models` value means: `all`, `none`, or a list separated by commas, without repeats, in the
 * registry's order. Throws EsciSelectError('usage') for an unknown or empty name.
 */
export function resolveModels(spec: string): string[] {
  const legal = [...byName.keys()];
  const word = spec.trim();
  if (word === 'all') return legal;
  if (word === 'none') return [];
  const chosen = new Set(word.split(',').map((part) => modelNamed(part.trim()).name));
  return legal.filter((name) => chosen.has(name));
}
