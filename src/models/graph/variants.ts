import { didYouMean, EsciSelectError, quote, suggest } from '../../errors.js';
import { type NeuralModel, neuralModel } from '../neural.js';
import { gatv2Recipe } from './gatv2.js';
import { gcnRecipe } from './gcn.js';
import type { GraphRecipe } from './graph-recipe.js';
import { graphsageRecipe } from './graphsage.js';
import { RELATION_NAMES, type RelationName } from './relation-names.js';

const RECIPES = new Map([
  ['graphsage', graphsageRecipe],
  ['gcn', gcnRecipe],
  ['gatv2', gatv2Recipe],
]);

const EXAMPLE = 'graphsage:purchases, gcn:clicks+adds, gatv2:brand';

/** Whether a name has the form of a relation variant: a model, a colon, relations. */
export function isVariantName(name: string): boolean {
  return name.includes(':');
}

/**
 * The model of a relation variant, e.g. `gatv2:clicks` or `gcn:brand+text`: the graph network over the judged pairs and
 * the relations named only. Equal relations in another order are the same model, named in RELATION_NAMES' order.
 *
 * @throws EsciSelectError('usage') for a model without variants or an unknown relation, with the nearest name
 */
export function variantNamed(name: string): NeuralModel {
  return neuralModel(variantRecipe(name));
}

/** The recipe of a graph model, a plain one or a relation variant; null for any other name. Throws as `variantNamed`. */
export function graphRecipeNamed(name: string): GraphRecipe | null {
  const plain = RECIPES.get(name);
  if (plain !== undefined) return plain(name, RELATION_NAMES);
  return isVariantName(name) ? variantRecipe(name) : null;
}

function variantRecipe(name: string): GraphRecipe {
  const [base, list] = [name.slice(0, name.indexOf(':')), name.slice(name.indexOf(':') + 1)];
  const recipe = RECIPES.get(base);
  if (recipe === undefined) throw noVariants(name, base);
  const asked = list.split('+').map((part) => relationNamed(name, part.trim()));
  const ordered = RELATION_NAMES.filter((relation) => asked.includes(relation));
  const relations = RELATION_NAMES.filter((relation) => relation === 'judged' || asked.includes(relation));
  return recipe(`${base}:${ordered.join('+')}`, relations);
}

function relationNamed(name: string, part: string): RelationName {
  const relation = RELATION_NAMES.find((known) => known === part);
  if (relation !== undefined) return relation;
  throw new EsciSelectError('usage', `relation ${quote(part)} of model ${quote(name)} is not known`, {
    hint: suggest(part, RELATION_NAMES, 'relations, several joined by +'),
  });
}

function noVariants(name: string, base: string): EsciSelectError {
  const variants = [...RECIPES.keys()].map((known) => `${known}${name.slice(base.length)}`);
  return new EsciSelectError(
    'usage',
    `model ${quote(name)} is not known: ${quote(base)} has no relation variants`,
    {
      hint: `${didYouMean(name, variants)}graph models have variants, such as ${EXAMPLE}`,
    },
  );
}
