import type { Ceiling } from './ceiling.js';
import type { ProductFields } from './product-text.js';
import type { Locale } from './words.js';

export interface SimulationOptions {
  /** 10 to 100,000 */
  readonly queries: number;
  /** a whole number of at least 0 */
  readonly seed: number;
}

/** A judged pair, as in the official examples file. */
export interface ExampleRow {
  readonly exampleId: number;
  readonly query: string;
  readonly queryId: number;
  readonly productId: string;
  readonly locale: Locale;
  readonly label: 'E' | 'S' | 'C' | 'I';
  readonly smallVersion: 0 | 1;
  readonly split: 'train' | 'test';
}

export interface ProductRow extends ProductFields {
  readonly productId: string;
  readonly locale: Locale;
}

/** What customers did with a product under a query; the pair need not be judged. */
export interface BehaviourRow {
  readonly queryId: number;
  readonly productId: string;
  readonly locale: Locale;
  readonly impressions: number;
  readonly clicks: number;
  readonly adds: number;
  readonly purchases: number;
}

/** What the texts leave open about a pair's relation: the type or feature of the product, or what the query means. */
export type HiddenThing = 'nothing' | 'product type' | 'product feature' | 'query type';

/** What is never written to a file: for tests and for judging models. Arrays are [example]. */
export interface Truth {
  /** the relation before annotators' noise, an index into E, S, C, I */
  readonly relation: Uint8Array;
  readonly hidden: readonly HiddenThing[];
}

/** A simulated data set. Examples stand by query; queries, and the rows of each, are in random order. */
export interface Simulation {
  readonly options: SimulationOptions;
  readonly examples: readonly ExampleRow[];
  readonly products: readonly ProductRow[];
  readonly behaviours: readonly BehaviourRow[];
  readonly sources: readonly { readonly queryId: number; readonly source: string }[];
  readonly truth: Truth;
  readonly ceiling: Ceiling;
}
