import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningServer, type ServeOptions, serve } from '../../src/pipeline/commands/serve.js';
import { exportBundle, rank } from '../../src/pipeline.js';
import { built, type Deployed, deploy } from './deployed.js';

let deployed: Deployed;
let running: RunningServer | null = null;
beforeAll(async () => {
  if (built) deployed = await deploy();
});
afterAll(() => {
  if (built) rmSync(deployed.folder, { recursive: true });
});
afterEach(async () => {
  await running?.close();
  running = null;
});

const OPTIONS = { host: '127.0.0.1', port: 0, workers: 0, maxQueue: 8, timeoutMs: 60_000 };

async function start(more: Partial<ServeOptions> = {}): Promise<RunningServer> {
  running = await serve({ ...OPTIONS, bundle: deployed.bundle, ...more });
  return running;
}

// answers are read by their fields
// biome-ignore lint/suspicious/noExplicitAny: JSON of several shapes
async function post(path: string, body: unknown): Promise<{ status: number; headers: Headers; json: any }> {
  const response = await fetch(`${running!.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, json: await response.json() };
}

const get = (path: string) => fetch(`${running!.url}${path}`);
const products = (count: number) => {
  const lines = readFileSync(deployed.data, 'utf8')
    .split('\n')
    .slice(1, count + 1);
  return lines.map((line) => {
    const [, , , id, , title, brand] = line.split(',');
    return { id, title, brand };
  });
};
const asked = (more: object = {}) => ({ query: 'red lamp', locale: 'us', products: products(4), ...more });

describe.skipIf(!built)('serve (needs npm run build)', () => {
  it('labels products, and says where each answer came from', async () => {
    await start();
    const first = await post('/v1/predict', asked({ explain: true }));
    expect(first.status, JSON.stringify(first.json)).toBe(200);
    expect(first.json.results).toHaveLength(4);
    const [result] = first.json.results;
    expect(Object.values<number>(result.probabilities).reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    expect(result.models.theirs).toMatchObject({
      from: 'silent',
      reason: 'no answer is given with the request',
    });
    expect([result.models.lexical.from, result.cached]).toEqual(['model', false]);
    const contributions = Object.values<{ contribution: Record<string, number> }>(result.models);
    expect(contributions.some(({ contribution }) => contribution.exact !== 0)).toBe(true);
    const again = (await post('/v1/predict', asked({ explain: true }))).json.results[0];
    expect([again.models.lexical.from, again.cached]).toEqual(['cache', true]);
    expect(again.probabilities).toEqual(result.probabilities);
  });

  it('takes answers of models without code from the request, and refuses what is none', async () => {
    await start();
    const own = (values: number[], name = 'theirs') =>
      asked({ products: [{ ...products(1)[0], models: { [name]: values } }] });
    const given = await post('/v1/predict', own([0.7, 0.1, 0.1, 0.1]));
    const without = await post('/v1/predict', asked({ products: products(1) }));
    expect(given.json.results[0].models.theirs.from).toBe('request');
    expect(given.json.results[0].probabilities).not.toEqual(without.json.results[0].probabilities);
    for (const [body, hint] of [
      [own([0.7, 0.1, 0.1]), 'exact, substitute, complement, irrelevant'],
      [own([2, 0, 0, 0]), '4 numbers from 0 to 1'],
      [own([]), '4 numbers from 0 to 1'],
      [own([0.25, 0.25, 0.25, 0.25], 'their'), "'theirs'"],
    ] as const) {
      const { status, json } = await post('/v1/predict', body);
      expect([status, json.error.code]).toEqual([400, 'data']);
      expect(json.error.hint).toContain(hint);
    }
  });

  it('does not let an answer depend on what else is asked', async () => {
    await start();
    const together = (await post('/v1/predict', asked({ products: products(12) }))).json.results;
    await running!.close();
    await start();
    for (const at of [0, 5, 11]) {
      const alone = await post('/v1/predict', asked({ products: [products(12)[at]] }));
      for (const [name, value] of Object.entries<number>(alone.json.results[0].probabilities)) {
        expect(value).toBeCloseTo(together[at].probabilities[name], 6);
      }
    }
  });

  it('answers for a product that the graph does not know, and says so', async () => {
    await start();
    const { json } = await post('/v1/predict', asked({ products: [{ id: 'new', title: 'a red lamp' }] }));
    expect(json.results[0].models.graphsage).toEqual({
      from: 'silent',
      reason: 'product is not in the graph that was frozen',
    });
    expect(json.results[0].models.lexical.from).toBe('model');
  });

  it('orders documents by what their labels are worth', async () => {
    await start({ rerankWeights: new Map([['irrelevant', 1]]) });
    const documents = products(6).map(({ title, id }) => ({ id, text: title }));
    const { json } = await post('/v1/rerank', {
      query: 'red lamp',
      documents,
      top_n: 3,
      return_documents: true,
    });
    const scores = json.results.map((each: { relevance_score: number }) => each.relevance_score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(json.results).toHaveLength(3);
    expect(json.weights).toEqual({ exact: 0, substitute: 0, complement: 0, irrelevant: 1 });
    const { index, document } = json.results[0];
    expect(document).toEqual(documents[index]);
    const predicted = await post('/v1/predict', {
      query: 'red lamp',
      products: [{ id: documents[index].id, title: documents[index].text }],
    });
    expect(predicted.json.results[0].probabilities.irrelevant).toBeCloseTo(scores[0], 6);
  });

  it('speaks the Open Inference Protocol', async () => {
    await start();
    const [{ id, title }] = products(1);
    const tensor = (name: string, data: string[]) => ({
      name,
      shape: [data.length],
      datatype: 'BYTES',
      data,
    });
    const inputs = [tensor('query', ['red lamp']), tensor('product_id', [id]), tensor('title', [title])];
    const { json } = await post('/v2/models/esci/infer', { id: '7', inputs });
    expect(json).toMatchObject({ id: '7', model_name: 'esci' });
    expect(json.outputs.map(({ name, shape }: { name: string; shape: number[] }) => [name, shape])).toEqual([
      ['label', [1]],
      ['probabilities', [1, 4]],
    ]);
    const wrong = await post('/v2/models/esci/infer', {
      inputs: [tensor('query', ['a', 'b']), tensor('product_id', ['c'])],
    });
    expect([wrong.status, wrong.json.error.code]).toEqual([400, 'usage']);
    expect((await get('/v2/health/ready')).status).toBe(200);
  });

  it.each([
    ['{"query":', 'usage'],
    [{ query: 'a', products: [] }, 'usage'],
    [{ query: 'a', products: [{ id: 'x', titel: 'b' }] }, 'usage'],
    [{ query: 'a', products: Array.from({ length: 1001 }, () => ({ id: 'x' })) }, 'usage'],
  ])('refuses a body that is malformed, in the shape of the tool (%#)', async (body, code) => {
    await start();
    const { status, json } = await post('/v1/predict', body);
    expect([status, json.error.code]).toEqual([400, code]);
    expect(json.error.message).toBeTruthy();
  });

  it('counts for Prometheus, and is live and ready', async () => {
    await start();
    await post('/v1/predict', asked());
    const text = await (await get('/metrics')).text();
    expect(text).toContain('esci_requests_total{route="/v1/predict",status="200"} 1');
    expect(text).toContain('esci_model_answers_total{model="lexical",from="model"} 4');
    expect(text).toContain('esci_cache_lookups_total{model="lexical",outcome="computed"} 4');
    expect([(await get('/livez')).status, (await get('/readyz')).status]).toEqual([200, 200]);
  });

  it('refuses more than it can hold with 503 and Retry-After, and answers the rest', async () => {
    await start({ maxQueue: 2, workers: 1 });
    const bodies = Array.from({ length: 8 }, (_, at) =>
      asked({ query: `red lamp ${at}`, products: products(40) }),
    );
    const answers = await Promise.all(bodies.map((body) => post('/v1/predict', body)));
    const refused = answers.filter(({ status }) => status === 503);
    expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 503)).toEqual(
      [],
    );
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.length - refused.length).toBeGreaterThanOrEqual(2);
    expect([refused[0].headers.get('retry-after'), refused[0].json.error.code]).toEqual(['1', 'busy']);
  });

  it('says that it takes too long with 504, and has the answer for the next who asks', async () => {
    await start({ timeoutMs: 1, workers: 1 });
    const late = await post('/v1/predict', asked({ products: products(60) }));
    expect([late.status, late.json.error.code]).toEqual([504, 'timeout']);
  });

  it('answers in threads as in its own', async () => {
    await start();
    const here = (await post('/v1/predict', asked())).json.results;
    await running!.close();
    await start({ workers: 2 });
    expect((await post('/v1/predict', asked())).json.results).toEqual(here);
  });

  it('changes over to another pruning without losing a request or giving a stale answer', async () => {
    const bundle = join(deployed.folder, 'live');
    cpSync(deployed.bundle, bundle, { recursive: true });
    const run = join(deployed.folder, 'run-again');
    cpSync(deployed.run, run, { recursive: true });
    const cache = join(deployed.folder, 'live-cache');
    mkdirSync(cache);
    await start({ bundle, cache, maxQueue: 100 });
    const before = (await post('/v1/predict', asked())).json;
    await rank({ run, budgets: ['2'], forbid: ['graphsage'], replicates: 20, force: false }, { threads: 0 });
    const written = await exportBundle({ run, out: bundle, modules: [deployed.module] }, { threads: 1 });
    const many = Array.from({ length: 30 }, async (_, at) => {
      if (at === 10) await running!.reload();
      return post('/v1/predict', asked());
    });
    const answers = await Promise.all(many);
    expect(answers.map(({ status }) => status)).toEqual(new Array(30).fill(200));
    const after = (await post('/v1/predict', asked())).json;
    expect([before.bundle === written.id, after.bundle]).toEqual([false, written.id]);
    expect(Object.keys(after.results[0].models).sort()).toEqual(
      written.models.map(({ name }) => name).sort(),
    );
    expect(after.results[0].probabilities).not.toEqual(before.results[0].probabilities);
    // models that both keep are not asked again
    const common = written.models.find(({ kind }) => kind !== 'imported')!.name;
    expect(after.results[0].models[common].from).toBe('cache');
    for (const { json } of answers) {
      const same = json.bundle === written.id ? after : before;
      expect(json.results[0].probabilities).toEqual(same.results[0].probabilities);
    }
  });

  it('keeps the old bundle where the new one cannot be loaded', async () => {
    const bundle = join(deployed.folder, 'damaged-later');
    cpSync(deployed.bundle, bundle, { recursive: true });
    await start({ bundle });
    const id = running!.bundle();
    rmSync(join(bundle, 'model.json'));
    await expect(running!.reload()).rejects.toMatchObject({ code: 'data' });
    expect([running!.bundle(), (await post('/v1/predict', asked())).status]).toEqual([id, 200]);
  });

  it('answers what it accepted before it ends', async () => {
    await start({ workers: 1, maxQueue: 5 });
    const pending = Promise.allSettled(
      Array.from({ length: 5 }, (_, at) => post('/v1/predict', asked({ query: `blue mug ${at}` }))),
    );
    const begun = /esci_requests_in_flight [1-5]|"\/v1\/predict",status="200"/;
    while (!begun.test(await (await get('/metrics')).text())) await nextTurn();
    await running!.close();
    running = null;
    const ended = await pending;
    expect(ended.map((each) => each.status === 'fulfilled' && each.value.status)).toEqual(
      new Array(5).fill(200),
    );
  });

  it('serves a page that loads nothing from elsewhere', async () => {
    await start();
    const response = await get('/');
    const html = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:\/\//);
    expect(html).toContain('<html lang="en">');
  });
});
