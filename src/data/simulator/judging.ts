import type { Random } from '../../math/random.js';
import { NONE, type SimulatedProduct, type SimulatedQuery } from './facts.js';
import { draw } from './noise.js';
import { aimingAt, featureHiddenProduct, meeting, openProduct, typeHiddenProduct } from './products.js';
import { another, chance, pick } from './random-values.js';
import {
  apparentRelation,
  COMPLEMENT,
  EXACT,
  IRRELEVANT,
  mayMeet,
  relationOf,
  SUBSTITUTE,
} from './relation.js';
import { BRANDS, COLOURS } from './structure.js';

/** A relation that the texts tell, or null: one that they leave open. */
type Wanted = number | null;

const KINDS: readonly Wanted[] = [EXACT, SUBSTITUTE, COMPLEMENT, IRRELEVANT, null];

/** Chances of each kind of pair, by what the query allows; together they give the official shares of labels. [kind] */
const MIXES = {
  /** device queries that products of hidden type may meet */
  device: [0.495, 0.13, 0.012, 0.053, 0.31],
  /** queries about a feature, which products silent on it may meet */
  feature: [0.71, 0.145, 0.01, 0.075, 0.06],
  /** queries that name a line and not the type */
  line: [0, 0.06, 0.02, 0.05, 0.87],
  plain: [0.73, 0.165, 0.02, 0.085, 0],
};

const REUSE = 0.75;
const LOOKS = 60;
const ATTEMPTS = 30;
const MIN_JUDGED = 5;
const MAX_JUDGED = 40;

/** The products of a locale by family, open to growth. */
export interface Catalogue {
  readonly families: number;
  readonly products: SimulatedProduct[];
  /** indices into `products` by the family of the first candidate; [family] */
  readonly byFamily: number[][];
}

export function emptyCatalogue(families: number): Catalogue {
  return { families, products: [], byFamily: Array.from({ length: families }, () => []) };
}

/**
 * Chooses the products that are judged for a query, taking them from the catalogue or adding them to it. The choice
 * depends on what the texts tell and never on what they hide, so that being judged is no evidence. Returns distinct
 * indices into the catalogue's products, 5 to 40 of them, in random order.
 */
export function judgedProducts(query: SimulatedQuery, catalogue: Catalogue, random: Random): number[] {
  const count = drawCount(random);
  const mix = mixFor(query);
  const chosen = new Set<number>();
  while (chosen.size < count) {
    const wanted = KINDS[draw(mix, random)];
    const found = chance(REUSE, random) ? look(query, wanted, { catalogue, chosen, random }) : undefined;
    chosen.add(found ?? add(catalogue, make(query, wanted, catalogue.families, random)));
  }
  return random.shuffle([...chosen]);
}

/** Mean 20, deviation 8, within 5 to 40. */
function drawCount(random: Random): number {
  return Math.min(MAX_JUDGED, Math.max(MIN_JUDGED, Math.round(20 + 8 * random.normal())));
}

function mixFor(query: SimulatedQuery): readonly number[] {
  if (query.hidden === 'type') return MIXES.line;
  if (query.wishes.feature !== null) return MIXES.feature;
  return query.candidates[0].value < 2 && query.wishes.size === NONE ? MIXES.device : MIXES.plain;
}

interface Search {
  readonly catalogue: Catalogue;
  readonly chosen: ReadonlySet<number>;
  readonly random: Random;
}

function look(
  query: SimulatedQuery,
  wanted: Wanted,
  { catalogue, chosen, random }: Search,
): number | undefined {
  const own = query.wishes.family;
  const elsewhere = wanted === IRRELEVANT && catalogue.families > 1 && chance(0.75, random);
  const pool = catalogue.byFamily[elsewhere ? another(own, catalogue.families, random) : own];
  for (let at = 0; at < LOOKS && pool.length > 0; at++) {
    const index = pick(pool, random);
    const product = catalogue.products[index];
    if (chosen.has(index) || !mayMeet(query, product)) continue;
    if (apparentRelation(query, product) === wanted && (wanted !== null || mayBeExact(query, product)))
      return index;
  }
  return undefined;
}

/** Whether the likeliest candidate is exact: shops show what looks right. */
function mayBeExact(query: SimulatedQuery, product: SimulatedProduct): boolean {
  const best = product.candidates.reduce((a, b) => (b.prior > a.prior ? b : a));
  return query.candidates.some(({ value }) => relationOf(value, query.wishes, best.value) === EXACT);
}

function add(catalogue: Catalogue, product: SimulatedProduct): number {
  const index = catalogue.products.push(product) - 1;
  catalogue.byFamily[product.candidates[0].value.family].push(index);
  return index;
}

/** A new product with the wanted relation to the query; one that meets its wishes if that cannot be. */
function make(query: SimulatedQuery, wanted: Wanted, families: number, random: Random): SimulatedProduct {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const product =
      wanted === null ? makeUnclear(query, families, random) : makeOpen(query, wanted, families, random);
    if (mayMeet(query, product) && apparentRelation(query, product) === wanted) return product;
  }
  return openProduct(query.locale, meeting(query.candidates[0].value, query.wishes, random));
}

function makeOpen(query: SimulatedQuery, wanted: number, families: number, random: Random): SimulatedProduct {
  const role = pick(query.candidates, random).value;
  return openProduct(query.locale, aimingAt({ relation: wanted, role }, query.wishes, families, random));
}

const MEETS_ALL = 0.85;

function makeUnclear(query: SimulatedQuery, families: number, random: Random): SimulatedProduct {
  const { locale, wishes } = query;
  const role = pick(query.candidates, random).value;
  const facts = { ...meeting(role, wishes, random) };
  if (query.hidden === 'type') return openProduct(locale, facts);
  if (wishes.feature !== null) return featureHiddenProduct(locale, facts, random);
  if (facts.line === NONE) facts.line = role + 2 * random.integer(2);
  if (!chance(MEETS_ALL, random)) {
    facts.brand = another(facts.brand, BRANDS, random);
    facts.colour = another(facts.colour, COLOURS, random);
  }
  return typeHiddenProduct(locale, facts, families, random);
}
