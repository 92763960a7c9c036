// Writes a synthetic task as parquet files: judgements without text and one file of probabilities per model.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const ESCI = ['exact', 'substitute', 'complement', 'irrelevant'];

/**
 * Deterministic: values are hashes of the row number. 20 rows a query, a quarter of the queries in test. With other
 * than four classes they are named c00, c01 and so on, and the first is the most frequent.
 */
export async function writeTask(folder, rows, models, classes = ESCI.length) {
  const isEsci = classes === ESCI.length;
  const names = isEsci ? ESCI : Array.from({ length: classes }, (_, k) => `c${String(k).padStart(2, '0')}`);
  await mkdir(join(folder, 'predictions'), { recursive: true });
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const uniform = (salt) => `((hash(i * 1000003 + ${salt}) % 1000000) / 1000000.0)`;
  const label = isEsci
    ? `CASE WHEN ${uniform(1)} < 0.65 THEN 0 WHEN ${uniform(1)} < 0.87 THEN 1 WHEN ${uniform(1)} < 0.90 THEN 2 ELSE 3 END`
    : `floor(${classes} * pow(${uniform(1)}, 1.5))::INT`;
  const written = isEsci ? ['E', 'S', 'C', 'I'] : names;
  const split = `CASE WHEN hash(i // 20) % 4 = 0 THEN 'test' ELSE 'train' END`;
  const data = join(folder, 'examples.parquet');
  await connection.run(`COPY (SELECT i AS example_id, 'query ' || (i // 20) AS query, i // 20 AS query_id, 'P' || i AS product_id,
    'us' AS product_locale, [${written.map((name) => `'${name}'`)}][1 + ${label}] AS esci_label, ${split} AS split
    FROM range(${rows}) t(i)) TO '${data}' (FORMAT parquet)`);
  for (let model = 0; model < models; model++) {
    const skill = 0.35 + 0.5 * (model / models);
    const raw = names.map(
      (_, k) =>
        `(0.15 + ${uniform(10 + Math.max(10, classes) * model + k)} + CASE WHEN l = ${k} AND s < ${skill} THEN 1.5 ELSE 0 END) AS r${k}`,
    );
    const sum = names.map((_, k) => `r${k}`).join(' + ');
    const shares = names.map((name, k) => `(r${k} / (${sum}))::FLOAT AS p_${name}`);
    await connection.run(`COPY (SELECT i AS example_id, ${shares.join(', ')} FROM
      (SELECT i, ${raw.join(', ')} FROM (SELECT i, ${label} AS l, ${uniform(5000 + model)} AS s FROM range(${rows}) t(i))))
      TO '${join(folder, 'predictions', `model-${String(model).padStart(2, '0')}.parquet`)}' (FORMAT parquet)`);
  }
  connection.closeSync();
  return { data, predictions: join(folder, 'predictions'), classes: names };
}
