import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { EsciSelectError, quote } from '../../errors.js';
import { type FrozenModel, openFrozenModel } from '../../models/graph/frozen/model.js';
import { indexNodes, type NodeIndex } from '../../models/graph/frozen/nodes.js';
import { loadModel } from '../../models/load.js';
import type { FittedModel } from '../../models/model.js';
import { guarded } from '../../models/own/guarded.js';
import { importModel } from '../../models/own/module.js';
import type { BundledModel } from '../bundle/manifest.js';
import { readNodes } from '../bundle/nodes-file.js';
import type { Bundle } from '../bundle/open.js';
import { hasText, type Pair, pairsAsExamples } from '../pair.js';

/** What one model says of some pairs. */
export interface ModelAnswers {
  /** probabilities [pair][class]; NaN where it is silent */
  readonly values: Float32Array;
  /** [pair] why it is silent; null where it answers */
  readonly silent: readonly (string | null)[];
}

/** The models of a bundle that have code, in memory. */
export interface ModelHost {
  /** A model's answers. Throws EsciSelectError('model') where a user's model fails. */
  answer(model: string, pairs: readonly Pair[]): Promise<ModelAnswers>;
  /** null without a graph */
  readonly nodes: NodeIndex | null;
  dispose(): void;
}

export const REASONS = {
  text: 'nothing is said of the product but its id',
  product: 'product is not in the graph that was frozen',
  given: 'no answer is given with the request',
} as const;

interface LoadedModel {
  answer(pairs: readonly Pair[]): Promise<ModelAnswers>;
  dispose(): void;
}

/** Loads every model of a bundle that has code. Throws EsciSelectError('model') where one cannot be loaded. */
export async function hostModels(bundle: Bundle): Promise<ModelHost> {
  const { classes, graph, models } = bundle.manifest;
  const nodes = graph === null ? null : indexNodes(await readNodes(bundle));
  const loaded = new Map<string, LoadedModel>();
  for (const model of models) {
    if (model.kind === 'imported') continue;
    loaded.set(
      model.name,
      model.kind === 'graph'
        ? overGraph(await openGraphModel(bundle, model, nodes!), nodes!, classes.length)
        : overPairs(await openModel(bundle, model), classes, model.kind === 'text'),
    );
  }
  return {
    nodes,
    answer: async (model, pairs) => {
      const found = loaded.get(model);
      if (found !== undefined) return found.answer(pairs);
      throw new EsciSelectError('internal', `model ${quote(model)} has no code in the bundle`);
    },
    dispose: () => {
      for (const model of loaded.values()) model.dispose();
    },
  };
}

async function readFiles(bundle: Bundle, paths: readonly string[]): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const path of paths) {
    files.set(posix.basename(path), new Uint8Array(await readFile(bundle.file(path))));
  }
  return files;
}

async function openModel(bundle: Bundle, model: BundledModel): Promise<FittedModel> {
  const files = await readFiles(bundle, model.files);
  if (model.module === null) return loadModel(files);
  const { sha256 } = bundle.manifest.files.find(({ path }) => path === model.module)!;
  const module = { path: bundle.file(model.module), sha256 };
  return guarded(await importModel(module), module.path).load(files);
}

async function openGraphModel(bundle: Bundle, model: BundledModel, index: NodeIndex): Promise<FrozenModel> {
  const isFrozen = (path: string) => path.startsWith('graph/');
  return openFrozenModel({
    files: await readFiles(
      bundle,
      model.files.filter((path) => !isFrozen(path)),
    ),
    graph: await readFiles(bundle, model.files.filter(isFrozen)),
    index,
    precompute: bundle.manifest.graph!.precompute,
  });
}

/** A model that answers from the pairs alone. */
function overPairs(model: FittedModel, classes: readonly string[], needsText: boolean): LoadedModel {
  return {
    dispose: () => model.dispose(),
    async answer(pairs) {
      const silent = pairs.map((pair) => (needsText && !hasText(pair) ? REASONS.text : null));
      const asked = pairs.filter((_, at) => silent[at] === null);
      const values = new Float32Array(pairs.length * classes.length).fill(Number.NaN);
      if (asked.length === 0) return { values, silent };
      const examples = pairsAsExamples(asked, classes);
      const rows = Int32Array.from(asked, (_, row) => row);
      spread(await model.predict(examples, rows), silent, { classes: classes.length, into: values });
      return { values, silent };
    },
  };
}

/** Query by query, so that what one query asks changes no other's answer. */
function overGraph(model: FrozenModel, nodes: NodeIndex, classes: number): LoadedModel {
  return {
    dispose: () => model.dispose(),
    async answer(pairs) {
      const product = pairs.map((pair) => nodes.findProduct(pair.locale, pair.productId));
      const silent = product.map((found) => (found < 0 ? REASONS.product : null));
      const values = new Float32Array(pairs.length * classes).fill(Number.NaN);
      const byQuery = new Map<string, number[]>();
      pairs.forEach(({ locale, query, queryId }, at) => {
        if (product[at] < 0) return;
        const key = JSON.stringify([locale, query, queryId]);
        const places = byQuery.get(key);
        if (places === undefined) byQuery.set(key, [at]);
        else places.push(at);
      });
      for (const places of byQuery.values()) {
        const { locale, query, queryId } = pairs[places[0]];
        const answers = model.answer(
          { locale, text: query, id: queryId },
          places.map((at) => product[at]),
        );
        places.forEach((at, place) => {
          values.set(answers.subarray(place * classes, (place + 1) * classes), at * classes);
        });
      }
      return { values, silent };
    },
  };
}

/** Puts the answers to the pairs that were asked in their places. */
function spread(
  answers: Float32Array,
  silent: readonly (string | null)[],
  { classes, into }: { classes: number; into: Float32Array },
): void {
  let from = 0;
  silent.forEach((reason, at) => {
    if (reason !== null) return;
    into.set(answers.subarray(from, from + classes), at * classes);
    from += classes;
  });
}
