import type { Examples } from '../data/examples/examples.js';
import { quantileSorted } from '../math/quantiles.js';
import type { FittedModel } from './model.js';

/** What answering takes on the machine and thread that trained the model; all in milliseconds per row. */
export interface Latency {
  /** in one large batch of up to 4,000 rows, with each row's share of reading all texts and building the graph */
  readonly bulk: number;
  /** over small batches, as a service gets them, once texts are read and the graph is built: half take no more */
  readonly p50: number;
  /** the same: 95 in 100 take no more */
  readonly p95: number;
  /** of a model that is slow to start: milliseconds until it has answered once, its weights read from disk */
  readonly cold?: number;
}

/** Rows of the large batch, at most. */
const BULK_ROWS = 4000;
/** Rows of a small batch: about what a query's candidates are. */
export const BATCH_ROWS = 32;
/** Small batches, at most; from the least number on, slow models stop after so many milliseconds. */
const MOST_BATCHES = 100;
const LEAST_BATCHES = 40;
const LONG_ENOUGH = 3000;

/**
 * Times a model on rows that it is asked about. The large batch comes first, on a copy of the examples that makes the
 * model forget what it has computed for them, and again: what the first took more was reading the texts and building the
 * graph of all examples, so that every row of theirs has a part in it. The small batches then go through the same rows.
 *
 * @param clock milliseconds that never go back
 */
export async function measureLatency(
  model: Pick<FittedModel, 'predict' | 'warmUp'>,
  examples: Examples,
  rows: Int32Array,
  clock: () => number = () => performance.now(),
): Promise<Latency> {
  const timed = rows.subarray(0, BULK_ROWS);
  const cold = model.warmUp === undefined ? {} : { cold: await timeTo(model.warmUp, clock) };
  const copy = { ...examples };
  const timeOf = async (batch: Int32Array) => {
    const start = clock();
    await model.predict(copy, batch);
    return clock() - start;
  };
  const first = await timeOf(timed);
  const again = await timeOf(timed.slice());
  const bulk = again / timed.length + Math.max(0, first - again) / examples.rows;
  const size = Math.min(BATCH_ROWS, timed.length);
  const begun = clock();
  const times: number[] = [];
  while (times.length < MOST_BATCHES && (times.length < LEAST_BATCHES || clock() - begun < LONG_ENOUGH)) {
    const from = (times.length * size) % (timed.length - size + 1);
    times.push((await timeOf(timed.slice(from, from + size))) / size);
  }
  const sorted = Float64Array.from(times).sort();
  return { bulk, p50: quantileSorted(sorted, 0.5), p95: quantileSorted(sorted, 0.95), ...cold };
}

async function timeTo(work: () => Promise<void>, clock: () => number): Promise<number> {
  const start = clock();
  await work();
  return clock() - start;
}
