import { EsciSelectError, quote } from '../../errors.js';
import { safeFileName } from '../../io/atomic.js';
import { graphRecipeNamed } from '../../models/graph/variants.js';
import { findModule, importModel, type ModelModule } from '../../models/own/module.js';
import { isTaken } from '../../models/registry.js';
import type { ModelCard } from '../../predictions/matrix.js';
import type { BundledModel } from '../../serving/bundle/manifest.js';
import type { LoadedRun } from '../files/load-run.js';
import { readModelFiles } from '../files/warm-start.js';

/** A kept model, and what the bundle needs of it. */
export interface ExportedModel {
  readonly name: string;
  readonly family: string;
  readonly kind: BundledModel['kind'];
  /** the name of its folders */
  readonly folder: string;
  /** what it saved, by name; nothing where it has no code here */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** a user's own */
  readonly module: ModelModule | null;
  /** what whoever deploys it must know; null where nothing */
  readonly note: string | null;
}

/**
 * What a bundle needs of the models kept. `modules` are paths of the user's own.
 *
 * @throws EsciSelectError('usage') where a user's own model is kept and no module given has its hash
 */
export async function exportedModels(
  { run, matrix }: LoadedRun,
  names: readonly string[],
  modules: readonly string[],
): Promise<ExportedModel[]> {
  const found: ModelModule[] = [];
  for (const path of modules) found.push(await findModule(path));
  const models: ExportedModel[] = [];
  for (const name of names) {
    const card = matrix.cards.find((each) => each.name === name)!;
    const base = { name, family: card.family, folder: safeFileName(name) };
    if (card.source === 'imported') {
      models.push({ ...base, kind: 'imported', files: new Map(), module: null, note: IMPORTED });
    } else if (card.pretrained !== undefined) {
      models.push({ ...base, kind: 'imported', files: new Map(), module: null, note: PRETRAINED });
    } else if (card.module !== undefined) {
      const module = await ownModule(card, found);
      models.push({ ...base, kind: 'own', files: await readModelFiles(run, name), module, note: null });
    } else if (!isTaken(name)) {
      models.push({ ...base, kind: 'imported', files: new Map(), module: null, note: LIVE });
    } else {
      const kind = graphRecipeNamed(name) === null ? 'text' : 'graph';
      models.push({
        ...base,
        kind,
        files: await readModelFiles(run, name),
        module: null,
        note: nativeNote(card),
      });
    }
  }
  return models;
}

const IMPORTED = 'its predictions were imported: give its answers with --predictions or with the request';
const PRETRAINED =
  'it is a language model, whose weights are not in the bundle: give its answers with the request';
const LIVE =
  'it was trained as a live object, which has no code to deploy: give its answers with the request';

function nativeNote({ backend }: ModelCard): string | null {
  if (backend === undefined) return null;
  return `it was trained on ${backend} and is served on WebAssembly: last digits differ`;
}

async function ownModule(card: ModelCard, modules: readonly ModelModule[]): Promise<ModelModule> {
  const module = modules.find(({ sha256 }) => sha256 === card.module);
  if (module === undefined) {
    throw new EsciSelectError(
      'usage',
      modules.length === 0
        ? `kept model ${quote(card.name)} is from a module of yours, which is not named`
        : `kept model ${quote(card.name)} is from a module of yours, and none that is named has its hash`,
      { hint: 'name it as for train: --models ./mine.js, unchanged since it was trained' },
    );
  }
  const { needs } = await importModel(module);
  if (!needs.includes('behaviours')) return module;
  throw new EsciSelectError(
    'usage',
    `kept model ${quote(card.name)} needs customers' behaviours, which a request does not bring`,
    { path: module.path, hint: 'rank without it: --forbid, or give its answers as predictions' },
  );
}
