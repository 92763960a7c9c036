// Writes a task of the size that a report must bear: judgements with titles, of which exactly so many are test rows.

import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { writeTask } from '../scale/data.mjs';

/** The scale benchmark's task, split anew: the first `testRows` rows are test, `trainRows` more are train. */
export async function writeReportTask(folder, { testRows, trainRows, models }) {
  const task = await writeTask(folder, testRows + trainRows, models);
  const data = join(folder, 'judgements.parquet');
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const query = `query_id + CASE WHEN example_id < ${testRows} THEN 0 ELSE 1 END`;
  await connection.run(`COPY (SELECT * REPLACE ('query ' || (${query}) AS query, ${query} AS query_id,
    CASE WHEN example_id < ${testRows} THEN 'test' ELSE 'train' END AS split),
    'Title of product ' || example_id || ', a name as long as those that shops like to give their goods' AS product_title
    FROM '${task.data}') TO '${data}' (FORMAT parquet)`);
  connection.closeSync();
  return { data, predictions: task.predictions };
}
