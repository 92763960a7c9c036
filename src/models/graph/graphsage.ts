import type { Examples } from '../../data/examples.js';
import { floats, integers, type ModelState } from '../files.js';
import { checkGraphEvidence } from '../needs.js';
import { type LoadableModel, type NetworkInput, neuralModel, type TrainingPlan } from '../neural.js';
import { fitIdf, type Idf } from '../text/idf.js';
import type { Network } from '../tfjs/train.js';
import { affinities } from './affinities.js';
import { type EdgeTypes, fitEdgeTypes } from './edge-types.js';
import { buildGraph, type Graph, type RelationName } from './graph.js';
import { type Known, knownJudgements, rememberJudgements } from './judgements.js';
import { firstInputs, type Listener, openMeans, secondLayer } from './messages.js';
import { pairsOf } from './pairs.js';
import { type SageBatch, sageLogits, sageWeights } from './sage-layers.js';

interface GraphState {
  readonly idf: Idf;
  readonly known: Known;
  readonly edgeTypes: EdgeTypes | null;
  /** of those asked for, the ones that the data has */
  readonly relations: readonly RelationName[];
}

const PLAN: TrainingPlan = {
  batchRows: 512,
  batchBy: 'group',
  epochs: 12,
  patience: 3,
  learningRate: 5e-3,
  weightDecay: 1e-2,
  classWeightPower: 0.5,
};

/**
 * GraphSAGE with mean aggregation (Hamilton et al. 2017, arXiv 1706.02216) over typed edges, each relation with its
 * own weights; two layers, then classification of the pair from both nodes.
 *
 * The predicted pair's own edge carries no message, of any relation: both nodes of the pair are computed for that pair
 * alone, without each other. This is exact, not an approximation: in a graph of queries and products the edge touches
 * only these two nodes, and no other node's first layer hears it. Judgements of the queries being predicted are hidden
 * from all messages, in training as in prediction, because a new query has none.
 */
export function graphsageModel(
  name: string,
  relations: readonly RelationName[],
  description: string,
): LoadableModel {
  return neuralModel<GraphState>({
    name,
    family: 'graph',
    description,
    needs: [],
    effort: 3,
    plan: PLAN,
    check: (examples) => checkGraphEvidence(name, examples),
    learnState: (examples, rows) => ({
      idf: fitIdf(examples, rows),
      known: rememberJudgements(examples, rows),
      edgeTypes: relations.includes('types') ? fitEdgeTypes(examples, rows) : null,
      relations: relations.filter((relation) => isThere(relation, examples)),
    }),
    weightSpecs: (state, classes) => sageWeights(relationCount(state, classes), classes),
    network: sageNetwork,
    packState,
    unpackState,
  });
}

/** GraphSAGE over judgements, behaviours read as classes, brands and text. */
export const graphsage = graphsageModel(
  'graphsage',
  ['types', 'brand', 'text'],
  'mean-aggregating graph network over judged pairs, behaviours, brands and text neighbours',
);

function isThere(relation: RelationName, examples: Examples): boolean {
  if (relation === 'text') return true;
  return relation === 'brand' ? examples.text !== null : examples.behaviours !== null;
}

/** `types` counts once per class, and so do the judgements. */
function relationCount({ relations }: GraphState, classes: number): number {
  return relations.length + (relations.includes('types') ? classes - 1 : 0) + classes;
}

function sageNetwork({ weights, state, examples, classes }: NetworkInput<GraphState>): Network {
  const { graph, open } = graphOf(state, examples, classes);
  const kept = new WeakMap<Int32Array, SageBatch>();
  let room = MAX_KEPT_NUMBERS;
  const prepared = (rows: Int32Array) => {
    const known = kept.get(rows);
    if (known) return known;
    const batch = batchOf(graph, open, examples, rows);
    room -= sizeOf(batch);
    if (room > 0) kept.set(rows, batch);
    return batch;
  };
  return { weights, classes, logits: (rows, random) => sageLogits(prepared(rows), weights, random) };
}

interface Built {
  readonly examples: Examples;
  readonly graph: Graph;
  readonly open: Float32Array;
}

/** The last graph of each fit: training and predicting use the same one. */
const built = new WeakMap<GraphState, Built>();

function graphOf(state: GraphState, examples: Examples, classes: number): Built {
  const last = built.get(state);
  if (last?.examples === examples) return last;
  const judgements = knownJudgements(state.known, examples);
  const graph = buildGraph(examples, judgements, { ...state, classes });
  const result = { examples, graph, open: openMeans(graph) };
  built.set(state, result);
  return result;
}

/** Batches are kept from epoch to epoch up to so many numbers (256 MiB); the rest is computed again each time. */
const MAX_KEPT_NUMBERS = 64 * 2 ** 20;

function sizeOf({ own, heard, means }: SageBatch): number {
  return [...own, ...heard].reduce((sum, values) => sum + values.length, 2 * means.values.length);
}

/** Everything about a batch of pairs that does not depend on the weights. */
function batchOf(graph: Graph, open: Float32Array, examples: Examples, rows: Int32Array): SageBatch {
  const pairs = pairsOf(graph, examples, rows);
  const { queries, products, hidden } = pairs;
  const { heard, means } = secondLayer(graph, [...queries, ...products], hidden);
  const others = Array.from(heard, (node): Listener => ({ node, except: -1 }));
  const inputs = (listeners: readonly Listener[]) => firstInputs(graph, listeners, hidden, open);
  const own: [Float32Array, Float32Array] = [inputs(queries), inputs(products)];
  const relations = graph.open.length + graph.judged.length;
  return {
    pairs: rows.length,
    relations,
    own,
    heard: [
      inputs(others.filter(({ node }) => node < graph.queries)),
      inputs(others.filter(({ node }) => node >= graph.queries)),
    ],
    means,
    affinities: affinities(graph, pairs),
  };
}

function packState({ idf, known, relations, edgeTypes }: GraphState): ModelState {
  return {
    config: {
      relations,
      queries: known.queries,
      products: known.products,
      typeClasses: edgeTypes?.classes ?? 0,
    },
    arrays: new Map<string, Float32Array | Int32Array>([
      ['idf', idf.values],
      ['query', known.query],
      ['product', known.product],
      ['label', known.label],
      ['edgeTypes', edgeTypes?.weights ?? new Float32Array(0)],
    ]),
  };
}

function unpackState(saved: ModelState): GraphState {
  const { relations, queries, products, typeClasses } = saved.config as {
    relations: RelationName[];
    queries: string[];
    products: string[];
    typeClasses: number;
  };
  const [query, product, label] = ['query', 'product', 'label'].map((name) => integers(saved, name));
  return {
    idf: { values: floats(saved, 'idf') },
    relations,
    edgeTypes: typeClasses === 0 ? null : { weights: floats(saved, 'edgeTypes'), classes: typeClasses },
    known: { queries, products, query, product, label },
  };
}
