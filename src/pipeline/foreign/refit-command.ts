import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EsciSelectError, quote } from '../../errors.js';
import { readTable } from '../../io/read.js';
import type { Table } from '../../io/table.js';
import { interruption } from '../../threads/pool-options.js';
import type { PipelineContext } from '../events.js';
import type { RowFolds } from './refit-own.js';

/** Probabilities of a row may sum to as much as this beside 1. */
const SUM_TOLERANCE = 1e-3;
const LAST_CHARACTERS = 2000;

/** What the user's trainer is told. */
export interface RefitRequest {
  readonly command: string;
  /** names of the table's columns to train on, and the players that own them */
  readonly columns: readonly string[];
  readonly players: readonly string[];
  readonly classes: readonly string[];
  readonly folds: RowFolds;
}

/**
 * Calls the user's own trainer, `COMMAND --columns kept.json --out predictions.parquet`, and reads probabilities
 * [row][class] of the table's rows in order. kept.json holds `columns`, `players`, `classes`, `folds` and `fold` [row]: each
 * row is to be predicted by a model that saw no row of its fold. Throws 'usage' where the command fails, 'data' where what
 * it wrote does not fit.
 */
export async function refitByCommand(
  request: RefitRequest,
  { signal }: PipelineContext,
): Promise<Float32Array> {
  const folder = await mkdtemp(join(tmpdir(), 'esci-select-refit-'));
  try {
    const kept = join(folder, 'kept.json');
    const out = join(folder, 'predictions.parquet');
    const { columns, players, classes, folds } = request;
    const content = { columns, players, classes, folds: folds.folds, fold: [...folds.ofRow] };
    await writeFile(kept, `${JSON.stringify(content)}\n`);
    await run(`${request.command} --columns "${kept}" --out "${out}"`, request.command, signal);
    return probabilitiesOf(await readTable(out), request);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(line: string, command: string, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(line, { shell: true, stdio: ['ignore', 'ignore', 'pipe'], signal });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-LAST_CHARACTERS);
    });
    const failed = (how: string, cause?: unknown) => {
      const last = said.trim().split('\n').pop() ?? '';
      return new EsciSelectError('usage', `--refit ${quote(command)} ${how}`, {
        hint: last === '' ? 'run it by hand with --columns and --out' : `it said ${quote(last)}`,
        cause,
      });
    };
    child.on('error', (error) => {
      reject(signal?.aborted ? interruption(signal) : failed('cannot be started', error));
    });
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(signal?.aborted ? interruption(signal) : failed(`ended with exit code ${code}`));
    });
  });
}

function probabilitiesOf(table: Table, { classes, folds, command }: RefitRequest): Float32Array {
  const bad = (problem: string) =>
    new EsciSelectError('data', `predictions of --refit ${quote(command)} ${problem}`, {
      hint: `write a row for each row of the table, in its order, with the columns ${classes.map(quote).join(', ')}`,
    });
  const rows = folds.ofRow.length;
  if (table.rows !== rows) throw bad(`have ${table.rows} rows, the table ${rows}`);
  const probabilities = new Float32Array(rows * classes.length);
  classes.forEach((name, k) => {
    const column = table.columns.get(name);
    if (column?.kind !== 'number') throw bad(`have no column of numbers ${quote(name)}`);
    for (let row = 0; row < rows; row++) {
      probabilities[row * classes.length + k] = column.missing?.[row] === 1 ? Number.NaN : column.values[row];
    }
  });
  for (let row = 0; row < rows; row++) {
    const own = probabilities.subarray(row * classes.length, (row + 1) * classes.length);
    const sum = own.reduce((total, value) => total + value, 0);
    const sound = own.every((value) => value >= 0 && value <= 1) && Math.abs(sum - 1) <= SUM_TOLERANCE;
    if (!sound) throw bad(`are no probabilities in row ${row + 1}, whose sum is ${sum}`);
  }
  return probabilities;
}
