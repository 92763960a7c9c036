import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { writeFileAtomic } from '../../io/atomic.js';
import { canonicalJson, sha256 } from '../../io/hash.js';
import { freezeGraph } from '../../models/graph/frozen/freeze.js';
import { freezeNodes } from '../../models/graph/frozen/nodes.js';
import { RunFolder } from '../../run/run-folder.js';
import { askHere, prepareServable } from '../../serving/answering/servable.js';
import { BUNDLE_PATHS, type BundledModel } from '../../serving/bundle/manifest.js';
import { writeNodes } from '../../serving/bundle/nodes-file.js';
import { openBundle } from '../../serving/bundle/open.js';
import { PYTHON_READER } from '../../serving/bundle/python.js';
import { takeSample } from '../../serving/bundle/sample.js';
import { type BundleContent, writeBundle } from '../../serving/bundle/write.js';
import type { PipelineContext } from '../events.js';
import { exportedEnsembles } from '../exporting/ensembles.js';
import { type ExportedModel, exportedModels } from '../exporting/models.js';
import { type LoadedRun, loadRun } from '../files/load-run.js';

/** What `exportBundle` can be told. */
export interface ExportOptions {
  readonly run: string;
  /** the folder to write; a bundle that is there is replaced */
  readonly out: string;
  /** modules of the user's own models that are kept, as they were given to `train` */
  readonly modules?: readonly string[];
  /** of so many products, the busiest first, what graph models hear is computed when the bundle is loaded */
  readonly precompute?: number;
}

/** What a bundle holds. */
export interface ExportedBundle {
  readonly schema: 'esci-select/exported/1';
  readonly folder: string;
  /** the bundle's hash */
  readonly id: string;
  readonly classes: readonly string[];
  readonly models: readonly { readonly name: string; readonly kind: 'text' | 'graph' | 'own' | 'imported' }[];
  /** locales that have an ensemble of their own */
  readonly locales: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

/**
 * Writes what a run's decision keeps as a folder that verifies itself, from which `predict` and `serve` answer: ensembles
 * with their rules, kept models, and the graph as it stands. A model whose predictions were imported has no code: it is
 * named, and answers are given for it. The bundle is loaded once before this returns.
 *
 * @throws EsciSelectError('usage') when the run is not ranked or a module is not named, ('model') when a model cannot be
 * loaded, ('io') when the folder cannot be written
 *
 * @example
 * import { exportBundle } from 'esci-select';
 *
 * // a run of `train` and `rank`
 * const { models } = await exportBundle({ run: 'my-run', out: 'my-bundle' }, { threads: 1 });
 * models.map(({ name, kind }) => `${name}: ${kind}`); // => [ 'first: imported', 'second: imported' ]
 */
export async function exportBundle(
  options: ExportOptions,
  context: PipelineContext,
): Promise<ExportedBundle> {
  const run = await RunFolder.open(options.run);
  const loaded = await loadRun(run, { text: true });
  const ensembles = await exportedEnsembles(loaded);
  const names = [...new Set(ensembles.flatMap(({ entry }) => entry.models))].sort();
  const models = await exportedModels(loaded, names, options.modules ?? []);
  for (const { name, note } of models) {
    if (note !== null) context.onEvent?.({ kind: 'note', message: `${name}: ${note}` });
  }
  const manifest = await writeBundle(options.out, async (file) => {
    for (const { entry, bytes } of ensembles) await writeFileAtomic(file(entry.file), bytes);
    const graph = await writeGraph(loaded, models, file, options.precompute ?? 0);
    const bundled: BundledModel[] = [];
    for (const model of models) bundled.push(await writeModel(loaded, model, file, graph?.sha256 ?? null));
    const content = {
      classes: [...loaded.matrix.classes],
      ensembles: ensembles.map(({ entry }) => entry),
      models: bundled,
      graph,
    };
    await writeNotes(loaded, content, file);
    return content;
  });
  await tryOnce(options.out);
  return {
    schema: 'esci-select/exported/1',
    folder: options.out,
    id: manifest.id,
    classes: manifest.classes,
    models: manifest.models.map(({ name, kind }) => ({ name, kind })),
    locales: manifest.ensembles.flatMap(({ locale }) => locale ?? []),
    files: manifest.files.length,
    bytes: manifest.files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

type FileOf = (name: string) => string;

/** The texts and names of the graph's nodes, where a graph model is kept. */
async function writeGraph(
  { examples }: LoadedRun,
  models: readonly ExportedModel[],
  file: FileOf,
  precompute: number,
): Promise<BundleContent['graph']> {
  if (!models.some(({ kind }) => kind === 'graph')) return null;
  const nodes = freezeNodes(examples);
  await writeNodes(nodes, file);
  const { queryKey, query, productId, text } = nodes;
  const hash = sha256(JSON.stringify([queryKey, query, productId, text]));
  return { sha256: hash, queries: queryKey.length, products: productId.length, precompute };
}

async function writeModel(
  { examples }: LoadedRun,
  { name, family, kind, folder, files, module }: ExportedModel,
  file: FileOf,
  graph: string | null,
): Promise<BundledModel> {
  const written = new Map<string, Uint8Array>();
  for (const [own, bytes] of files) written.set(`models/${folder}/${own}`, bytes);
  if (kind === 'graph') {
    for (const [own, bytes] of await freezeGraph(files, examples))
      written.set(`graph/${folder}/${own}`, bytes);
  }
  const paths = [...written.keys()];
  let modulePath: string | null = null;
  if (module !== null) {
    modulePath = `modules/${folder}/${basename(module.path)}`;
    written.set(modulePath, await readFile(module.path));
  }
  for (const [path, bytes] of written) await writeFileAtomic(file(path), bytes);
  const hashes = [...written].map(([path, bytes]) => [path, sha256(bytes)]);
  const identity = { name, kind, hashes, graph: kind === 'graph' ? graph : null };
  return { name, family, kind, files: paths, module: modulePath, sha256: sha256(canonicalJson(identity)) };
}

/** Files for people and for other programs: columns and classes in order, cards, a sample, a reader in Python. */
async function writeNotes(loaded: LoadedRun, content: BundleContent, file: FileOf): Promise<void> {
  const { matrix, protocol, examples } = loaded;
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const names = content.models.map(({ name }) => name);
  const columns = content.ensembles.map(({ locale, file: path, models, rule }) => ({
    locale,
    file: path,
    columns: models.flatMap((model) => matrix.classes.map((name) => `${model}:${name}`)),
    offsets: rule.offsets,
  }));
  const note =
    'columns hold class probabilities, NaN where a model is silent; label = argmax(margin + offset)';
  await writeFileAtomic(
    file(BUNDLE_PATHS.columns),
    json({ classes: matrix.classes, note, ensembles: columns }),
  );
  await writeFileAtomic(
    file(BUNDLE_PATHS.cards),
    json(matrix.cards.filter(({ name }) => names.includes(name))),
  );
  const unseen = (row: number) => protocol.foldOf[row] < 0;
  const some = protocol.foldOf.some((fold) => fold < 0);
  const imported = content.models.filter(({ kind }) => kind === 'imported').map(({ name }) => name);
  const sample = takeSample(examples, some ? unseen : () => true, { matrix, models: imported });
  await writeFileAtomic(file(BUNDLE_PATHS.sample), json(sample));
  await writeFileAtomic(file(BUNDLE_PATHS.reader), PYTHON_READER);
}

/** What cannot be loaded again is found now, not where it is to serve. */
async function tryOnce(folder: string): Promise<void> {
  const bundle = await openBundle(folder);
  const servable = await prepareServable(bundle, await askHere(bundle));
  await servable.dispose();
}
