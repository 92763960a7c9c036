import type { Examples, ProductText } from '../data/examples/examples.js';
import { labelSpaceOf } from '../data/examples/labels.js';

/** The text of one product; null where there is none. */
export type PairText = { readonly [Field in keyof ProductText]: string | null };

/** A query and a product to be labelled. */
export interface Pair {
  readonly query: string;
  /** the query's id in the data that the bundle was trained on; null where it has none */
  readonly queryId: string | null;
  readonly locale: string;
  readonly productId: string;
  /** null where nothing is said of the product but its id */
  readonly text: PairText | null;
  /** answers of models that have no code in the bundle, by name: probabilities [class] */
  readonly given: ReadonlyMap<string, ArrayLike<number>>;
}

export const NO_ANSWERS: ReadonlyMap<string, ArrayLike<number>> = new Map();

export const TEXT_FIELDS = ['title', 'description', 'bullets', 'brand', 'color'] as const;

/** Pairs as examples without labels. Products are told apart by id and text, queries by text: a row reads its own. O(pairs). */
export function pairsAsExamples(pairs: readonly Pair[], classes: readonly string[]): Examples {
  const rows = pairs.length;
  const groups = new Map<string, number>();
  const products = new Map<string, number>();
  const numberOf = (names: Map<string, number>, name: string) => {
    if (!names.has(name)) names.set(name, names.size);
    return names.get(name)!;
  };
  const group = Int32Array.from(pairs, (pair) => numberOf(groups, JSON.stringify([pair.locale, pair.query])));
  const product = Int32Array.from(pairs, (pair) => numberOf(products, productName(pair)));
  const field = (name: keyof ProductText) => pairs.map(({ text }) => text?.[name] ?? null);
  return {
    rows,
    labelSpace: labelSpaceOf(classes),
    id: pairs.map((_, row) => String(row)),
    query: pairs.map(({ query }) => query),
    group,
    groupKeys: [...groups.keys()],
    productId: pairs.map(({ productId }) => productId),
    product,
    products: products.size,
    locale: pairs.map(({ locale }) => locale),
    label: new Int16Array(rows).fill(-1),
    split: new Uint8Array(rows),
    fold: null,
    source: null,
    text: {
      title: field('title'),
      description: field('description'),
      bullets: field('bullets'),
      brand: field('brand'),
      color: field('color'),
    },
    behaviours: null,
  };
}

function productName({ locale, productId, text }: Pair): string {
  return JSON.stringify([locale, productId, text && TEXT_FIELDS.map((name) => text[name])]);
}

/** Whether a pair says anything of its product. */
export function hasText({ text }: Pair): boolean {
  return text !== null && TEXT_FIELDS.some((name) => text[name] !== null);
}
