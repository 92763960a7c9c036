import type * as tf from '@tensorflow/tfjs-core';
import type { Examples } from '../../data/examples/examples.js';
import type { Random } from '../../math/random.js';
import { floats, integers, type ModelState } from '../files.js';
import type { Need } from '../model.js';
import { checkGraphEvidence } from '../needs.js';
import type { NetworkInput, Recipe, TrainingPlan } from '../neural.js';
import { fitIdf, type Idf } from '../text/idf.js';
import type { Network } from '../tfjs/train.js';
import type { WeightSpec, Weights } from '../tfjs/weights.js';
import { type EdgeTypes, fitEdgeTypes } from './edge-types.js';
import { buildGraph, type Graph } from './graph.js';
import { type Known, knownJudgements, rememberJudgements } from './judgements.js';
import {
  type BatchScaling,
  type BatchWidths,
  batchWidths,
  learnScaling,
  type PairBatch,
  type Propagation,
  pairBatches,
} from './pair-batch.js';
import { type BehaviourName, behavioursOf, RELATION_NAMES, type RelationName } from './relation-names.js';

/** What a graph model keeps: text frequencies, the judgements it may use, how behaviours read. */
export interface GraphState {
  readonly idf: Idf;
  readonly known: Known;
  readonly edgeTypes: EdgeTypes | null;
  readonly relations: readonly RelationName[];
  readonly scaling: BatchScaling;
}

/** What distinguishes one graph model from another. */
export interface GraphNetwork {
  readonly name: string;
  readonly relations: readonly RelationName[];
  readonly description: string;
  readonly effort: number;
  /** fixed weights of messages; null where the network learns them */
  readonly propagate: Propagation | null;
  weightSpecs(widths: BatchWidths): WeightSpec[];
  /** [pair][class] */
  logits(batch: PairBatch, use: Use): tf.Tensor2D;
}

/** What a network needs besides a batch. */
interface Use {
  readonly weights: Weights;
  readonly random: Random | null;
  readonly widths: BatchWidths;
}

/** A recipe over the graph, with the network that it is made of. */
export interface GraphRecipe extends Recipe<GraphState> {
  readonly graph: GraphNetwork;
}

const PLAN: TrainingPlan = {
  batchRows: 128,
  batchBy: 'group',
  epochs: 12,
  patience: 3,
  learningRate: 4e-3,
  weightDecay: 1e-2,
  classWeightPower: 0.35,
};

/**
 * A recipe over the query-product graph. The predicted pair's own edge carries no message, of any relation, and
 * judgements of the queries being predicted are hidden from all messages, in training as in prediction, because a new
 * query has none.
 */
export function graphRecipe(network: GraphNetwork): GraphRecipe {
  const { name, relations, description, effort } = network;
  return {
    name,
    family: 'graph',
    description,
    needs: needsOf(relations),
    effort,
    plan: PLAN,
    check: (examples) => checkGraphEvidence(name, examples),
    learnState: (examples, rows) => learnState(examples, rows, relations),
    weightSpecs: (_state, classes) => network.weightSpecs(batchWidths(classes)),
    network: (input) => networkOf(network, input),
    packState,
    unpackState,
    graph: network,
  };
}

/** A variant needs what it names; a model of all relations takes what there is. */
function needsOf(relations: readonly RelationName[]): Need[] {
  if (relations.length === RELATION_NAMES.length) return [];
  const needs: Need[] = behavioursOf(relations).length > 0 ? ['behaviours'] : [];
  return relations.includes('brand') || relations.includes('text') ? ['text', ...needs] : needs;
}

function learnState(examples: Examples, rows: Int32Array, relations: readonly RelationName[]): GraphState {
  const last = learnt.get(examples);
  if (last !== undefined && isLearntFrom(last, rows, relations)) return last.state;
  const known = rememberJudgements(examples, rows);
  const idf = fitIdf(examples, rows);
  const edgeTypes = fitEdgeTypes(examples, rows, behavioursOf(relations));
  const classes = examples.labelSpace.classes.length;
  const graph = buildGraph(examples, knownJudgements(known, examples), {
    relations,
    idf,
    edgeTypes,
    classes,
  });
  const state = { idf, known, edgeTypes, relations, scaling: learnScaling(graph, examples, rows) };
  learnt.set(examples, { rows, relations, state, graph });
  return state;
}

/** What was learnt last from some examples. */
interface Learnt {
  readonly rows: Int32Array;
  readonly relations: readonly RelationName[];
  readonly state: GraphState;
  readonly graph: Graph;
}

/** Graph models that are fitted to the same rows one after the other share what they learn before training. */
const learnt = new WeakMap<Examples, Learnt>();

function isLearntFrom(last: Learnt, rows: Int32Array, relations: readonly RelationName[]): boolean {
  return (
    last.rows.length === rows.length &&
    rows.every((row, at) => last.rows[at] === row) &&
    last.relations.join() === relations.join()
  );
}

function networkOf(network: GraphNetwork, input: NetworkInput<GraphState>): Network {
  const { weights, state, examples, classes } = input;
  const graph = graphOf(state, examples, classes);
  const batches = pairBatches(graph, examples, { ...network, ...state });
  const widths = batchWidths(classes);
  return {
    weights,
    classes,
    logits: (rows, random) => network.logits(batches(rows), { weights, random, widths }),
  };
}

/** The last graph of each state that was asked about other examples than those it was learnt from. */
const built = new WeakMap<GraphState, { examples: Examples; graph: Graph }>();

function graphOf(state: GraphState, examples: Examples, classes: number): Graph {
  const own = learnt.get(examples);
  if (own?.state === state) return own.graph;
  const last = built.get(state);
  if (last?.examples === examples) return last.graph;
  const graph = buildGraph(examples, knownJudgements(state.known, examples), { ...state, classes });
  built.set(state, { examples, graph });
  return graph;
}

const SCALED = ['context', 'query', 'product'] as const;

function packState({ idf, known, relations, edgeTypes, scaling }: GraphState): ModelState {
  return {
    config: {
      relations,
      queries: known.queries,
      products: known.products,
      behaviours: edgeTypes?.kinds ?? null,
      classes: edgeTypes?.classes ?? 0,
    },
    arrays: new Map<string, Float32Array | Int32Array>([
      ['idf', idf.values],
      ['query', known.query],
      ['product', known.product],
      ['label', known.label],
      ['edgeTypes', edgeTypes?.weights ?? new Float32Array(0)],
      ...SCALED.flatMap((part): [string, Float32Array][] => [
        [`${part}/mean`, scaling[part].mean],
        [`${part}/deviation`, scaling[part].deviation],
      ]),
    ]),
  };
}

function unpackState(saved: ModelState): GraphState {
  const { relations, queries, products, behaviours, classes } = saved.config as {
    relations: RelationName[];
    queries: string[];
    products: string[];
    behaviours: BehaviourName[] | null;
    classes: number;
  };
  const [query, product, label] = ['query', 'product', 'label'].map((name) => integers(saved, name));
  const weights = floats(saved, 'edgeTypes');
  const [contextScale, queryScale, productScale] = SCALED.map((part) => ({
    mean: floats(saved, `${part}/mean`),
    deviation: floats(saved, `${part}/deviation`),
  }));
  return {
    idf: { values: floats(saved, 'idf') },
    relations,
    scaling: { context: contextScale, query: queryScale, product: productScale },
    edgeTypes: behaviours === null ? null : { kinds: behaviours, weights, classes },
    known: { queries, products, query, product, label },
  };
}
