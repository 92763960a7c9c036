import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rank, report, TRAIN_DEFAULTS, train } from '../../dist/index.js';
import * as tables from './tables.mjs';

/**
 * Small valid inputs of every kind and a finished run, in a folder. An input is tried as `target` says (targets.mjs), written
 * under `name`; `beside` are files that stand beside it.
 */
export async function makeCorpus(folder) {
  mkdirSync(join(folder, 'predictions'), { recursive: true });
  const data = join(folder, 'judgements.csv');
  writeFileSync(data, tables.csvOf(tables.judgements()));
  for (const model of [0, 1, 2])
    writeFileSync(join(folder, `predictions/m${model}.csv`), tables.predictionsCsv(model));
  writeFileSync(join(folder, 'predictions/costs.csv'), 'model,latency_ms\nm0,1\nm1,2\nm2,3\n');
  const run = join(folder, 'run');
  await makeRun(run, data, join(folder, 'predictions'));
  const inputs = [...examples(), ...predictions(), ...(await parquets(folder)), ...documents(run)];
  return { data, run, inputs };
}

async function makeRun(run, data, predictions) {
  const boosting = { rounds: 5, minDataInLeaf: 2, earlyStoppingRounds: 2 };
  const options = {
    data: [data],
    models: 'lexical',
    predictions: [predictions],
    folds: 3,
    measure: false,
    boosting,
  };
  await train({ ...TRAIN_DEFAULTS, ...options, run }, { threads: 1 });
  await rank({ run, budgets: ['2'], replicates: 100, refits: 2 }, { threads: 1 });
  await report({ run, formats: ['json', 'paired'] });
}

function examples() {
  const records = tables.judgements();
  const kind = (name, bytes, beside) => ({
    kind: `examples ${name}`,
    target: 'examples',
    name,
    bytes: Buffer.from(bytes),
    beside,
  });
  const products = records.map(({ product_id, product_locale }) => ({
    product_locale,
    product_id,
    product_title: 'a lamp',
    product_brand: 'b',
  }));
  const sources = Array.from({ length: 10 }, (_, query_id) => ({ query_id, source: 'other' }));
  const behaviours = records.map(({ query_id, product_id, product_locale }) => ({
    query_id,
    product_locale,
    product_id,
    impressions: 9,
    clicks: 3,
    adds: 2,
    purchases: 1,
  }));
  const csv = tables.csvOf(records);
  return [
    kind('judgements.csv', csv),
    kind('judgements.tsv', tables.csvOf(records, '\t')),
    kind('judgements.jsonl', tables.jsonLines(records)),
    kind('judgements.json', JSON.stringify(records)),
    kind('judgements.csv.gz', tables.gzip(csv)),
    kind('judgements.csv.zip', tables.zip([['judgements.csv', Buffer.from(csv)]])),
    kind('products.csv', tables.csvOf(products), { 'judgements.csv': csv }),
    kind('sources.csv', tables.csvOf(sources), { 'judgements.csv': csv }),
    kind('behaviours.csv', tables.csvOf(behaviours), { 'judgements.csv': csv }),
  ];
}

function predictions() {
  const csv = tables.predictionsCsv(0);
  const long = [0, 1].flatMap((model) =>
    tables.predictionRecords(model).map((record) => ({ model: `m${model}`, ...record })),
  );
  const labels = tables.judgements().map(({ example_id, esci_label }) => ({ example_id, esci_label }));
  const ids = `example_id\n${Array.from({ length: tables.ROWS }, (_, row) => row).join('\n')}\n`;
  const pipeline = tables.probabilities(0).map((p, row) => ({
    example_id: row,
    output: tables.CLASSES.map((label, k) => ({ label, score: p[k] })),
  }));
  const kind = (name, bytes, more) => ({
    kind: `predictions ${name}`,
    target: 'predictions',
    name,
    bytes: Buffer.from(bytes),
    ...more,
  });
  return [
    kind('m.csv', csv),
    kind('m.tsv', csv.replaceAll(',', '\t')),
    kind('m.csv.gz', tables.gzip(csv)),
    kind('m.csv.zip', tables.zip([['m.csv', Buffer.from(csv)]])),
    kind('m.csv.bz2', tables.bzip2()),
    kind('m.csv.xz', tables.xz()),
    kind('m.csv.zst', tables.zstd(csv)),
    kind('m.jsonl', tables.jsonLines(tables.predictionRecords(0))),
    kind('m.json', JSON.stringify(tables.predictionRecords(0))),
    kind('pipeline.jsonl', tables.jsonLines(pipeline)),
    kind('long.csv', tables.csvOf(long)),
    kind('labels.csv', tables.csvOf(labels)),
    kind('m.arrow', tables.arrowFile()),
    kind('m.arrows', tables.arrowStream()),
    kind('batches.arrow', tables.batchedFile()),
    kind('m.feather', tables.lz4Feather()),
    kind('views.arrows', tables.viewsAndLists()),
    kind('m.npy', tables.logits(), { beside: { 'ids.csv': ids } }),
    kind('m.npz', tables.npz()),
    kind('ids.csv', ids, { beside: { 'm.npy': tables.logits() } }),
    kind('costs.csv', 'model,latency_ms,usd_per_1k\nm,1.5,0.1\nn,2,\n', { beside: { 'm.csv': csv } }),
    kind(
      'm.json card',
      JSON.stringify({ model: 'm', family: 'text', costs: { latency_ms: { value: 2, unit: 'ms' } } }),
      { name: 'm.json', beside: { 'm.csv': csv } },
    ),
  ];
}

async function parquets(folder) {
  const made = [];
  for (const [source, target, codec] of [
    ['judgements.csv', 'examples', 'snappy'],
    ['predictions/m0.csv', 'predictions', 'zstd'],
    ['predictions/m0.csv', 'predictions', 'uncompressed'],
  ]) {
    const path = join(folder, `${target}.parquet`);
    await tables.parquetOf(join(folder, source), path, codec);
    made.push({ kind: `${target} parquet, ${codec}`, target, name: 'm.parquet', bytes: readFileSync(path) });
  }
  return made;
}

/** JSON that is read as a whole. */
function documents(run) {
  const gates = { gates: ['macroF1 drop > 0.5', { score: 'accuracy', kind: 'significantly worse' }] };
  const config = {
    common: { threads: 1 },
    rank: { budget: ['2'] },
    train: { folds: 3, boosting: undefined },
  };
  const kind = (name, target, bytes) => ({ kind: name, target, name, bytes: Buffer.from(bytes) });
  return [
    kind('gates.json', 'gates', JSON.stringify(gates)),
    kind('config.json', 'config', JSON.stringify(config)),
    kind('report.json', 'report', readFileSync(join(run, 'report/report.json'))),
    kind('paired.json', 'paired', readFileSync(join(run, 'report/paired.json'))),
    kind('model.json', 'model', readFileSync(join(run, 'ensemble/model.json'))),
    kind('pruned model.json', 'model', readFileSync(join(run, 'decision/model.json'))),
  ];
}
