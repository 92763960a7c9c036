import type { Examples } from '../data/examples.js';
import { quantileSorted } from '../math/quantiles.js';
import type { FittedModel } from './model.js';

/** What answering takes on the machine and thread that trained the model; all in milliseconds per row. */
export interface Latency {
  /** one large batch of up to 4,000 rows, reading the texts and building the graph included */
  readonly bulk: number;
  /** over small batches, as a service gets them, once texts are read and the graph is built: half take no more */
  readonly p50: number;
  /** the same: 95 in 100 take no more */
  readonly p95: number;
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
 * model forget what it has computed for them; the small ones go through the same rows in turn, as often as needed.
 *
 * @param clock milliseconds that never go back
 */
export async function measureLatency(
  model: Pick<FittedModel, 'predict'>,
  examples: Examples,
  rows: Int32Array,
  clock: () => number = () => performance.now(),
): Promise<Latency> {
  const timed = rows.subarray(0, BULK_ROWS);
  const copy = { ...examples };
  const timeOf = async (batch: Int32Array) => {
    const start = clock();
    await model.predict(copy, batch);
    return (clock() - start) / batch.length;
  };
  const bulk = await timeOf(timed);
  const size = Math.min(BATCH_ROWS, timed.length);
  const begun = clock();
  const times: number[] = [];
  while (times.length < MOST_BATCHES && (times.length < LEAST_BATCHES || clock() - begun < LONG_ENOUGH)) {
    const first = (times.length * size) % (timed.length - size + 1);
    times.push(await timeOf(timed.slice(first, first + size)));
  }
  const sorted = Float64Array.from(times).sort();
  return { bulk, p50: quantileSorted(sorted, 0.5), p95: quantileSorted(sorted, 0.95) };
}
