import { join } from 'node:path';
import { EsciSelectError, suggest } from '../../errors.js';
import type { Interval } from '../../evaluation/bootstrap.js';
import { SCORE_NAMES, type ScoreName } from '../../evaluation/metrics.js';
import { type PairedResults, pairedIntervals, sameRows } from '../../evaluation/paired.js';
import { historyCharts } from '../../report/charts/history.js';
import { drawAll } from '../../report/charts/render.js';
import type { HistoryLine } from '../../report/history.js';
import { renderHistory } from '../../report/html/history-page.js';
import { RunFolder } from '../../run/run-folder.js';
import { type Decision, PRUNED } from '../../selection/decision.js';
import { type KeptDecision, readHistory, readKept } from '../files/history.js';

/** What decisions can be sorted by; `time` is the order in which they were made. */
const HISTORY_ORDERS = ['time', 'models', ...SCORE_NAMES] as const;

/** Which decisions, and how. */
export interface HistoryOptions {
  /** run folders; their decisions follow one another in this order */
  readonly runs: readonly string[];
  /** the best first, of `models` the fewest; the earliest first where not given */
  readonly sort?: string;
  /** leaves out decisions that keep the same models at the same scores as the one before */
  readonly onlyChanged?: boolean;
}

/**
 * The decisions that runs have kept, each beside the one before it: what it keeps, its scores, and the paired change of the
 * score it went by, where both were judged on the same rows.
 *
 * @throws EsciSelectError('usage') on a folder without a run or an order that is none, 'data' on a damaged decision
 *
 * @example
 * import { history } from 'esci-select';
 *
 * const lines = await history({ runs: ['my-run'] });
 * lines[0].kept; // => [ 'first', 'second' ]
 */
export async function history(options: HistoryOptions): Promise<HistoryLine[]> {
  const { runs, sort = 'time', onlyChanged = false } = options;
  const order = HISTORY_ORDERS.find((name) => name === sort);
  if (order === undefined) {
    throw new EsciSelectError('usage', `decisions cannot be sorted by '${sort}'`, {
      hint: suggest(sort, HISTORY_ORDERS, 'orders'),
    });
  }
  const lines: HistoryLine[] = [];
  let before: Loaded | null = null;
  for (const path of runs) {
    const run = await RunFolder.open(path);
    for (const kept of await readHistory(run)) {
      const now: Loaded = { ...(await readKept(run, kept.name)), seed: run.manifest.seed };
      lines.push(lineOf(path, kept, now, before));
      before = now;
    }
  }
  return sorted(onlyChanged ? lines.filter(({ changed }) => changed) : lines, order);
}

/** The same as one HTML page, with a line of each score over the decisions. */
export async function historyPage(lines: readonly HistoryLine[]): Promise<string> {
  return renderHistory(lines, await drawAll(historyCharts(lines)));
}

interface Loaded {
  readonly decision: Decision;
  readonly paired: PairedResults;
  /** of the run: `compare` draws the same queries */
  readonly seed: number;
}

function lineOf(run: string, kept: KeptDecision, now: Loaded, before: Loaded | null): HistoryLine {
  const { decision } = now;
  const { pruned } = decision.metrics;
  const { metric } = decision.constraints;
  return {
    run: join(run),
    name: kept.name,
    tags: kept.tags ?? {},
    date: kept.date ?? null,
    commit: kept.commit ?? null,
    budget: decision.budget,
    kept: decision.kept,
    scores: byScore((name) => pruned[name]),
    intervals: byScore((name) => pruned.intervals[name]),
    metric,
    change: before === null ? null : changeOf(now, before, metric),
    changed: before === null || isChanged(decision, before.decision),
  };
}

function byScore<Value>(of: (name: ScoreName) => Value): Record<ScoreName, Value> {
  return Object.fromEntries(SCORE_NAMES.map((name) => [name, of(name)])) as Record<ScoreName, Value>;
}

function isChanged(now: Decision, before: Decision): boolean {
  const sameKept = [...now.kept].sort().join('\n') === [...before.kept].sort().join('\n');
  return !sameKept || SCORE_NAMES.some((name) => now.metrics.pruned[name] !== before.metrics.pruned[name]);
}

/** Of the pruned ensemble, paired; null where the two were judged on other rows. */
function changeOf(now: Loaded, before: Loaded, metric: ScoreName): HistoryLine['change'] {
  const [base, next] = [before, now].map(({ paired }) => onlyPruned(paired));
  if (!sameRows(base, next)) return null;
  const { replicates } = now.decision;
  const interval = pairedIntervals(base, next, { replicates, seed: now.seed }).get(PRUNED)?.[metric] as
    | Interval
    | undefined;
  if (interval === undefined) return null;
  const difference = now.decision.metrics.pruned[metric] - before.decision.metrics.pruned[metric];
  return { difference, interval };
}

function onlyPruned(paired: PairedResults): PairedResults {
  return { ...paired, predictors: paired.predictors.filter(({ name }) => name === PRUNED) };
}

function sorted(lines: HistoryLine[], order: (typeof HISTORY_ORDERS)[number]): HistoryLine[] {
  if (order === 'time') return lines;
  const key = ({ kept, scores }: HistoryLine) => {
    if (order === 'models') return kept.length;
    return order === 'logLoss' ? scores.logLoss : -scores[order];
  };
  return lines.sort((a, b) => key(a) - key(b)); // stable: the earlier first
}
