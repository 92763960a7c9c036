import { EsciSelectError, quote } from '../../errors.js';
import { arrowBatches } from '../../io/arrow/stream-read.js';
import { interruption } from '../../threads/pool-options.js';
import { openEnsemble } from '../foreign/open.js';
import { STDIN } from '../worker/input-rows.js';
import type { WorkerOptions } from '../worker/plan.js';
import { Worker, type WorkerStatistics, type WorkerStreams } from '../worker/worker.js';

export type { WorkerOptions } from '../worker/plan.js';
export type { WorkerStatistics, WorkerStreams } from '../worker/worker.js';

const ROLES = ['label', 'queryId', 'id'];

/**
 * Attributes the rows of an Arrow IPC stream and gives back an Arrow IPC stream: what an engine such as Spark runs beside
 * each partition. Rows are taken as they come, and the next are asked for once these are done, so memory does not grow
 * with the rows. Throws as explainEnsemble, of rows of stdin.
 */
export async function workerAttribute(
  options: WorkerOptions,
  { input, write }: WorkerStreams,
  signal?: AbortSignal,
): Promise<WorkerStatistics> {
  checkRoles(options);
  const foreign = await openEnsemble(options.ensemble, options.iterations);
  const worker = new Worker(options, foreign, write);
  for await (const part of arrowBatches(input, STDIN)) {
    if (signal?.aborted) throw interruption(signal);
    await worker.take(part);
  }
  return worker.finish();
}

function checkRoles({ columns = new Map(), emit, bootstrap }: WorkerOptions): void {
  const wrong = (problem: string, hint: string) => new EsciSelectError('usage', problem, { hint });
  const unknown = [...columns.keys()].find((role) => !ROLES.includes(role));
  if (unknown !== undefined)
    throw wrong(`--column knows no role ${quote(unknown)}`, `roles: ${ROLES.join(', ')}`);
  if (emit === 'queries' && !columns.has('queryId'))
    throw wrong('--emit queries needs to know the query of each row', 'give --column queryId=NAME');
  if (emit !== 'rows' && columns.has('id'))
    throw wrong('--column id=NAME is given back with rows', 'give --emit rows, or leave it out');
  if (bootstrap === 0) return;
  if (emit !== 'sums') throw wrong('--bootstrap is of sums', 'give --emit sums, or leave --bootstrap out');
  if (columns.has('label') && columns.has('queryId')) return;
  throw wrong('--bootstrap needs labels and queries', 'give --column label=NAME --column queryId=NAME');
}
