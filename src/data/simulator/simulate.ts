import { EsciSelectError, quote } from '../../errors.js';
import { createRandom } from '../../math/random.js';
import { assemble } from './assemble.js';
import { ceilingOf } from './ceiling.js';
import { makeMarket } from './locale-market.js';
import type { Simulation, SimulationOptions } from './simulation.js';
import { LOCALES, type Locale } from './words.js';

export type * from './simulation.js';

const MIN_QUERIES = 10;
const MAX_QUERIES = 100_000;
const SHARES: Readonly<Record<Exclude<Locale, 'us'>, number>> = { es: 0.2, jp: 0.2 };

/**
 * Makes a data set like the Shopping Queries Data Set, with a store's behaviours, and says how well it can be answered.
 * Pure: the same options give the same data. Throws 'usage' for options out of range. O(queries).
 */
export function simulate(options: SimulationOptions): Simulation {
  check(options);
  const random = createRandom(options.seed).fork('simulation');
  const markets = localeCounts(options.queries).map(({ locale, count }) =>
    makeMarket(locale, count, random.fork(locale)),
  );
  return { options, ...assemble(markets, random), ceiling: ceilingOf(markets, options.seed) };
}

function check({ queries, seed }: SimulationOptions): void {
  if (!Number.isInteger(queries) || queries < MIN_QUERIES || queries > MAX_QUERIES) {
    throw new EsciSelectError(
      'usage',
      `the number of queries must be a whole number, not ${quote(queries)}`,
      {
        hint: `--queries ${MIN_QUERIES} to ${MAX_QUERIES}`,
      },
    );
  }
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new EsciSelectError('usage', `the seed must be a whole number of at least 0, not ${quote(seed)}`, {
      hint: 'such as --seed 7',
    });
  }
}

function localeCounts(queries: number): { locale: Locale; count: number }[] {
  const es = Math.round(queries * SHARES.es);
  const jp = Math.round(queries * SHARES.jp);
  const counts: Record<Locale, number> = { us: queries - es - jp, es, jp };
  return LOCALES.map((locale) => ({ locale, count: counts[locale] }));
}
