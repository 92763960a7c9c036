import type { Locale } from './words.js';

/** A quality that a query may ask for and a product has. Values are indices into the vocabulary. */
export const QUALITIES = ['brand', 'line', 'colour', 'material', 'size', 'audience'] as const;
export type Quality = (typeof QUALITIES)[number];

/** Not asked for, not of a line, or for no audience in particular. */
export const NONE = -1;

/** What a product is. */
export interface Facts extends Readonly<Record<Quality, number>> {
  readonly family: number;
  readonly role: number;
  /** whether it has its type's feature */
  readonly feature: boolean;
}

/** What a query asks for, besides the type: NONE or null where it asks for nothing. */
export interface Wishes extends Readonly<Record<Quality, number>> {
  readonly family: number;
  /** true: with the type's feature; false: without */
  readonly feature: boolean | null;
}

/** One thing that something may be, and how likely that is given its text alone. */
export interface Candidate<T> {
  readonly value: T;
  readonly prior: number;
}

/**
 * How much of the truth a text tells: `open` all; `type` hides a product's type behind a product line and a model code,
 * or a query's behind a product line; `feature` is silent on whether the product has its feature.
 */
type Hidden = 'open' | 'type' | 'feature';

export interface SimulatedQuery {
  readonly locale: Locale;
  readonly hidden: Hidden;
  readonly wishes: Wishes;
  /** the roles that may be meant */
  readonly candidates: readonly Candidate<number>[];
  /** index of the true candidate */
  readonly truth: number;
}

export interface SimulatedProduct {
  readonly locale: Locale;
  readonly hidden: Hidden;
  /** what the product may be; the text fits all of them alike */
  readonly candidates: readonly Candidate<Facts>[];
  /** index of the true candidate */
  readonly truth: number;
}

/** The role that a query truly means. */
export function roleMeant(query: SimulatedQuery): number {
  return query.candidates[query.truth].value;
}

/** What a product truly is. */
export function factsOf(product: SimulatedProduct): Facts {
  return product.candidates[product.truth].value;
}
