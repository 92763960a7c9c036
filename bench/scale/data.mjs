// Writes a synthetic task as parquet files: judgements without text and one file of probabilities per model.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const CLASSES = ['exact', 'substitute', 'complement', 'irrelevant'];

/** Deterministic: values are hashes of the row number. About 20 rows a query, a quarter of the queries in test. */
export async function writeTask(folder, rows, models) {
  await mkdir(join(folder, 'predictions'), { recursive: true });
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const uniform = (salt) => `((hash(i * 1000003 + ${salt}) % 1000000) / 1000000.0)`;
  const label = `CASE WHEN ${uniform(1)} < 0.65 THEN 0 WHEN ${uniform(1)} < 0.87 THEN 1 WHEN ${uniform(1)} < 0.90 THEN 2 ELSE 3 END`;
  const split = `CASE WHEN hash(i // 20) % 4 = 0 THEN 'test' ELSE 'train' END`;
  const data = join(folder, 'examples.parquet');
  await connection.run(`COPY (SELECT i AS example_id, 'query ' || (i // 20) AS query, i // 20 AS query_id, 'P' || i AS product_id,
    'us' AS product_locale, ['E','S','C','I'][1 + ${label}] AS esci_label, ${split} AS split
    FROM range(${rows}) t(i)) TO '${data}' (FORMAT parquet)`);
  for (let model = 0; model < models; model++) {
    const skill = 0.35 + 0.5 * (model / models);
    const raw = CLASSES.map(
      (_, k) =>
        `(0.15 + ${uniform(10 + 10 * model + k)} + CASE WHEN l = ${k} AND s < ${skill} THEN 1.5 ELSE 0 END) AS r${k}`,
    );
    const shares = CLASSES.map((name, k) => `(r${k} / (r0 + r1 + r2 + r3))::FLOAT AS p_${name}`);
    await connection.run(`COPY (SELECT i AS example_id, ${shares.join(', ')} FROM
      (SELECT i, ${raw.join(', ')} FROM (SELECT i, ${label} AS l, ${uniform(5000 + model)} AS s FROM range(${rows}) t(i))))
      TO '${join(folder, 'predictions', `model-${String(model).padStart(2, '0')}.parquet`)}' (FORMAT parquet)`);
  }
  connection.closeSync();
  return { data, predictions: join(folder, 'predictions') };
}
