// `npm run bench:serve -- --bundle BUNDLE [--bundle SMALLER ...] [--requests 100000] [--out reports/bench-serve.md]`: a Zipf trace to
// `serve`, cold and warm, with and without cache, by one and two workers; what bundles of other decisions of the same run cost;
// then the ensemble alone beside a Python service (--python names an interpreter with bench/serve/requirements.txt). Against
// loopback only; it stops what it starts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openBundle } from '../../dist/serving/bundle/open.js';
import { counted, play } from './load.mjs';
import { makeTrace } from './trace.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { values } = parseArgs({
  options: {
    bundle: { type: 'string', multiple: true },
    uncached: { type: 'string', default: '2000' },
    requests: { type: 'string', default: '100000' },
    connections: { type: 'string', default: '8' },
    out: { type: 'string' },
    python: { type: 'string' },
  },
});
if (values.bundle === undefined) throw new Error('give --bundle: npm run bench:serve -- --bundle bundle');
const requests = Number(values.requests);
const uncached = Number(values.uncached);
const connections = Number(values.connections);
const [bundle, ...others] = await Promise.all(values.bundle.map((path) => openBundle(path)));
const scratch = mkdtempSync(join(tmpdir(), 'esci-select-bench-'));
const children = new Set();

async function started(command, args, isUp) {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return { child, url: await isUp(child) };
}

async function stop(child) {
  child.kill('SIGTERM');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

const startServe = (workers, cache, path = bundle.path) =>
  started(
    process.execPath,
    [
      ...['bin/esci-select.js', 'serve', '--json', '--quiet', '--bundle', path, '--port', '0'],
      ...['--workers', String(workers), '--timeout', '60s'],
      ...(cache === null ? [] : ['--cache', cache]),
    ],
    async (child) => {
      for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line).url;
      throw new Error('serve did not start');
    },
  );

/** One row of the report: a server of its own, the trace once or twice. */
async function measure(name, { workers, cache, bodies, twice, path, alone = false }) {
  const { child, url } = await startServe(workers, cache, path);
  const rows = [];
  try {
    for (const turn of twice ? ['cold', 'warm'] : ['']) {
      const before = counted(
        await (await fetch(`${url}/metrics`)).text(),
        'esci_model_answers_total',
        'from',
      );
      const played = await play(url, bodies, alone ? 1 : connections);
      const after = counted(await (await fetch(`${url}/metrics`)).text(), 'esci_model_answers_total', 'from');
      const since = (from) => (after[from] ?? 0) - (before[from] ?? 0);
      const hits = since('cache') / Math.max(1, since('cache') + since('model'));
      rows.push({ name: turn === '' ? name : `${name}, ${turn}`, hits, ...played });
      console.log(rows.at(-1));
    }
  } finally {
    await stop(child);
  }
  return rows;
}

/** Requests that no cache can help: every query is new, 32 known products each. */
async function coldQueries() {
  const trace = await makeTrace(bundle, Math.min(200, requests), 32);
  return trace.map((body, at) => JSON.stringify({ ...body, query: `${body.query} n${at}` }));
}

/** Bodies that bring every model's answers, so that only the ensemble is timed. */
async function givenAnswers() {
  const trace = await makeTrace(bundle, Math.min(5000, requests), 32);
  const { classes, ensembles } = bundle.manifest;
  const answer = (seed) => {
    const raw = classes.map((_, k) => 1 + ((seed * 31 + k * 17) % 97));
    const sum = raw.reduce((a, b) => a + b);
    return raw.map((value) => value / sum);
  };
  return trace.map(({ query, products }, at) =>
    JSON.stringify({
      query,
      products: products.map(({ id }, place) => ({
        id,
        models: Object.fromEntries(
          ensembles[0].models.map((model, m) => [model, answer(at + 7 * place + 3 * m)]),
        ),
      })),
    }),
  );
}

async function measurePython(bodies) {
  const port = 18_000 + (process.pid % 1000);
  const { child, url } = await started(
    values.python,
    [join(root, 'bench/serve/python-service.py'), bundle.path, String(port)],
    async () => {
      const address = `http://127.0.0.1:${port}`;
      for (let turn = 0; turn < 300; turn++) {
        if (
          await fetch(`${address}/docs`).then(
            () => true,
            () => false,
          )
        )
          return address;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      throw new Error('the Python service did not start');
    },
  );
  try {
    await play(url, bodies.slice(0, 100), connections);
    return { name: 'FastAPI and XGBoost, answers given', hits: 0, ...(await play(url, bodies, connections)) };
  } finally {
    await stop(child);
  }
}

const number = (value, digits = 1) => value.toFixed(digits);
const line = ({ name, hits, requests: count, perSecond, p50, p95, p99, statuses }) =>
  `| ${name} | ${count} | ${number(100 * hits)}% | ${number(perSecond, 0)} | ${number(p50, 2)} | ${number(p95, 2)} | ${number(p99, 2)} | ${Object.entries(
    statuses,
  )
    .map(([status, times]) => `${status}: ${times}`)
    .join(', ')} |`;

function report(rows, pythonRatio) {
  const { models, graph, id } = bundle.manifest;
  return `# What serving costs

\`npm run bench:serve -- --bundle BUNDLE --requests ${requests}\`, Node ${process.versions.node}, ${cpus().length} cores, ${connections} connections on the same
machine. Bundle ${id.slice(0, 12)}: ${models.map(({ name, kind }) => `${name} (${kind})`).join(', ')}${graph === null ? '' : `; a graph of ${graph.queries} queries and ${graph.products} products`}.
The trace: queries by Zipf's law (exponent 1.05), a fifth of them in no graph, 8 products each. "Hits" is the share of models' answers that
came from the cache. Times in milliseconds, of whole requests over HTTP.

| what | requests | hits | requests a second | p50 | p95 | p99 | statuses |
|---|---:|---:|---:|---:|---:|---:|---|
${rows.map(line).join('\n')}
${pythonRatio}`;
}

try {
  const bodies = (await makeTrace(bundle, requests)).map((body) => JSON.stringify(body));
  const rows = [];
  for (const workers of [1, 2]) {
    const cache = join(scratch, `cache-${workers}`);
    const plural = workers === 1 ? '1 worker' : `${workers} workers`;
    rows.push(...(await measure(`${plural}, cache`, { workers, cache, bodies, twice: true })));
  }
  const some = bodies.slice(0, uncached);
  for (const workers of [1, 2]) {
    const name = `${workers} worker${workers === 1 ? '' : 's'}, the same trace without a cache`;
    rows.push(...(await measure(name, { workers, cache: 'none', bodies: some })));
  }
  for (const other of others) {
    const asks = other.manifest.ensembles[0].models;
    const name = `1 worker, without a cache, ${asks.length === 1 ? 'one model' : `${asks.length} models`}: ${asks.join(', ')}`;
    rows.push(...(await measure(name, { workers: 1, cache: 'none', bodies: some, path: other.path })));
  }
  const warmPairs = (await makeTrace(bundle, 500, 32)).map((body) => JSON.stringify(body));
  const warm = await measure('1 worker, cache, 32 products, one connection', {
    ...{ workers: 1, cache: join(scratch, 'cache-32'), bodies: warmPairs, twice: true, alone: true },
  });
  rows.push(...warm);
  const cold = await coldQueries();
  for (const alone of [true, false]) {
    const name = `${alone ? '1 worker' : '2 workers'}, no cache can help: new queries, 32 products${alone ? ', one connection' : ''}`;
    rows.push(...(await measure(name, { workers: alone ? 1 : 2, cache: null, bodies: cold, alone })));
  }
  const given = await givenAnswers();
  const [own] = await measure('ensemble alone, 32 products, answers given', {
    workers: 1,
    cache: null,
    bodies: given,
  });
  rows.push(own);
  let ratio =
    '\nThe Python service was not measured: give `--python` an interpreter with bench/serve/requirements.txt.\n';
  if (values.python !== undefined) {
    const python = await measurePython(given);
    rows.push(python);
    ratio = `\nRatio of requests a second, ours to the Python service's, in this run: ${number(own.perSecond / python.perSecond, 2)}.\n`;
  }
  const text = report(rows, ratio);
  if (values.out !== undefined) writeFileSync(values.out, text);
  else console.log(text);
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}
