import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { normaliseQuery } from '../../data/examples/grouping.js';
import { EsciSelectError } from '../../errors.js';
import { readReason } from '../../io/errors.js';
import { sha256 } from '../../io/hash.js';
import type { PretrainedKind } from './kind.js';
import { GUIDE, SETTINGS_FILE } from './settings.js';

/** What a model's labels were learnt on. */
export interface TrainedOn {
  /** queries: those of a file; unknown: rows of this data may be among what it learnt from */
  readonly kind: 'none' | 'unknown' | 'queries';
  /** normalised, of `queries` only: its rows are answered by nobody who has learnt from them */
  readonly queries: ReadonlySet<string>;
  /** of the file; null without */
  readonly sha256: string | null;
}

/** The word for one model per fold. */
export const PER_FOLD = 'per-fold';

const LEGAL = `"none", "unknown", "${PER_FOLD}", or the name of a file of queries, one a line`;

/**
 * What `trainedOn` says. An encoder whose head is trained here need not say it: it is taken to have learnt from no labels.
 *
 * @throws EsciSelectError('usage') where a ready model does not say it, or the file cannot be read; 'data' for an empty one
 */
export async function readTrainedOn(
  said: string | undefined,
  { folder, kind }: { folder: string; kind: PretrainedKind },
): Promise<TrainedOn> {
  const path = resolve(folder, SETTINGS_FILE);
  if (said === undefined && kind === 'onnx') {
    throw new EsciSelectError('usage', 'the ready model does not say what it was trained on (trainedOn)', {
      path,
      hint: `write { "trainedOn": ... } into it: ${LEGAL}; ${GUIDE} says what each means`,
    });
  }
  if (said === undefined || said === 'none') return { kind: 'none', queries: new Set(), sha256: null };
  if (said === 'unknown') return { kind: 'unknown', queries: new Set(), sha256: null };
  if (said === PER_FOLD) {
    throw new EsciSelectError('data', `trainedOn is "${PER_FOLD}" where one model is due`, {
      path,
      hint: `only the folder around fold-1, fold-2, ... of an onnx: model says so; here it may be ${LEGAL}`,
    });
  }
  return readQueries(resolve(folder, said));
}

async function readQueries(path: string): Promise<TrainedOn> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new EsciSelectError('usage', `cannot read the queries that trainedOn names: ${readReason(cause)}`, {
      path,
      hint: `trainedOn may be ${LEGAL}`,
      cause,
    });
  }
  const lines = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r?\n/);
  const queries = new Set(lines.map(normaliseQuery).filter((query) => query !== ''));
  if (queries.size > 0) return { kind: 'queries', queries, sha256: sha256(bytes) };
  throw new EsciSelectError('data', 'file of queries that trainedOn names has none', {
    path,
    hint: 'write one query a line, or "trainedOn": "none" if the model has learnt from no labels',
  });
}

/** Whether a model has learnt from a query's labels, as far as it says. */
export function hasSeen({ queries }: TrainedOn, query: string): boolean {
  return queries.has(normaliseQuery(query));
}
