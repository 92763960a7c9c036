import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { Examples } from '../../data/examples/examples.js';
import { normaliseQuery } from '../../data/examples/grouping.js';
import { EsciSelectError, quote } from '../../errors.js';
import { canonicalJson, sha256 } from '../../io/hash.js';
import { RunFolder } from '../../run/run-folder.js';
import { curvesOf, EXAMPLES, modelPath, PROTOCOL, STAGES, trainedModelNames } from './layout.js';

/** Files of saved models by the model's name. */
export type WarmStartFiles = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

/** What a warm start's run is known by in another run's manifest: a hash of its models, without its path. */
export async function warmStartIdentity(path: string | null): Promise<string | null> {
  if (path === null) return null;
  const { manifest } = await RunFolder.open(path);
  const outputs = Object.keys(manifest.stages)
    .filter((name) => STAGES.modelOf(name) !== null)
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
  const saved = trainedModelNames(run);
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
export async function readModelFiles(run: RunFolder, name: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const { path } of run.manifest.stages[STAGES.model(name)].outputs) {
    const file = posix.basename(path);
    if (path !== modelPath(name, file) || path === curvesOf(name).path) continue;
    const verified = await run.verified(path, 'train that run again with --force');
    files.set(file, new Uint8Array(await readFile(verified!))); // its stage has written it
  }
  return files;
}

async function refuseSeenQueries(run: RunFolder, path: string, examples: Examples): Promise<void> {
  const other = await EXAMPLES.read(run, { text: false });
  const { foldOf } = await PROTOCOL.read(run);
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
