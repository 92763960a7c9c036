import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/math/random.js';
import { exportBundle, rank, TRAIN_DEFAULTS, train } from '../../src/pipeline.js';
import { shop } from '../models/shop.js';

const root = join(import.meta.dirname, '../..');
/** Whether workers can be started. */
export const built = existsSync(join(root, 'dist/models/cross-fit.worker.js'));

export const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];

/** A run of a model of each kind, ranked, and the bundle of its decision. */
export interface Deployed {
  readonly folder: string;
  readonly data: string;
  readonly predictions: string;
  readonly run: string;
  readonly module: string;
  readonly bundle: string;
}

/** A user's own model: the longer the title, the likelier the last class. */
const OWN = `
const answer = (bias, title) => {
  const p = 1 / (2 + bias + (title ?? '').length / 20);
  return [p, p / 2, p / 4, 1 - p - p / 2 - p / 4];
};
const fitted = (bias) => ({
  parameters: 1,
  bytes: 8,
  curve: [{ epoch: 0, loss: 1, validationLoss: null }],
  predict: async (examples, rows) =>
    Float32Array.from([...rows].flatMap((row) => answer(bias, examples.text.title[row]))),
  save: async () => new Map([['bias.json', new TextEncoder().encode(JSON.stringify(bias))]]),
  dispose() {},
});
export default {
  name: 'lengths',
  family: 'text',
  description: 'the length of the title',
  needs: ['text'],
  fit: async ({ rows }) => fitted(rows.length / 1000),
  load: async (files) => fitted(JSON.parse(new TextDecoder().decode(files.get('bias.json')))),
};
`;

/** Trains and ranks on a small shop with text; every fourth query is test, every third is Spanish. */
export async function deploy(): Promise<Deployed> {
  const folder = mkdtempSync(join(tmpdir(), 'esci-select-serving-'));
  const examples = shop({ queries: 40, perQuery: 7 });
  const random = createRandom(3);
  const locale = (row: number) => (examples.group[row] % 3 === 0 ? 'es' : 'us');
  const rows = Array.from({ length: examples.rows }, (_, row) => row);
  const lines = rows.map((row) =>
    [
      row,
      examples.query[row],
      examples.group[row],
      `${examples.productId[row]}`,
      locale(row),
      examples.text!.title[row],
      examples.text!.brand[row],
      CLASSES[examples.label[row]],
      examples.group[row] % 4 === 0 ? 'test' : 'train',
    ].join(','),
  );
  const head =
    'example_id,query,query_id,product_id,product_locale,product_title,product_brand,esci_label,split';
  const data = join(folder, 'judgements.csv');
  writeFileSync(data, `${[head, ...lines].join('\n')}\n`);
  const theirs = rows.map((row) => {
    const raw = CLASSES.map((_, k) => 0.2 + random.uniform() + (k === examples.label[row] ? 0.8 : 0));
    const sum = raw.reduce((a, b) => a + b);
    return [row, ...raw.map((value) => (value / sum).toFixed(6))].join(',');
  });
  const predictions = join(folder, 'theirs.csv');
  writeFileSync(
    predictions,
    `${['example_id,p_exact,p_substitute,p_complement,p_irrelevant', ...theirs].join('\n')}\n`,
  );
  const module = join(folder, 'lengths.mjs');
  writeFileSync(module, OWN);
  const run = join(folder, 'run');
  await train(
    {
      ...TRAIN_DEFAULTS,
      run,
      data: [data],
      models: `lexical,graphsage,${module}`,
      predictions: [predictions],
      folds: 2,
      measure: false,
      boosting: { rounds: 8 },
    },
    { threads: 0 },
  );
  const require = ['lexical', 'graphsage', 'lengths', 'theirs'];
  await rank({ run, budgets: ['4'], require, replicates: 20, force: false }, { threads: 0 });
  const bundle = join(folder, 'bundle');
  await exportBundle({ run, out: bundle, modules: [module], precompute: 20 }, { threads: 1 });
  return { folder, data, predictions, run, module, bundle };
}
