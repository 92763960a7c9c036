import { beforeAll, describe, expect, it } from 'vitest';
import { type LocaleMarket, makeMarket } from '../../src/data/simulator/locale-market.js';
import { productText } from '../../src/data/simulator/product-text.js';
import { queryText } from '../../src/data/simulator/query-text.js';
import { type Simulation, simulate } from '../../src/data/simulator/simulate.js';
import { WORDS } from '../../src/data/simulator/words.js';
import { createRandom } from '../../src/math/random.js';

/** How far two groups' shares of exact labels are apart, in standard deviations. */
function distance(simulation: Simulation, inGroup: (row: number) => boolean): number {
  const counts = [0, 0];
  const exact = [0, 0];
  simulation.examples.forEach(({ label }, row) => {
    const group = inGroup(row) ? 1 : 0;
    counts[group]++;
    if (label === 'E') exact[group]++;
  });
  const share = (exact[0] + exact[1]) / (counts[0] + counts[1]);
  const deviation = Math.sqrt(share * (1 - share) * (1 / counts[0] + 1 / counts[1]));
  return Math.abs(exact[0] / counts[0] - exact[1] / counts[1]) / deviation;
}

describe('texts', () => {
  let market: LocaleMarket;
  beforeAll(() => {
    market = makeMarket('us', 120, createRandom(2));
  });

  it('of products do not depend on what they hide', () => {
    const hidden = market.products.filter((product) => product.hidden !== 'open');
    expect(hidden.length).toBeGreaterThan(50);
    for (const product of hidden) {
      const texts = product.candidates.map((_, truth) =>
        productText({ ...product, truth }, createRandom('text')),
      );
      expect(new Set(texts.map((text) => JSON.stringify(text))).size).toBe(1);
    }
  });

  it('of queries do not depend on what they hide', () => {
    const hidden = market.queries.filter((query) => query.hidden !== 'open');
    expect(hidden.length).toBeGreaterThan(2);
    for (const query of hidden) {
      for (let seed = 0; seed < 40; seed++) {
        const texts = query.candidates.map(
          (_, truth) => queryText({ ...query, truth }, createRandom(seed)).text,
        );
        expect(new Set(texts).size).toBe(1);
      }
    }
  });

  it('of products with a hidden type name neither type, feature nor size', () => {
    const words = [...WORDS.us.types.flat(2), ...WORDS.us.features.flat()].map((word) => word.toLowerCase());
    market.products.forEach((product, index) => {
      if (product.hidden !== 'type') return;
      const { title, bullets, description } = market.texts[index];
      const text = [title, bullets, description].join(' ').toLowerCase();
      expect(words.filter((word) => new RegExp(`\\b${word}\\b`).test(text))).toEqual([]);
    });
  });

  it('of open products say the type and every wish-worthy fact somewhere', () => {
    market.products.forEach((product, index) => {
      if (product.hidden !== 'open') return;
      const { family, role, brand, colour, material, audience } = product.candidates[0].value;
      const { title, bullets, brand: brandField, color } = market.texts[index];
      const text = [title, bullets, brandField, color].join(' | ').toLowerCase();
      const said = (names: readonly string[]) => names.some((name) => text.includes(name.toLowerCase()));
      expect(said(WORDS.us.types[family][role])).toBe(true);
      expect(said(WORDS.us.features[family].slice(role, role + 1))).toBe(true);
      expect(said(WORDS.us.brands.slice(brand, brand + 1))).toBe(true);
      expect(said(WORDS.us.colours[colour])).toBe(true);
      expect(said(WORDS.us.materials.slice(material, material + 1))).toBe(true);
      if (audience >= 0) expect(said(WORDS.us.audiences.slice(audience, audience + 1))).toBe(true);
    });
  });
});

describe('ids, order and idle text', () => {
  let sample: Simulation;
  const product = new Map<string, number>();
  beforeAll(() => {
    sample = simulate({ queries: 400, seed: 7 });
    sample.products.forEach((row, at) => {
      product.set(`${row.locale} ${row.productId}`, at);
    });
  });
  const productAt = (row: number) => {
    const { locale, productId } = sample.examples[row];
    return product.get(`${locale} ${productId}`)!;
  };

  it('leave the label open: place within the query', () => {
    const place: number[] = [];
    sample.examples.forEach((example, row) => {
      place.push(row > 0 && sample.examples[row - 1].queryId === example.queryId ? place[row - 1] + 1 : 0);
    });
    expect(distance(sample, (row) => place[row] < 5)).toBeLessThan(4);
    expect(distance(sample, (row) => sample.examples[row].exampleId % 2 === 0)).toBeLessThan(4);
  });

  it('leave the label open: the product id and its place in the catalogue', () => {
    for (const digit of '23456789BCDFGHJKLMNPQRSTVWXZ') {
      expect(distance(sample, (row) => sample.examples[row].productId[3] === digit)).toBeLessThan(4);
    }
    expect(distance(sample, (row) => productAt(row) < sample.products.length / 2)).toBeLessThan(4);
  });

  it('leave the label open: description, fillers, size of the text, version', () => {
    const text = (row: number) => sample.products[productAt(row)];
    expect(distance(sample, (row) => text(row).description === null)).toBeLessThan(4);
    expect(distance(sample, (row) => (text(row).bullets ?? '').length > 60)).toBeLessThan(4);
    for (const filler of Object.values(WORDS).flatMap((words) => words.fillers)) {
      expect(distance(sample, (row) => (text(row).bullets ?? '').includes(filler))).toBeLessThan(4);
    }
    expect(distance(sample, (row) => text(row).brand === null)).toBeLessThan(4);
  });

  it('have queries in random order: locales and splits are mixed', () => {
    const first = sample.examples.slice(0, 2000);
    expect(new Set(first.map((row) => row.locale)).size).toBe(3);
    expect(new Set(first.map((row) => row.split)).size).toBe(2);
  });
});
