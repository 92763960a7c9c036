import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Examples } from '../../data/examples/examples.js';
import { readExamples } from '../../data/examples/file.js';
import { normaliseQuery } from '../../data/examples/grouping.js';
import { EsciSelectError, quote } from '../../errors.js';
import { safeFileName } from '../../io/atomic.js';
import { canonicalJson, sha256 } from '../../io/hash.js';
import { RunFolder } from '../../run/run-folder.js';
import { EXAMPLES_FILE } from '../stages/data.js';
import { PROTOCOL_FILE } from '../stages/protocol.js';
import { readProtocol } from './protocol.js';

/** Files of saved models by the model's name. */
export type WarmStartFiles = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

const STAGE = 'model:';

/** A trained model's curves, beside the files that it has saved itself. */
export const CURVES_FILE = 'curves.json';

/** What a warm start's run is known by in another run's manifest: a hash of its models, without its path. */
export async function warmStartIdentity(path: string | null): Promise<string | null> {
  if (path === null) return null;
  const { manifest } = await RunFolder.open(path);
  const outputs = Object.keys(manifest.stages)
    .filter((name) => name.startsWith(STAGE))
    .sort()
    .map((name) => manifest.stages[name].outputs.map(({ sha256: hash }) => hash));
  return sha256(canonicalJson(outputs));
}

/**
 * The saved models of a run, to start the training of those of the same names from; none for no run.
 *
 * @throws EsciSelectError('usage') where a model was not trained in that run, or where it has learnt from queries of
 * this data: weights that have seen a query's judgements cannot be judged on that query, neither held out nor in the test
 */
export async function readWarmStart(
  path: string | null,
  names: readonly string[],
  examples: Examples,
): Promise<WarmStartFiles> {
  const files = new Map<string, ReadonlyMap<string, Uint8Array>>();
  if (path === null) return files;
  const run = await RunFolder.open(path);
  const saved = Object.keys(run.manifest.stages)
    .filter((stage) => stage.startsWith(STAGE))
    .map((stage) => stage.slice(STAGE.length));
  const lacking = names.find((name) => !saved.includes(name));
  if (lacking !== undefined) {
    const list = saved.length === 0 ? 'no models' : saved.join(', ');
    throw new EsciSelectError('usage', `run to start from has no trained model ${quote(lacking)}`, {
      path,
      hint: `it has ${list}: name those with --models, or leave --warm-start out`,
    });
  }
  await refuseSeenQueries(run, path, examples);
  for (const name of names) {
    files.set(name, await readModelFiles(run, name));
  }
  return files;
}

/** The files that a trained model has saved in a run, by name and in order of name; the record of its stage lists them. */
async function readModelFiles(run: RunFolder, name: string): Promise<Map<string, Uint8Array>> {
  const folder = posix.join('models', safeFileName(name));
  const files = new Map<string, Uint8Array>();
  for (const { path } of run.manifest.stages[`${STAGE}${name}`].outputs) {
    const file = posix.basename(path);
    if (posix.dirname(path) !== folder || file === CURVES_FILE) continue;
    files.set(file, new Uint8Array(await readFile(run.file(join(folder, file)))));
  }
  return files;
}

async function refuseSeenQueries(run: RunFolder, path: string, examples: Examples): Promise<void> {
  const other = await readExamples(run.file(EXAMPLES_FILE), { text: false });
  const { foldOf } = await readProtocol(run.file(PROTOCOL_FILE));
  const seen = queriesWhere(other, (row) => foldOf[row] >= 0);
  const own = queriesWhere(examples, () => true);
  const shared = [...own].filter((query) => seen.has(query)).length;
  if (shared === 0) return;
  throw new EsciSelectError(
    'usage',
    `run to start from has learnt from ${shared} of this data's ${own.size} judged queries: what it would be judged on, it has seen`,
    { path, hint: 'give --warm-start a run trained on other queries, or train without it' },
  );
}

/** Locale and normalised text of the queries of labelled rows. */
function queriesWhere(examples: Examples, keep: (row: number) => boolean): Set<string> {
  const queries = new Set<string>();
  for (let row = 0; row < examples.rows; row++) {
    if (examples.label[row] >= 0 && keep(row)) {
      queries.add(`${examples.locale[row]}\n${normaliseQuery(examples.query[row])}`);
    }
  }
  return queries;
}
