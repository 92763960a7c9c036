import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { logRun } from '../../../src/pipeline/publish/mlflow.js';

const key = z
  .string()
  .regex(/^[\w\-. :/]+$/)
  .max(250);
const time = z.number().int().positive();
const texts = (most: number, count: number) =>
  z.array(z.strictObject({ key, value: z.string().max(most) })).max(count);

/** The requests of MLflow's REST API 2.0, as its reference has them, with its "Request Limits". */
const REQUESTS: Record<string, z.ZodType> = {
  'POST experiments/create': z.strictObject({ name: z.string().min(1) }),
  'POST runs/create': z.strictObject({
    experiment_id: z.literal('7'),
    run_name: z.string(),
    start_time: time,
    tags: texts(5000, 100),
  }),
  'POST runs/log-batch': z
    .strictObject({
      run_id: z.literal('abc'),
      metrics: z
        .array(z.strictObject({ key, value: z.number(), timestamp: time, step: z.number().int() }))
        .max(1000),
      params: texts(6000, 100),
    })
    .refine(({ metrics, params }) => metrics.length + params.length <= 1000),
  'POST runs/update': z.strictObject({
    run_id: z.literal('abc'),
    status: z.enum(['FINISHED', 'FAILED']),
    end_time: time,
  }),
};

let server: Server;
let seen: { what: string; body: Record<string, unknown>; authorization: string | undefined }[];
let experiments: Set<string>;
let broken: string | null;
beforeEach(async () => {
  seen = [];
  experiments = new Set();
  broken = null;
  server = createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const url = new URL(request.url!, 'http://localhost');
    const what = `${request.method} ${url.pathname.replace('/api/2.0/mlflow/', '')}`;
    const body = text === '' ? {} : JSON.parse(text);
    seen.push({ what, body, authorization: request.headers.authorization });
    const { status, value } = answer(what, url, body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

function answer(what: string, url: URL, body: { name?: string }): { status: number; value: object } {
  const refused = (status: number, message: string) => ({ status, value: { error_code: 'X', message } });
  if (what === broken) return refused(400, 'not now');
  if (what === 'GET experiments/get-by-name') {
    const known = experiments.has(url.searchParams.get('experiment_name')!);
    return known
      ? { status: 200, value: { experiment: { experiment_id: '7' } } }
      : refused(404, 'no such experiment');
  }
  const checked = REQUESTS[what]?.safeParse(body);
  if (checked?.success !== true) return refused(400, String(checked?.error ?? what));
  if (what === 'POST experiments/create') experiments.add(body.name!);
  const values = {
    'POST experiments/create': { experiment_id: '7' },
    'POST runs/create': { run: { info: { run_id: 'abc' } } },
  };
  return { status: 200, value: values[what as keyof typeof values] ?? {} };
}

const run = (metrics: number, params = 2) => ({
  experiment: 'search & find',
  name: 'rank',
  metrics: new Map(Array.from({ length: metrics }, (_, at) => [`f1_cl@ss${at}`, at / 10] as const)),
  params: new Map(Array.from({ length: params }, (_, at) => [`p${at}`, 'x'.repeat(7000)] as const)),
  tags: new Map([['team', 'search']]),
  time: 1_700_000_000_000,
});
const to = (authorization: string | null = null) => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
  authorization,
});

describe('logRun', () => {
  it('makes the experiment once, and logs by the requests that the reference has', async () => {
    expect(await logRun(to('Bearer t'), run(3))).toEqual({ experimentId: '7', runId: 'abc' });
    const first = ['GET experiments/get-by-name', 'POST experiments/create'];
    const rest = ['POST runs/create', 'POST runs/log-batch', 'POST runs/update'];
    expect(seen.map(({ what }) => what)).toEqual([...first, ...rest]);
    expect(seen.every(({ authorization }) => authorization === 'Bearer t')).toBe(true);
    expect(seen[3].body.metrics).toContainEqual({
      key: 'f1_cl_ss2',
      value: 0.2,
      timestamp: 1_700_000_000_000,
      step: 0,
    });
    expect(seen[4].body.status).toBe('FINISHED');
    seen.length = 0;
    await logRun(to(), run(3));
    expect(seen.map(({ what }) => what)).toEqual([first[0], ...rest]);
  });

  it('keeps every request within the limits, and loses nothing', async () => {
    await logRun(to(), run(2500, 250));
    const batches = seen.filter(({ what }) => what === 'POST runs/log-batch');
    expect(batches.length).toBeGreaterThan(1);
    const total = (name: string) =>
      batches.reduce((sum, { body }) => sum + (body[name] as unknown[]).length, 0);
    expect([total('metrics'), total('params')]).toEqual([2500, 250]);
  });

  it('marks a run as failed where the server refuses its metrics, and says why', async () => {
    broken = 'POST runs/log-batch';
    await expect(logRun(to(), run(3))).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('not now'),
    });
    expect(seen.at(-1)).toMatchObject({ what: 'POST runs/update', body: { status: 'FAILED' } });
  });
});
