import { beforeAll, describe, expect, it } from 'vitest';
import { type Simulation, simulate } from '../../src/data/simulator/simulate.js';
import { WORDS } from '../../src/data/simulator/words.js';
import type { EsciSelectError } from '../../src/errors.js';

const pairKey = (row: { queryId: number; productId: string; locale: string }) =>
  `${row.queryId} ${row.locale} ${row.productId}`;
const productKey = (row: { productId: string; locale: string }) => `${row.locale} ${row.productId}`;

function countBy<T>(items: readonly T[], key: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

function errorOf(work: () => unknown): EsciSelectError {
  try {
    work();
  } catch (error) {
    return error as EsciSelectError;
  }
  throw new Error('did not throw');
}

describe('simulate', () => {
  let sample: Simulation;
  beforeAll(() => {
    sample = simulate({ queries: 400, seed: 7 });
  });

  it('gives the same data for the same options and other data for another seed', () => {
    const small = simulate({ queries: 20, seed: 3 });
    expect(simulate({ queries: 20, seed: 3 })).toEqual(small);
    expect(simulate({ queries: 20, seed: 4 }).examples).not.toEqual(small.examples);
  });

  it('refuses options out of range with the flag', () => {
    for (const queries of [9, 10.5, 100_001, Number.NaN]) {
      expect(errorOf(() => simulate({ queries, seed: 1 }))).toMatchObject({
        code: 'usage',
        message: `the number of queries must be a whole number, not '${queries}'`,
        hint: '--queries 10 to 100000',
      });
    }
    expect(errorOf(() => simulate({ queries: 20, seed: -1 }))).toMatchObject({ code: 'usage' });
  });

  it('has 5 to 40 distinct judged products per query, 20 on average', () => {
    const sizes = [...countBy(sample.examples, (row) => String(row.queryId)).values()];
    expect(sizes.length).toBe(400);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(40);
    expect(sample.examples.length / 400).toBeGreaterThan(18.5);
    expect(sample.examples.length / 400).toBeLessThan(21.5);
    expect(Math.max(...countBy(sample.examples, pairKey).values())).toBe(1);
  });

  it('has label shares near the official ones', () => {
    const shares = countBy(sample.examples, (row) => row.label);
    const official = { E: 0.652, S: 0.219, C: 0.029, I: 0.1 };
    for (const [label, share] of Object.entries(official)) {
      expect(Math.abs((shares.get(label) ?? 0) / sample.examples.length - share)).toBeLessThan(0.02);
    }
  });

  it('splits by query, a quarter to test, in every locale', () => {
    const splits = new Map<number, Set<string>>();
    for (const row of sample.examples) {
      splits.set(row.queryId, (splits.get(row.queryId) ?? new Set()).add(row.split));
    }
    expect([...splits.values()].every((found) => found.size === 1)).toBe(true);
    const perLocale = countBy(uniqueQueries(sample), (row) => `${row.locale} ${row.split}`);
    expect(Object.fromEntries(perLocale)).toEqual({
      'us train': 180,
      'us test': 60,
      'es train': 60,
      'es test': 20,
      'jp train': 60,
      'jp test': 20,
    });
  });

  it('has ids that the official data does not have', () => {
    expect(Math.min(...sample.examples.map((row) => row.queryId))).toBeGreaterThan(1_000_000);
    expect(Math.min(...sample.examples.map((row) => row.exampleId))).toBeGreaterThan(10_000_000);
    expect(new Set(sample.examples.map((row) => row.exampleId)).size).toBe(sample.examples.length);
    expect(sample.products.every((row) => /^SIM[2-9B-Z]{7}$/.test(row.productId))).toBe(true);
  });

  it('has each product once, each judged, many for several queries', () => {
    const judged = countBy(sample.examples, productKey);
    expect(new Set(sample.products.map(productKey))).toEqual(new Set(judged.keys()));
    expect(sample.products.length).toBe(judged.size);
    expect([...judged.values()].filter((count) => count > 1).length / judged.size).toBeGreaterThan(0.3);
  });

  it('has behaviours that fit together, of judged and of other pairs, of known queries and products', () => {
    const judged = new Set(sample.examples.map(pairKey));
    const products = new Set(sample.products.map(productKey));
    const queries = new Set(sample.sources.map((row) => row.queryId));
    const seen = new Set(sample.behaviours.map(pairKey));
    expect(seen.size).toBe(sample.behaviours.length);
    const odd = sample.behaviours.filter(
      ({ impressions, clicks, adds, purchases }) =>
        !(impressions > 0 && impressions >= clicks && clicks >= adds && adds >= purchases && purchases >= 0),
    );
    expect(odd).toEqual([]);
    expect(sample.behaviours.every((row) => products.has(productKey(row)) && queries.has(row.queryId))).toBe(
      true,
    );
    const unjudged = [...seen].filter((key) => !judged.has(key)).length;
    const unseen = [...judged].filter((key) => !seen.has(key)).length;
    expect(unjudged / seen.size).toBeGreaterThan(0.5);
    expect(unseen / judged.size).toBeGreaterThan(0.1);
  });

  it('gives most products behaviours under other queries than the one they are judged for', () => {
    const perProduct = countBy(sample.behaviours, productKey);
    const connected = sample.products.filter((row) => (perProduct.get(productKey(row)) ?? 0) >= 3).length;
    expect(connected / sample.products.length).toBeGreaterThan(0.8);
  });

  it('writes each locale in its own words', () => {
    const titles = (locale: string) =>
      sample.products.filter((row) => row.locale === locale).map((row) => row.title);
    expect(
      titles('jp').every((title) => /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(title)),
    ).toBe(true);
    expect(titles('jp').every((title) => !title.includes(' '))).toBe(true);
    expect(titles('us').every((title) => /^[\x20-\x7e]+$/.test(title))).toBe(true);
    expect(titles('es').some((title) => /[áéíóúñ]/.test(title))).toBe(true);
    expect(
      [...titles('us'), ...titles('es'), ...titles('jp')].some((title) => /[{}]|undefined|NaN/.test(title)),
    ).toBe(false);
  });

  it('has queries with negations and sources to match, and no text twice in a locale', () => {
    const sources = new Map(sample.sources.map((row) => [row.queryId, row.source]));
    const queries = uniqueQueries(sample);
    for (const [locale, pattern] of [
      ['us', /\b(without|no)\b/],
      ['es', /\bsin\b|no tenga/],
      ['jp', /なし|無し|不要/],
    ] as const) {
      const denying = queries.filter((row) => row.locale === locale && pattern.test(row.query));
      expect(denying.length).toBeGreaterThan(0);
      expect(denying.every((row) => sources.get(row.queryId) === 'negations')).toBe(true);
    }
    expect(new Set(queries.map((row) => `${row.locale} ${row.query}`)).size).toBe(queries.length);
    expect(queries.every((row) => row.query.trim() === row.query && row.query !== '')).toBe(true);
  });

  it('keeps brands of many products in the brand column only', () => {
    const missing = sample.products.filter((row) => row.brand !== null && !row.title.includes(row.brand));
    expect(missing.length / sample.products.length).toBeGreaterThan(0.25);
    const brands = Object.values(WORDS).flatMap((words) => words.brands);
    const nowhere = sample.products.filter(
      (row) => row.brand === null && !brands.some((name) => row.title.includes(name)),
    );
    expect(nowhere).toEqual([]);
  });

  it('makes as little as ten queries', () => {
    const tiny = simulate({ queries: 10, seed: 1 });
    expect(tiny.sources.length).toBe(10);
    expect(new Set(tiny.examples.map((row) => row.split))).toEqual(new Set(['train', 'test']));
    expect(tiny.ceiling.accuracy).toBeGreaterThan(tiny.ceiling.unseenTextOnlyAccuracy - 1e-9);
  });
});

function uniqueQueries(simulation: Simulation) {
  return [...new Map(simulation.examples.map((row) => [row.queryId, row])).values()];
}
