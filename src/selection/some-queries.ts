import { confusionMatrix, type GroupStatistics } from '../evaluation/statistics.js';
import type { QueryScorer } from './subset-scorer.js';
import { type SubsetScore, scoreTally } from './tally.js';

/** The statistics of some of the queries, by place, which are numbered anew in the order given. O(their entries). */
export function onQueries(statistics: GroupStatistics, queries: readonly number[]): GroupStatistics {
  const { classes, starts, cells, counts, losses } = statistics;
  const ends = new Int32Array(queries.length + 1);
  const ownLosses = new Float64Array(queries.length);
  for (let place = 0; place < queries.length; place++) {
    const query = queries[place];
    ends[place + 1] = ends[place] + starts[query + 1] - starts[query];
    ownLosses[place] = losses[query];
  }
  const own = new Float64Array(ends[queries.length]);
  const ownCells = new Uint16Array(own.length);
  const isThere = new Uint8Array(classes * classes);
  let rows = 0;
  for (let place = 0, to = 0; place < queries.length; place++) {
    const end = starts[queries[place] + 1];
    for (let at = starts[queries[place]]; at < end; at++, to++) {
      own[to] = counts[at];
      ownCells[to] = cells[at];
      isThere[cells[at]] = 1;
      rows += counts[at];
    }
  }
  return {
    classes,
    starts: ends,
    counts: own,
    rows,
    cells: ownCells,
    // some queries are a table of their own
    judged: Uint8Array.from({ length: classes }, (_, k) =>
      isThere.subarray(k * classes, (k + 1) * classes).includes(1) ? 1 : 0,
    ),
    losses: ownLosses,
  };
}

/** The scores of the rows that statistics are of. */
export function scoreOfStatistics(statistics: GroupStatistics): SubsetScore {
  const loss = statistics.losses.reduce((sum, each) => sum + each, 0);
  return scoreTally({ ...statistics, confusion: confusionMatrix(statistics), loss });
}

/**
 * A scorer whose ensembles are fitted as before, on all rows, and judged on some queries alone. It has no screen: a rough
 * score is of all queries. The scorer must take statistics per query.
 */
export function judgedOn(scorer: QueryScorer, wanted: ReadonlySet<number>): QueryScorer {
  const all = scorer.queries();
  const places = [...all.keys()].filter((place) => wanted.has(all[place]));
  const remembered = new Map<string, SubsetScore>();
  const remember = (key: string, make: () => SubsetScore): SubsetScore => {
    const known = remembered.get(key) ?? make();
    remembered.set(key, known);
    return known;
  };
  const statistics = (models: readonly number[]) => onQueries(scorer.statistics(models), places);
  const singleStatistics = (model: number) => onQueries(scorer.singleStatistics(model), places);
  return {
    score: (models) =>
      remember([...models].sort((a, b) => a - b).join(' '), () => scoreOfStatistics(statistics(models))),
    single: (model) => remember(`single ${model}`, () => scoreOfStatistics(singleStatistics(model))),
    scored: scorer.scored,
    sets: scorer.sets,
    statistics,
    singleStatistics,
    ...(scorer.pool === undefined
      ? {}
      : { pool: (models: readonly number[]) => scorer.pool!(models).map((each) => onQueries(each, places)) }),
    ...(scorer.sample === undefined ? {} : { sample: scorer.sample }),
    ...(scorer.screens === undefined ? {} : { screens: scorer.screens }),
    queries: () => Int32Array.from(places, (place) => all[place]),
  };
}
