import { judgedClasses } from '../evaluation/metrics.js';
import { confusionMatrix, type GroupStatistics } from '../evaluation/statistics.js';
import type { QueryScorer } from './subset-scorer.js';
import { type SubsetScore, scoreTally } from './tally.js';

/** The statistics of some of the queries, by place, which are numbered anew in the order given. O(their entries). */
export function onQueries(statistics: GroupStatistics, queries: readonly number[]): GroupStatistics {
  const { classes, starts, cells, counts, losses } = statistics;
  const ends = new Int32Array(queries.length + 1);
  queries.forEach((query, at) => {
    ends[at + 1] = ends[at] + starts[query + 1] - starts[query];
  });
  const own = new Float64Array(ends[queries.length]);
  const ownCells = new Uint16Array(own.length);
  const labels = new Uint16Array(own.length);
  let rows = 0;
  for (let place = 0, to = 0; place < queries.length; place++) {
    for (let at = starts[queries[place]]; at < starts[queries[place] + 1]; at++, to++) {
      own[to] = counts[at];
      ownCells[to] = cells[at];
      labels[to] = Math.floor(cells[at] / classes);
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
    judged: judgedClasses(labels, classes),
    losses: Float64Array.from(queries, (query) => losses[query]),
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
