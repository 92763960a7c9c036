import { EsciSelectError } from '../../errors.js';
import { requestJson } from './http.js';

/** A tracking server, and how it knows the caller. */
export interface TrackingServer {
  /** http://localhost:5000 */
  readonly url: string;
  /** the value of the header `authorization`; null where the server wants none */
  readonly authorization: string | null;
}

/** What a run of MLflow is to hold. */
export interface TrackedRun {
  readonly experiment: string;
  readonly name: string;
  readonly metrics: ReadonlyMap<string, number>;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
  /** milliseconds since 1970 */
  readonly time: number;
}

/** What a request may hold: "Request Limits" of MLflow's REST API. */
const MOST = { metrics: 1000, params: 100, tags: 100, value: 6000, tag: 5000, key: 250 } as const;

type Send = (path: string, body: object) => Promise<unknown>;

/**
 * Makes a run in an experiment, which is made where it is not there, and logs metrics, parameters and tags.
 *
 * Source: MLflow REST API 2.0: experiments/get-by-name, experiments/create, runs/create, runs/log-batch, runs/update.
 *
 * @throws EsciSelectError('io') where the server refuses; a run that was made already is then marked FAILED
 */
export async function logRun(
  server: TrackingServer,
  run: TrackedRun,
  signal?: AbortSignal,
): Promise<{ readonly experimentId: string; readonly runId: string }> {
  const api = `${server.url.replace(/\/+$/, '')}/api/2.0/mlflow`;
  const headers: Record<string, string> =
    server.authorization === null ? {} : { authorization: server.authorization };
  const send: Send = (path, body) =>
    requestJson({ method: 'POST', url: `${api}/${path}`, headers, body, signal }, HINTS);
  const query = `experiment_name=${encodeURIComponent(run.experiment)}`;
  const found = await requestJson(
    { method: 'GET', url: `${api}/experiments/get-by-name?${query}`, headers, mayBeMissing: true, signal },
    HINTS,
  );
  const experimentId =
    textAt(found, 'experiment', 'experiment_id') ??
    known(textAt(await send('experiments/create', { name: run.experiment }), 'experiment_id'));
  const made = await send('runs/create', {
    experiment_id: experimentId,
    run_name: run.name,
    start_time: run.time,
    tags: pairs(run.tags, MOST.tag).slice(0, MOST.tags),
  });
  const runId = known(textAt(made, 'run', 'info', 'run_id'));
  const finish = (status: string) => send('runs/update', { run_id: runId, status, end_time: run.time });
  try {
    for (const batch of batches(run)) await send('runs/log-batch', { run_id: runId, ...batch });
  } catch (error) {
    await finish('FAILED').catch(() => {}); // the first failure is what the caller has to hear of
    throw error;
  }
  await finish('FINISHED');
  return { experimentId, runId };
}

/** Metrics and parameters in as many requests as the limits need. */
function batches({ metrics, params, time }: TrackedRun): object[] {
  const numbers = [...metrics].map(([key, value]) => ({
    key: legalKey(key),
    value,
    timestamp: time,
    step: 0,
  }));
  const texts = pairs(params, MOST.value);
  const all: object[] = [];
  const half = MOST.metrics - MOST.params; // a request holds 1,000 of all kinds together
  for (let at = 0; at * half < numbers.length || at * MOST.params < texts.length; at++) {
    all.push({
      metrics: numbers.slice(at * half, (at + 1) * half),
      params: texts.slice(at * MOST.params, (at + 1) * MOST.params),
    });
  }
  return all;
}

function pairs(all: ReadonlyMap<string, string>, most: number) {
  return [...all].map(([key, value]) => ({ key: legalKey(key), value: value.slice(0, most) }));
}

/** MLflow takes letters, digits, _ - . space : and / in names. */
function legalKey(key: string): string {
  return key.replace(/[^\p{L}\p{N}_\-. :/]/gu, '_').slice(0, MOST.key);
}

function textAt(value: unknown, ...keys: readonly string[]): string | null {
  let at = value;
  for (const key of keys) at = (at as Record<string, unknown> | null | undefined)?.[key];
  return typeof at === 'string' ? at : null;
}

function known(id: string | null): string {
  if (id !== null) return id;
  throw new EsciSelectError('io', 'tracking server answered without an id', {
    hint: 'check the address: it is that of an MLflow tracking server',
  });
}

const HINTS = {
  401: 'set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD',
  403: 'the account may not write to this experiment',
  404: 'check --uri: it is the address of an MLflow tracking server, without /api',
};
