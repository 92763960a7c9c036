// A stack that XGBoost fits on a task: the joined table, who owns which columns, and the model, as files of the folder.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { pythonOf } from '../setup.mjs';
import { runProgram } from './measure.mjs';

/** Names of the files in the task's folder, which both programs run in. */
export const STACK = { model: 'stack.json', table: 'table.parquet', players: 'players.json' };

/** Options as words of a command line. */
export const wordsOf = (options) =>
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);

/** Writes one parquet file of float32 columns, `m00_exact` and so on, in the order of the examples. */
async function writeTable(folder, { data, predictions, classes }, files) {
  const columns = files.flatMap((_, at) =>
    classes.map((name) => `p${at}.p_${name}::FLOAT AS ${prefixOf(at)}${name}`),
  );
  const joins = files.map((file, at) => `JOIN '${join(predictions, file)}' p${at} USING (example_id)`);
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  await connection.run(`COPY (SELECT ${columns.join(', ')} FROM '${data}' e ${joins.join(' ')} ORDER BY e.example_id)
    TO '${join(folder, STACK.table)}' (FORMAT parquet)`);
  connection.closeSync();
}

/** What the columns of a model begin with. */
const prefixOf = (model) => `m${String(model).padStart(2, '0')}_`;

/** Makes the stack of a task; what made it: { rounds, python, xgboost, pandas, pyarrow }. */
export async function makeStack(folder, task, { rounds, threads }) {
  const files = readdirSync(task.predictions).sort();
  await writeTable(folder, task, files);
  const players = files.map((file, at) => ({
    name: file.replace(/\.parquet$/, ''),
    columns: [`${prefixOf(at)}*`],
  }));
  writeFileSync(join(folder, STACK.players), JSON.stringify({ classes: task.classes, players }));
  const script = fileURLToPath(new URL('stack.py', import.meta.url));
  const told = { examples: task.data, table: STACK.table, out: STACK.model };
  return JSON.parse(
    await runProgram(pythonOf('main'), [script, ...wordsOf({ ...told, rounds, threads })], { folder }),
  );
}
