import type { FastifyInstance, FastifyReply } from 'fastify';
import { VERSION } from '../../assets.js';
import { EsciSelectError, exitCode } from '../../errors.js';
import type { PairAnswer, Servable } from '../answering/servable.js';
import type { Pair } from '../pair.js';
import type { Engine } from './engine.js';
import type { Metrics } from './metrics.js';
import { PAGE, PAGE_POLICY } from './page.js';
import { inferRequest, predictRequest, rerankRequest } from './requests.js';
import { inferOutputs, predictResults, rerankResults } from './responses.js';

/** How many requests were read, and how many of them answered. */
export interface RequestCounts {
  accepted: number;
  answered: number;
}

/** What the routes need of the server. */
export interface AppState {
  engine(): Engine;
  readonly metrics: Metrics;
  /** whether new work is taken */
  ready(): boolean;
  /** requests accepted at a time; more are refused */
  readonly maxQueue: number;
  readonly timeoutMs: number;
  /** by class name, what a probability is worth where documents are ordered; others are worth nothing */
  readonly rerankWeights: ReadonlyMap<string, number> | null;
  /** requests under way; counted here */
  inFlight: number;
  /** requests whose heads were read, and those whose answers were sent whole; counted here */
  readonly requests: RequestCounts;
}

/** The name by which the Open Inference Protocol knows the model. */
const NAME = 'esci';
const BODY_LIMIT = 16 * 2 ** 20;
/** What a substitute is worth where an exact match is worth 1: the gain of the data set's own ranking task. */
const SECOND_WEIGHT = 0.1;

/** A web application of a bundle. Fastify is loaded when this is called. */
export async function createApp(state: AppState): Promise<FastifyInstance> {
  const { fastify } = await import('fastify');
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
  });
  app.setErrorHandler((error, _request, reply) => refuse(reply, error));
  app.setNotFoundHandler((request, reply) => {
    const message = `there is nothing at ${request.method} ${request.url.split('?')[0]}`;
    return reply.code(404).send(errorBody('usage', message, 'POST /v1/predict, POST /v1/rerank'));
  });
  app.addHook('onRequest', async () => {
    state.requests.accepted++;
  });
  app.addHook('onSend', async (_request, reply) => {
    if (!state.ready()) reply.header('connection', 'close'); // the next request goes elsewhere
  });
  app.addHook('onResponse', async (request, reply) => {
    if (reply.raw.writableFinished) state.requests.answered++;
    const route = request.routeOptions.url ?? 'unknown';
    state.metrics.request(route, reply.statusCode, reply.elapsedTime / 1000);
  });
  addStatus(app, state);
  addPage(app, state);
  addAnswers(app, state);
  addInference(app, state);
  return app;
}

function addStatus(app: FastifyInstance, state: AppState): void {
  app.get('/livez', async () => ({ status: 'live' }));
  app.get('/readyz', async (_request, reply) => {
    if (state.ready()) return { status: 'ready', bundle: state.engine().servable.bundle.manifest.id };
    return reply.code(503).send({ status: 'draining' });
  });
  app.get('/metrics', async (_request, reply) => {
    const { type, text } = await state.metrics.text();
    return reply.type(type).send(text);
  });
}

function addPage(app: FastifyInstance, state: AppState): void {
  app.get('/', async (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', PAGE_POLICY)
      .header('x-content-type-options', 'nosniff')
      .send(PAGE),
  );
  app.get('/v1/bundle', async () => {
    const { servable, sample } = state.engine();
    const { id, version, classes, ensembles, models, graph } = servable.bundle.manifest;
    return {
      id,
      version,
      classes,
      ensembles: ensembles.map(({ locale, models: own, rule }) => ({ locale, models: own, rule })),
      models: models.map(({ name, family, kind }) => ({ name, family, kind })),
      graph: graph === null ? null : { queries: graph.queries, products: graph.products },
      rerank_weights: weightsOf(state, classes),
      sample,
    };
  });
}

function addAnswers(app: FastifyInstance, state: AppState): void {
  app.post('/v1/predict', async (request, reply) => {
    const { pairs, explain } = predictRequest(request.body);
    const answered = await accept(state, pairs, explain);
    const { id, classes } = answered.manifest;
    return reply.send({ bundle: id, classes, results: predictResults(pairs, answered.answers, classes) });
  });
  app.post('/v1/rerank', async (request, reply) => {
    const asked = rerankRequest(request.body);
    const answered = await accept(state, asked.pairs, false);
    const { id, classes } = answered.manifest;
    const weights = weightsOf(state, classes);
    const results = rerankResults(asked, answered.answers, Object.values(weights));
    return reply.send({ id, model: NAME, weights, results });
  });
}

/** The second door: KServe's and Triton's protocol. */
function addInference(app: FastifyInstance, state: AppState): void {
  const tensor = (name: string, datatype: string, width: number) => ({ name, datatype, shape: [-1, width] });
  const { ready } = state;
  app.get('/v2', async () => ({ name: 'esci-select', version: VERSION, extensions: [] }));
  app.get('/v2/health/live', async () => ({ live: true }));
  app.get('/v2/health/ready', async (_request, reply) =>
    reply.code(ready() ? 200 : 503).send({ ready: ready() }),
  );
  app.get(`/v2/models/${NAME}/ready`, async (_request, reply) =>
    reply.code(ready() ? 200 : 503).send({ name: NAME, ready: ready() }),
  );
  app.get(`/v2/models/${NAME}`, async () => {
    const { classes } = state.engine().servable;
    return {
      name: NAME,
      platform: 'esci-select',
      inputs: ['query', 'product_id', 'title'].map((name) => tensor(name, 'BYTES', 1)),
      outputs: [tensor('label', 'BYTES', 1), tensor('probabilities', 'FP32', classes.length)],
    };
  });
  app.post(`/v2/models/${NAME}/infer`, async (request, reply) => {
    const { id, pairs } = inferRequest(request.body);
    const { manifest, answers } = await accept(state, pairs, false);
    const outputs = inferOutputs(answers, manifest.classes);
    return reply.send({ model_name: NAME, ...(id === undefined ? {} : { id }), outputs });
  });
}

interface Accepted {
  readonly manifest: Servable['bundle']['manifest'];
  readonly answers: readonly PairAnswer[];
}

/** Answers, unless too many are under way (503) or it takes too long (504; what is computed is kept by the cache). */
async function accept(state: AppState, pairs: readonly Pair[], explain: boolean): Promise<Accepted> {
  if (state.inFlight >= state.maxQueue) {
    throw new Refusal(
      503,
      'busy',
      `${state.inFlight} requests are under way, which is the most`,
      'try again later',
    );
  }
  state.inFlight++;
  const work = state
    .engine()
    .use(async (servable) => ({
      manifest: servable.bundle.manifest,
      answers: await servable.answer(pairs, { explain }),
    }))
    .finally(() => {
      state.inFlight--;
    });
  const accepted = await withinTime(work, state.timeoutMs);
  state.metrics.answers(accepted.answers, accepted.manifest.classes);
  return accepted;
}

function withinTime<Value>(work: Promise<Value>, milliseconds: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = () =>
      reject(
        new Refusal(
          504,
          'timeout',
          `no answer within ${milliseconds} ms`,
          'try again: what is computed is kept',
        ),
      );
    const timer = setTimeout(late, milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What each class is worth, in their order. */
function weightsOf({ rerankWeights }: AppState, classes: readonly string[]): Record<string, number> {
  const weights: Record<string, number> = Object.create(null);
  classes.forEach((name, k) => {
    weights[name] = rerankWeights?.get(name) ?? (rerankWeights === null ? [1, SECOND_WEIGHT][k] : 0) ?? 0;
  });
  return weights;
}

/** A refusal with a status of its own. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

function errorBody(code: string, message: string, hint?: string, path?: string) {
  return {
    error: {
      code,
      message,
      ...(path === undefined ? {} : { path }),
      ...(hint === undefined ? {} : { hint }),
    },
  };
}

/** Errors in the shape that the command line has with --json. */
function refuse(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof Refusal) {
    if (error.status === 503) reply.header('retry-after', '1');
    return reply.code(error.status).send(errorBody(error.code, error.message, error.hint));
  }
  if (error instanceof EsciSelectError) {
    const status = exitCode(error) === 2 || exitCode(error) === 3 ? 400 : 500;
    return reply.code(status).send(errorBody(error.code, error.message, error.hint, error.path));
  }
  const { statusCode = 500, message } = error as { statusCode?: number; message: string };
  if (statusCode < 500)
    return reply.code(statusCode).send(errorBody('usage', message, 'see docs/serving.md'));
  return reply.code(statusCode).send(errorBody(statusCode === 503 ? 'busy' : 'internal', message));
}
