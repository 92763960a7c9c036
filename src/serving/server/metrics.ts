import type { PairAnswer } from '../answering/servable.js';
import type { CacheOutcome } from '../cache/cached-asker.js';

/** What is counted, for Prometheus. */
export interface Metrics {
  request(route: string, status: number, seconds: number): void;
  answers(answers: readonly PairAnswer[], classes: readonly string[]): void;
  cache(model: string, outcome: CacheOutcome): void;
  cacheProblem(): void;
  reload(outcome: 'done' | 'failed'): void;
  bundle(id: string, version: string): void;
  /** the text of `/metrics`, and its type */
  text(): Promise<{ readonly type: string; readonly text: string }>;
}

/** From 0.5 ms to 5 s. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Counters of one server; `inFlight` and `waiting` are read when `/metrics` is. */
export async function createMetrics(inFlight: () => number, waiting: () => number): Promise<Metrics> {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import('prom-client');
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const requests = counter('esci_requests_total', 'requests answered', ['route', 'status']);
  const seconds = new Histogram({
    name: 'esci_request_seconds',
    help: 'time from request to answer',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers,
  });
  const labels = counter('esci_labels_total', 'pairs by the label that was answered', ['label']);
  const answers = counter('esci_model_answers_total', 'answers of models by where they came from', [
    'model',
    'from',
  ]);
  const cache = counter('esci_cache_lookups_total', 'look-ups by outcome', ['model', 'outcome']);
  const problems = counter('esci_cache_problems_total', 'failures of the store of the cache', []);
  const reloads = counter('esci_reloads_total', 'reloads of the bundle by outcome', ['outcome']);
  const bundle = new Gauge({
    name: 'esci_bundle_info',
    help: '1 for the bundle that is served',
    labelNames: ['id', 'version'],
    registers,
  });
  const gauge = (name: string, help: string, value: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  gauge('esci_requests_in_flight', 'requests that were accepted and are not answered yet', inFlight);
  gauge('esci_model_queue', 'requests that wait for a thread of models', waiting);
  return {
    request: (route, status, taken) => {
      requests.inc({ route, status: String(status) });
      seconds.observe({ route }, taken);
    },
    answers: (given, classes) => {
      for (const { label, models } of given) {
        labels.inc({ label: classes[label] });
        for (const { model, from } of models) answers.inc({ model, from });
      }
    },
    cache: (model, outcome) => cache.inc({ model, outcome }),
    cacheProblem: () => problems.inc(),
    reload: (outcome) => reloads.inc({ outcome }),
    bundle: (id, version) => {
      bundle.reset();
      bundle.set({ id: id.slice(0, 12), version }, 1);
    },
    text: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}
