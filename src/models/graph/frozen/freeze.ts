import type { Examples } from '../../../data/examples/examples.js';
import { EsciSelectError, quote } from '../../../errors.js';
import { floats, integers, type ModelState, packModel, unpackModel } from '../../files.js';
import { prepareTensorflow } from '../../tfjs/backend.js';
import { buildGraph, type Graph } from '../graph.js';
import { knownJudgements } from '../judgements.js';
import type { Relation } from '../relation.js';
import { project, TEXT_WIDTH } from '../text-vectors.js';
import { graphRecipeNamed } from '../variants.js';

/** A graph as it stood when it was frozen, with room for one query that is not in it. */
export interface FrozenGraph {
  readonly graph: Omit<Graph, 'idf'>;
  /** projected vectors of the stored queries' texts, [query][TEXT_WIDTH] */
  readonly vectors: Float32Array;
  readonly classes: readonly string[];
}

/**
 * The graph that a saved graph model reads, as two files. Its last query node has no text and no edge: a query that is
 * asked about stands there for as long as that takes. O(the graph).
 */
export async function freezeGraph(
  files: ReadonlyMap<string, Uint8Array>,
  examples: Examples,
): Promise<Map<string, Uint8Array>> {
  const saved = unpackModel(files);
  const recipe = graphRecipeNamed(saved.model);
  if (recipe === null) {
    throw new EsciSelectError('internal', `model ${quote(saved.model)} reads no graph`);
  }
  await prepareTensorflow();
  const state = recipe.unpackState(saved);
  const roomy = { ...examples, groupKeys: [...examples.groupKeys, EMPTY_SLOT] };
  const classes = saved.classes.length;
  const graph = buildGraph(roomy, knownJudgements(state.known, roomy), { ...state, classes });
  return packGraph(graph, saved.model, saved.classes);
}

/** No key of a query: ids and texts have no such character. */
const EMPTY_SLOT = '\u0000';

const TIES = ['offsets', 'neighbours', 'tie', 'types', 'volume', 'label', 'degrees'] as const;

function packGraph(graph: Graph, model: string, classes: readonly string[]): Map<string, Uint8Array> {
  const { bags, ties, brand, near, queries, nodes } = graph;
  const ofQueries = project({ ...bags, rows: queries - 1 });
  const arrays = new Map<string, Float32Array | Int32Array>([
    ['bags/offsets', bags.offsets],
    ['bags/indices', bags.indices],
    ['bags/values', bags.values],
    ['vectors', ofQueries],
    ['brand', brand],
    ...TIES.map((name): [string, Float32Array | Int32Array] => [`ties/${name}`, ties[name]]),
  ]);
  for (const { name, offsets, neighbours, weights } of near) {
    arrays.set(`near/${name}/offsets`, offsets);
    arrays.set(`near/${name}/neighbours`, neighbours);
    arrays.set(`near/${name}/weights`, weights);
  }
  const config = { queries, nodes, buckets: bags.columns, near: near.map(({ name }) => name) };
  return packModel({ model, classes, config, arrays });
}

/** Reads what `freezeGraph` wrote. Throws EsciSelectError('model') for damaged files. O(bytes). */
export function thawGraph(files: ReadonlyMap<string, Uint8Array>): FrozenGraph {
  const saved = unpackModel(files);
  const config = saved.config as { queries: number; nodes: number; buckets: number; near: string[] };
  const { queries, nodes } = config;
  const relation = (name: string): Relation => ({
    name,
    offsets: integers(saved, `near/${name}/offsets`),
    neighbours: integers(saved, `near/${name}/neighbours`),
    weights: floats(saved, `near/${name}/weights`),
  });
  const vectors = floats(saved, 'vectors');
  const graph = {
    queries,
    nodes,
    brand: integers(saved, 'brand'),
    near: config.near.map(relation),
    bags: {
      rows: nodes,
      columns: config.buckets,
      offsets: integers(saved, 'bags/offsets'),
      indices: integers(saved, 'bags/indices'),
      values: floats(saved, 'bags/values'),
    },
    ties: tiesOf(saved, queries, saved.classes.length),
  };
  if (vectors.length === (queries - 1) * TEXT_WIDTH) return { graph, vectors, classes: saved.classes };
  throw new EsciSelectError('model', 'frozen graph has vectors of another width', {
    hint: 'it was written by another version: write the bundle again with esci-select export',
  });
}

function tiesOf(saved: ModelState, queries: number, classes: number): Graph['ties'] {
  const [offsets, neighbours, tie, label] = ['offsets', 'neighbours', 'tie', 'label'].map((name) =>
    integers(saved, `ties/${name}`),
  );
  const [types, volume, degrees] = ['types', 'volume', 'degrees'].map((name) =>
    floats(saved, `ties/${name}`),
  );
  return { classes, queries, offsets, neighbours, tie, label, types, volume, degrees };
}
