// A load generator for loopback: so many connections, each asks for the next request of the trace until it is over.
import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';

/** Plays bodies to a server; milliseconds of each, and how it ended. */
export async function play(url, bodies, connections) {
  const { hostname } = new URL(url);
  if (hostname !== '127.0.0.1') throw new Error('the load generator runs against loopback only');
  const pool = new Pool(url, { connections, pipelining: 1 });
  const times = new Float64Array(bodies.length);
  const statuses = {};
  let next = 0;
  const start = performance.now();
  const client = async () => {
    while (next < bodies.length) {
      const at = next++;
      const began = performance.now();
      const { statusCode, body } = await pool.request({
        path: '/v1/predict',
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: bodies[at],
      });
      await body.dump();
      times[at] = performance.now() - began;
      statuses[statusCode] = (statuses[statusCode] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - start) / 1000;
  await pool.close();
  const sorted = times.slice().sort();
  const quantile = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return {
    requests: bodies.length,
    perSecond: bodies.length / seconds,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    statuses,
  };
}

/** The sum of a counter's lines in Prometheus' text, by one label. */
export function counted(text, name, label) {
  const sums = {};
  for (const [, labels, value] of text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\d+)$`, 'gm'))) {
    const found = new RegExp(`${label}="([^"]*)"`).exec(labels)[1];
    sums[found] = (sums[found] ?? 0) + Number(value);
  }
  return sums;
}
