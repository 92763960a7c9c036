import { indexNodes } from '../../models/graph/frozen/nodes.js';
import { type Asker, askHere, prepareServable, type Servable } from '../answering/servable.js';
import { readNodes } from '../bundle/nodes-file.js';
import { type Bundle, openBundle } from '../bundle/open.js';
import { type BundleSample, readSample } from '../bundle/sample.js';
import { type CacheOutcome, cachedAsker } from '../cache/cached-asker.js';
import type { AnswerCache } from '../cache/open.js';
import { startThreads } from './worker-pool.js';

/** A bundle that answers requests, until it is retired and the last of them is answered. */
export interface Engine {
  readonly servable: Servable;
  readonly sample: BundleSample;
  /** requests that wait for models */
  waiting(): number;
  /** Does work that needs the engine; it is not disposed of before that has settled. */
  use<Value>(work: (servable: Servable) => Promise<Value>): Promise<Value>;
  /** Disposes of it once nothing uses it. */
  retire(): Promise<void>;
}

/** What an engine is made with. */
export interface EngineOptions {
  readonly bundle: string;
  /** threads that hold the models; 0: this one */
  readonly workers: number;
  readonly cache: AnswerCache;
  readonly onOutcome?: (model: string, outcome: CacheOutcome) => void;
}

/** Opens a bundle, loads its models in threads, and puts the cache before them. Throws what opening and loading throw. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const bundle = await openBundle(options.bundle);
  const { asker: models, waiting } = await modelsOf(bundle, options.workers);
  const servable = await prepareServable(
    bundle,
    cachedAsker(bundle, models, options.cache, options.onOutcome),
  );
  const sample = await readSample(bundle);
  let users = 0;
  let free = () => {};
  const idle = () => (users === 0 ? Promise.resolve() : new Promise<void>((resolve) => (free = resolve)));
  return {
    servable,
    sample,
    waiting,
    async use(work) {
      users++;
      try {
        return await work(servable);
      } finally {
        users--;
        if (users === 0) free();
      }
    },
    async retire() {
      await idle();
      await servable.dispose();
    },
  };
}

async function modelsOf(bundle: Bundle, workers: number): Promise<{ asker: Asker; waiting: () => number }> {
  const hasCode = bundle.manifest.models.some(({ kind }) => kind !== 'imported');
  if (workers === 0 || !hasCode) return { asker: await askHere(bundle), waiting: () => 0 };
  const threads = await startThreads(bundle, workers);
  const nodes = bundle.manifest.graph === null ? null : indexNodes(await readNodes(bundle));
  const asker: Asker = {
    nodes,
    ask: async (model, pairs) => ({
      ...(await threads.answer(model, pairs)),
      cached: new Uint8Array(pairs.length),
    }),
    dispose: () => threads.close(),
  };
  return { asker, waiting: () => threads.waiting() };
}
