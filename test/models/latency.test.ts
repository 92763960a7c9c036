import { describe, expect, it } from 'vitest';
import { BATCH_ROWS, measureLatency } from '../../src/models/latency.js';
import { shop } from './shop.js';

const examples = shop({ queries: 5, perQuery: 2 });

/** A model whose batches take so many milliseconds in turn, by a clock of its own. */
function timed(takes: (call: number, rows: number) => number) {
  let now = 0;
  const calls: { rows: number[]; examples: unknown }[] = [];
  const predict = async (asked: unknown, rows: Int32Array) => {
    calls.push({ rows: [...rows], examples: asked });
    now += takes(calls.length - 1, rows.length);
    return new Float32Array(0);
  };
  return { model: { predict }, clock: () => now, calls };
}

describe('measureLatency', () => {
  const rows = Int32Array.from({ length: 5000 }, (_, at) => 7 * at);

  it('times 4,000 rows at once, then batches of 32 of them, by the row', async () => {
    const { model, clock, calls } = timed((call, count) => {
      if (call === 0) return 2 * count + 3 * examples.rows;
      return call === 1 ? 2 * count : count * ((call - 1) / 100);
    });
    const { bulk, p50, p95 } = await measureLatency(model, examples, rows, clock);
    expect([bulk, p50, p95].map((value) => Number(value.toFixed(6)))).toEqual([5, 0.505, 0.9505]);
    expect(calls[0].rows).toEqual([...rows.subarray(0, 4000)]);
    expect(calls[1].rows).toEqual(calls[0].rows);
    expect(calls).toHaveLength(102);
    expect(calls.slice(2).every((call) => call.rows.length === BATCH_ROWS)).toBe(true);
    expect(calls[3].rows[0]).toBe(rows[32]);
    expect(calls[101].rows[0]).toBe(rows[99 * 32]);
  });

  it('times how long a model that is slow to start takes to, and nothing of it in its answers', async () => {
    const { model, clock, calls } = timed((_, count) => (calls.length === 0 ? 0 : count));
    let started = 0;
    const warmUp = async () => {
      await model.predict(examples, Int32Array.of(0));
      started = clock();
    };
    const { cold, bulk, p50 } = await measureLatency({ ...model, warmUp }, examples, rows, clock);
    expect([cold, started, bulk, p50]).toEqual([1, 1, 1, 1]);
    expect((await measureLatency(model, examples, rows, clock)).cold).toBeUndefined();
  });

  it('asks about a copy of the examples, the same every time, so that only the large batch prepares it', async () => {
    const { model, clock, calls } = timed(() => 1);
    await measureLatency(model, examples, rows, clock);
    expect(calls[0].examples).toEqual(examples);
    expect(calls[0].examples).not.toBe(examples);
    expect(new Set(calls.map((call) => call.examples)).size).toBe(1);
  });

  it('stops at 40 batches of a slow model, and takes few rows again and again', async () => {
    const { model, clock, calls } = timed(() => 200);
    const { p50 } = await measureLatency(model, examples, rows.subarray(0, 33), clock);
    expect(calls).toHaveLength(42);
    expect(p50).toBeCloseTo(200 / BATCH_ROWS, 12);
    expect(calls.slice(2).every((call) => call.rows.length === BATCH_ROWS)).toBe(true);
    const one = timed(() => 200);
    expect(await measureLatency(one.model, examples, rows.subarray(0, 1), one.clock)).toEqual({
      ...{ bulk: 200, p50: 200, p95: 200 },
    });
  });
});
