import type { Behaviours, Examples } from '../../src/data/examples/examples.js';
import { ESCI } from '../../src/data/examples/labels.js';
import { createRandom, type Random } from '../../src/math/random.js';

const TYPES = ['lamp', 'kettle', 'tent', 'drill', 'scarf', 'mug', 'rope', 'brush'];
const COLORS = ['red', 'green', 'blue', 'black'];
const BRANDS = ['acme', 'nordwind', 'quux', 'tallis'];

export interface ShopOptions {
  readonly queries: number;
  readonly perQuery: number;
  readonly seed?: number;
  /** text says nothing about the label */
  readonly noText?: boolean;
  readonly behaviours?: boolean;
}

interface Product {
  readonly type: number;
  readonly color: number;
  readonly brand: number;
}

/**
 * A small invented shop: the right type and colour is exact, another colour a substitute, the type that goes with it a
 * complement, the rest irrelevant. Products are shared between queries.
 */
export function shop({
  queries,
  perQuery,
  seed = 1,
  noText = false,
  behaviours = true,
}: ShopOptions): Examples {
  const random = createRandom(seed);
  const products = Array.from({ length: queries * 3 }, (): Product => draw(random));
  const pairs: { group: number; product: number; label: number }[] = [];
  const asked = Array.from({ length: queries }, () => draw(random));
  asked.forEach((want, group) => {
    for (const product of random.shuffle(products.map((_, at) => at)).slice(0, perQuery * 3)) {
      const label = labelOf(want, products[product]);
      if (label === 3 && random.uniform() < 0.75) continue;
      if (pairs.filter((pair) => pair.group === group).length < perQuery)
        pairs.push({ group, product, label });
    }
  });
  return examplesOf({
    pairs,
    queryText: asked.map(({ type, color }) => `${COLORS[color]} ${TYPES[type]}`),
    titles: products.map(({ type, color, brand }) =>
      noText ? `item ${random.integer(1000)}` : `${BRANDS[brand]} ${TYPES[type]} in ${COLORS[color]}`,
    ),
    brands: products.map(({ brand }) => BRANDS[brand]),
    behaviours: behaviours ? behave(pairs, random) : null,
  });
}

export interface PairTable {
  readonly pairs: readonly { group: number; product: number; label: number }[];
  readonly queryText: readonly string[];
  readonly titles: readonly string[];
  readonly brands: readonly string[];
  readonly behaviours: Behaviours | null;
}

/** Examples from pairs; every query and product index must be below the number of texts. */
export function examplesOf({ pairs, queryText, titles, brands, behaviours }: PairTable): Examples {
  const nothing = pairs.map(() => null);
  return {
    rows: pairs.length,
    labelSpace: ESCI,
    id: pairs.map((_, row) => String(row)),
    query: pairs.map(({ group }) => queryText[group]),
    group: Int32Array.from(pairs, ({ group }) => group),
    groupKeys: queryText.map((_, group) => `q${group}`),
    productId: pairs.map(({ product }) => `P${product}`),
    product: Int32Array.from(pairs, ({ product }) => product),
    products: titles.length,
    locale: pairs.map(() => 'us'),
    label: Int16Array.from(pairs, ({ label }) => label),
    split: new Uint8Array(pairs.length),
    fold: null,
    source: null,
    text: {
      title: pairs.map(({ product }) => titles[product]),
      description: nothing,
      bullets: nothing,
      brand: pairs.map(({ product }) => brands[product]),
      color: nothing,
    },
    behaviours,
  };
}

/** Behaviours from rates per class: [impressions, clicks, adds, purchases]. */
export function behave(
  pairs: PairTable['pairs'],
  random: Random,
  rates: readonly (readonly number[])[] = [
    [50, 20, 10, 5],
    [50, 10, 3, 1],
    [50, 5, 4, 3],
    [50, 1, 0, 0],
  ],
): Behaviours {
  const column = (kind: number) =>
    Float32Array.from(pairs, ({ label }) => Math.round(rates[label][kind] * (0.5 + random.uniform())));
  return {
    entries: pairs.length,
    group: Int32Array.from(pairs, ({ group }) => group),
    product: Int32Array.from(pairs, ({ product }) => product),
    impressions: column(0),
    clicks: column(1),
    adds: column(2),
    purchases: column(3),
  };
}

/** Rows of the examples whose query is (or is not) below a bound. */
export function rowsWhere(examples: Examples, keep: (group: number) => boolean): Int32Array {
  return Int32Array.from({ length: examples.rows }, (_, row) => row).filter((row) =>
    keep(examples.group[row]),
  );
}

/** Share of rows whose most probable class is their label. */
export function accuracy(examples: Examples, rows: Int32Array, probabilities: Float32Array): number {
  const classes = examples.labelSpace.classes.length;
  let right = 0;
  rows.forEach((row, at) => {
    const own = Array.from(probabilities.subarray(at * classes, (at + 1) * classes));
    if (own.indexOf(Math.max(...own)) === examples.label[row]) right++;
  });
  return right / rows.length;
}

/** Share of the most frequent class: what the constant answer reaches. */
export function floor(examples: Examples, rows: Int32Array): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(examples.label[row], (counts.get(examples.label[row]) ?? 0) + 1);
  return Math.max(...counts.values()) / rows.length;
}

function draw(random: Random): Product {
  return { type: random.integer(TYPES.length), color: random.integer(4), brand: random.integer(4) };
}

function labelOf(want: Product, product: Product): number {
  if (product.type === want.type) return product.color === want.color ? 0 : 1;
  return product.type === (want.type + 1) % TYPES.length ? 2 : 3;
}
