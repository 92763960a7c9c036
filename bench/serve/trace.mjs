// A trace of requests: queries drawn by Zipf's law from those of a bundle's graph or sample, some of them new, with 8 of the products each.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../../dist/math/random.js';
import { readNodes } from '../../dist/serving/bundle/nodes-file.js';

const EXPONENT = 1.05;
/** Share of requests whose query is in no graph: a known one with a word of its own, again drawn by Zipf's law. */
const NEW = 0.2;

/** Ranks drawn by Zipf's law. */
function zipf(count, random) {
  const sums = new Float64Array(count);
  let total = 0;
  for (let rank = 0; rank < count; rank++) {
    total += Math.exp(-EXPONENT * Math.log(rank + 1));
    sums[rank] = total;
  }
  return () => {
    const drawn = random.uniform() * total;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < drawn) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** Queries with products of their locale, with text. */
async function catalogue(bundle) {
  if (bundle.manifest.graph === null) {
    const sample = JSON.parse(readFileSync(join(bundle.path, 'sample.json'), 'utf8'));
    return sample.map(({ query, locale, products }) => ({
      query,
      locale,
      products: products.map(({ id, text }) => ({ id, ...text })),
    }));
  }
  const nodes = await readNodes(bundle);
  const byLocale = new Map();
  nodes.productId.forEach((id, at) => {
    if (id === '') return;
    const locale = nodes.productLocale[at];
    if (!byLocale.has(locale)) byLocale.set(locale, []);
    const text = nodes.text && {
      title: nodes.text.title[at],
      brand: nodes.text.brand[at],
      color: nodes.text.color[at],
    };
    byLocale.get(locale).push({ id, ...text });
  });
  return nodes.query.map((query, at) => ({
    query,
    locale: nodes.queryLocale[at],
    products: byLocale.get(nodes.queryLocale[at]) ?? [],
  }));
}

/** So many requests as bodies of /v1/predict; the same for the same seed. */
export async function makeTrace(bundle, requests, perRequest = 8) {
  const random = createRandom('bench:serve');
  const queries = random.shuffle((await catalogue(bundle)).filter(({ products }) => products.length > 0));
  const draw = zipf(queries.length, random);
  const places = queries.map(({ products }) => zipf(products.length, random));
  return Array.from({ length: requests }, () => {
    const at = draw();
    const { query, locale, products } = queries[at];
    const isNew = random.uniform() < NEW;
    const chosen = new Set();
    while (chosen.size < Math.min(perRequest, products.length))
      chosen.add((places[at]() * 7919 + at * 31) % products.length);
    const word = isNew ? ` ${['cheap', 'small', 'best', 'new'][random.integer(4)]}` : '';
    return { query: query + word, locale, products: [...chosen].map((place) => products[place]) };
  });
}
