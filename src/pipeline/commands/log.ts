import { canonicalJson } from '../../io/hash.js';
import { metricsOf } from '../../report/ci/metrics.js';
import { budgetText } from '../../report/history.js';
import { RunFolder } from '../../run/run-folder.js';
import { DECISION } from '../files/layout.js';
import { logRun, type TrackingServer } from '../publish/mlflow.js';

/** What to log where. */
export interface LogOptions {
  /** the run folder */
  readonly run: string;
  readonly server: TrackingServer;
  readonly experiment: string;
  /** of the run on the server */
  readonly name: string;
  readonly tags?: ReadonlyMap<string, string>;
  /** milliseconds since 1970 */
  readonly time: number;
}

/** Where it went. */
export interface LoggedRun {
  readonly experimentId: string;
  readonly runId: string;
  readonly metrics: number;
}

/**
 * Logs the run's latest decision to an MLflow tracking server: scores and costs as metrics, budget, strategy, seed and the
 * models kept as parameters.
 *
 * @throws EsciSelectError('usage') where nothing has been ranked yet, 'io' where the server refuses
 */
export async function logDecision(options: LogOptions, signal?: AbortSignal): Promise<LoggedRun> {
  const { server, experiment, name, tags = new Map(), time } = options;
  const run = await RunFolder.open(options.run);
  const decision = await DECISION.read(run);
  const { tool, seed, inputs } = run.manifest;
  const metrics = metricsOf(decision);
  const params = new Map([
    ['budget', budgetText(decision.budget)],
    ['kept', decision.kept.join(', ')],
    ['models', String(decision.ranking.length)],
    ['strategy', decision.strategy],
    ['metric', decision.constraints.metric],
    ['seed', String(seed)],
    ['evaluation', decision.protocol.mode],
    ['inputs', canonicalJson(inputs.map(({ name: file, sha256 }) => `${file} ${sha256.slice(0, 12)}`))],
  ]);
  const all = new Map([['esci-select.version', tool.version], ...tags]);
  const ids = await logRun(server, { experiment, name, metrics, params, tags: all, time }, signal);
  return { ...ids, metrics: metrics.size };
}
