import { EsciSelectError, quote, suggest } from '../../errors.js';
import { type AnswerCache, openCache } from '../cache/open.js';
import { type AppState, createApp, type RequestCounts } from './app.js';
import { type Engine, openEngine } from './engine.js';
import { createMetrics, type Metrics } from './metrics.js';

/** How long new requests are still taken once the server says that it is not ready. */
const SETTLE_MS = 250;

/** What a server can be told. */
export interface ServeOptions {
  readonly bundle: string;
  readonly host: string;
  /** 0: any that is free */
  readonly port: number;
  /** a folder or a Redis URL; answers are kept in memory only where not given */
  readonly cache?: string;
  /** the most bytes of a cache in a folder */
  readonly cacheSize?: number;
  /** threads that hold the models; 0: the one that answers */
  readonly workers: number;
  /** requests accepted at a time */
  readonly maxQueue: number;
  readonly timeoutMs: number;
  /** `exact=1`, `substitute=0.1`: what classes are worth where documents are ordered */
  readonly rerankWeights?: ReadonlyMap<string, number>;
  /** told what somebody should know who looks after the server */
  readonly onNote?: (note: string) => void;
}

/** A server that is up. */
export interface RunningServer {
  readonly url: string;
  /** the hash of the bundle that is served */
  bundle(): string;
  /** Loads the bundle's folder anew and then changes over; requests under way are answered by the old one. Throws what loading throws. */
  reload(): Promise<void>;
  /** Takes no new requests, answers those under way, flushes the cache and ends; says how many there were in all. */
  close(): Promise<RequestCounts>;
}

/**
 * Serves a bundle over HTTP.
 *
 * @throws EsciSelectError('usage', 'data' or 'model') where the bundle cannot be loaded, ('io') where the port is taken
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  let draining = false;
  let engine: Engine | null = null;
  const metrics = await createMetrics(
    () => app.inFlight,
    () => engine?.waiting() ?? 0,
  );
  const cache = await cacheOf(options, metrics);
  const load = () => loadEngine(options, cache, metrics);
  const app: AppState = {
    engine: () => engine!,
    metrics,
    ready: () => !draining && engine !== null,
    maxQueue: options.maxQueue,
    timeoutMs: options.timeoutMs,
    rerankWeights: options.rerankWeights ?? null,
    inFlight: 0,
    requests: { accepted: 0, answered: 0 },
  };
  try {
    engine = await load();
  } catch (error) {
    await cache.close();
    throw error;
  }
  const web = await createApp(app);
  let loading: Promise<void> = Promise.resolve();
  const reload = async () => {
    try {
      const next = await load();
      const old = engine!;
      engine = next;
      metrics.reload('done');
      void old
        .retire()
        .catch((error: Error) => options.onNote?.(`old bundle could not be closed: ${error.message}`));
    } catch (error) {
      metrics.reload('failed');
      throw error;
    }
  };
  const close = async () => {
    draining = true;
    await loading.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS)); // what is on the wire is read and answered
    await web.close();
    await engine!.retire();
    await cache.close();
    return app.requests;
  };
  try {
    const url = await web.listen({ host: options.host, port: options.port });
    return {
      url,
      bundle: () => engine!.servable.bundle.manifest.id,
      reload: () => {
        loading = loading.catch(() => {}).then(reload); // one at a time
        return loading;
      },
      close,
    };
  } catch (cause) {
    await close();
    throw cannotListen(options, cause as NodeJS.ErrnoException);
  }
}

/** The cache asked for; that it fails is told once. */
function cacheOf({ cache, cacheSize, onNote }: ServeOptions, metrics: Metrics): Promise<AnswerCache> {
  let failing = false;
  return openCache({
    folder: cache,
    mostBytes: cacheSize,
    onProblem: (problem) => {
      metrics.cacheProblem();
      if (!failing) onNote?.(`cache fails, and answers are computed: ${problem.message}`);
      failing = true;
    },
  });
}

/** The bundle as it is on the disk now, checked to have the classes that weights name. */
async function loadEngine(
  { bundle, workers, rerankWeights }: ServeOptions,
  cache: AnswerCache,
  metrics: Metrics,
): Promise<Engine> {
  const engine = await openEngine({ bundle, workers, cache, onOutcome: metrics.cache });
  try {
    checkWeights(rerankWeights, engine.servable.classes);
  } catch (error) {
    await engine.retire();
    throw error;
  }
  const { id, version } = engine.servable.bundle.manifest;
  metrics.bundle(id, version);
  return engine;
}

function cannotListen({ host, port }: ServeOptions, cause: NodeJS.ErrnoException): EsciSelectError {
  return new EsciSelectError(
    'io',
    `server cannot listen on ${host}:${port} (${cause.code ?? cause.message})`,
    {
      hint: 'give another --port or --host',
      cause,
    },
  );
}

function checkWeights(weights: ReadonlyMap<string, number> | undefined, classes: readonly string[]): void {
  for (const name of weights?.keys() ?? []) {
    if (classes.includes(name)) continue;
    throw new EsciSelectError('usage', `class ${quote(name)} is not of the bundle`, {
      hint: suggest(name, classes, 'classes'),
    });
  }
}
