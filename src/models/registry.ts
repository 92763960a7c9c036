import { EsciSelectError, quote, suggest } from '../errors.js';
import { gatv2 } from './graph/gatv2.js';
import { gcn } from './graph/gcn.js';
import { graphsage } from './graph/graphsage.js';
import { isVariantName, variantNamed } from './graph/variants.js';
import type { Model } from './model.js';
import type { NeuralModel } from './neural.js';
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

/**
 * Registered models that `all` leaves out, because an ensemble of the others does about as well (reports/bench-causes.md);
 * whoever names one gets it.
 */
const BY_NAME_ONLY: ReadonlySet<string> = new Set<keyof typeof MODELS>(['cross-encoder']);

const byName = new Map<string, NeuralModel>(Object.entries(MODELS));

/**
 * The model of a name: a registered one, or a relation variant of a graph model such as `graphsage:purchases`. Throws
 * EsciSelectError('usage') with the nearest name for an unknown one.
 */
export function modelNamed(name: string): NeuralModel {
  const model = byName.get(name);
  if (model) return model;
  if (isVariantName(name)) return variantNamed(name);
  throw new EsciSelectError('usage', `model ${quote(name)} is not known`, {
    hint: `${suggest(name, ['all', 'none', ...byName.keys()], '--models takes')}, modules such as ./mine.js, and language models of yours: encoder:FOLDER, onnx:FOLDER`,
  });
}

/** Whether a name means a model of the registry, or a relation variant of one, so that no other may have it. */
export function isTaken(name: string): boolean {
  return ['all', 'none'].includes(name) || byName.has(name.split(':', 1)[0]);
}

/**
 * The names that words of a `--models` value mean, without repeats: registered models in the registry's order (for `all`
 * every one but `cross-encoder`), then relation variants in the order given. Throws EsciSelectError('usage') for an unknown or empty
 * name.
 */
export function resolveModels(words: readonly string[]): string[] {
  const legal = [...byName.keys()];
  const given = words.map((word) => word.trim());
  const chosen = new Set(given.filter((word) => word !== 'all').map((word) => modelNamed(word).name));
  const every = given.includes('all');
  return [
    ...legal.filter((name) => (every && !BY_NAME_ONLY.has(name)) || chosen.has(name)),
    ...[...chosen].filter((name) => !byName.has(name)),
  ];
}
