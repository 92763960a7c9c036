import {
  type Facts,
  NONE,
  QUALITIES,
  type SimulatedProduct,
  type SimulatedQuery,
  type Wishes,
} from './facts.js';
import { FAMILIES } from './structure.js';

/** Relations are indices into the classes of ESCI. */
export const EXACT = 0;
export const SUBSTITUTE = 1;
export const COMPLEMENT = 2;
export const IRRELEVANT = 3;
export const RELATIONS = 4;

/** From this many unmet wishes on, a product of the right type is irrelevant. */
const TOO_MANY = 3;

/**
 * The true relation of a product to a query that means `role` and has these wishes: the whole rule of the simulated
 * world. Another family, or another accessory: irrelevant. Device and accessory: complement. The other device:
 * substitute. The same type: exact if every wish is met, irrelevant if three or more are not, or if the product has an
 * allergen that the query denies; else substitute. O(qualities).
 */
export function relationOf(role: number, wishes: Wishes, facts: Facts): number {
  if (facts.family !== wishes.family) return IRRELEVANT;
  if (facts.role !== role) {
    if (isDevice(role) !== isDevice(facts.role)) return COMPLEMENT;
    return isDevice(role) ? SUBSTITUTE : IRRELEVANT;
  }
  const deniedAllergen = wishes.feature === false && facts.feature && FAMILIES[facts.family][role].strict;
  const unmet = unmetWishes(wishes, facts);
  if (deniedAllergen || unmet >= TOO_MANY) return IRRELEVANT;
  return unmet === 0 ? EXACT : SUBSTITUTE;
}

function isDevice(role: number): boolean {
  return role < 2;
}

function unmetWishes(wishes: Wishes, facts: Facts): number {
  let unmet = wishes.feature !== null && wishes.feature !== facts.feature ? 1 : 0;
  for (const quality of QUALITIES) {
    if (wishes[quality] !== NONE && wishes[quality] !== facts[quality]) unmet++;
  }
  return unmet;
}

/** The true relation of a pair. */
export function trueRelation(query: SimulatedQuery, product: SimulatedProduct): number {
  const role = query.candidates[query.truth].value;
  return relationOf(role, query.wishes, product.candidates[product.truth].value);
}

/** The relation that the texts alone tell, or null where it depends on what they hide. */
export function apparentRelation(query: SimulatedQuery, product: SimulatedProduct): number | null {
  let found: number | null = null;
  for (const { value: role } of query.candidates) {
    for (const { value: facts } of product.candidates) {
      const relation = relationOf(role, query.wishes, facts);
      if (found !== null && found !== relation) return null;
      found = relation;
    }
  }
  return found;
}

/**
 * Whether the two may be judged or shown together. At most one of them may hide something, and a product whose type is
 * hidden has neither a size nor a feature: this keeps the Bayes posterior a product of independent factors (posterior.ts).
 */
export function mayMeet(query: SimulatedQuery, product: SimulatedProduct): boolean {
  if (query.locale !== product.locale) return false;
  if (query.hidden !== 'open' && product.hidden !== 'open') return false;
  return product.hidden !== 'type' || (query.wishes.size === NONE && query.wishes.feature === null);
}
