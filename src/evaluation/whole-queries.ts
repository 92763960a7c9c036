import { createRandom } from '../math/random.js';

/**
 * Positions of whole queries, ascending: all of them where there are at most `most`, else of queries in seeded random order
 * as long as they fit. At least one query. `queries` says the query of each position. O(positions log positions).
 */
export function wholeQueries(queries: Int32Array, most: number, seed: number): Int32Array {
  if (queries.length <= most) return Int32Array.from(queries.keys());
  const byQuery = new Map<number, number[]>();
  queries.forEach((query, at) => {
    const own = byQuery.get(query);
    if (own === undefined) byQuery.set(query, [at]);
    else own.push(at);
  });
  const order = createRandom(seed)
    .fork('selection rows')
    .shuffle([...byQuery.values()]);
  const taken: number[] = [];
  for (const positions of order) {
    if (taken.length > 0 && taken.length + positions.length > most) continue;
    for (const position of positions) taken.push(position);
  }
  return Int32Array.from(taken).sort();
}
