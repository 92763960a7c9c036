import type { Examples } from '../../data/examples.js';
import { floats, integers, type ModelState } from '../files.js';
import { checkGraphEvidence } from '../needs.js';
import { type NetworkInput, neuralModel, type Recipe, type TrainingPlan } from '../neural.js';
import { fitIdf, type Idf } from '../text/idf.js';
import type { Network } from '../tfjs/train.js';
import { type EdgeTypes, fitEdgeTypes } from './edge-types.js';
import { buildGraph, type Graph, type RelationName } from './graph.js';
import { type Known, knownJudgements, rememberJudgements } from './judgements.js';
import { openMeans } from './messages.js';
import { pairsOf } from './pairs.js';
import { keptBatches, sageBatch } from './sage-batch.js';
import { sageLogits, sageWeights } from './sage-layers.js';

/** What a graph model keeps: text frequencies, the judgements it may use, how behaviours read. */
export interface GraphState {
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
  classWeightPower: 0.35,
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
export function graphsageRecipe(
  name: string,
  relations: readonly RelationName[],
  description: string,
): Recipe<GraphState> {
  return {
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
  };
}

/** GraphSAGE over judgements, behaviours read as classes, brands and text. */
export const graphsage = neuralModel(
  graphsageRecipe(
    'graphsage',
    ['types', 'brand', 'text'],
    'mean-aggregating graph network over judged pairs, behaviours, brands and text neighbours',
  ),
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
  const batches = keptBatches((rows) => sageBatch(graph, open, pairsOf(graph, examples, rows)));
  return { weights, classes, logits: (rows, random) => sageLogits(batches(rows), weights, random) };
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
