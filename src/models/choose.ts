import { EsciSelectError, quote } from '../errors.js';
import { openPretrained, type Pretrained } from './encoder/folder.js';
import { type PretrainedFolder, pretrainedWord } from './encoder/kind.js';
import { pretrainedModel } from './encoder/model.js';
import type { Model } from './model.js';
import { checkModel } from './own/check-model.js';
import { guarded } from './own/guarded.js';
import { findModule, importModel, isModulePath, type ModelModule } from './own/module.js';
import { modelNamed, resolveModels } from './registry.js';

/**
 * A model that is to be trained: a registered name, a relation variant, `all`, a module's path, or a language model's
 * folder as `encoder:PATH` or `onnx:PATH`; a module's path or file URL; or a live object, which is trained in the calling
 * thread, because functions cannot be sent to another.
 */
export type ModelChoice = string | { readonly module: string | URL } | Model;

/** A model to be trained, and where its code is. */
export interface ChosenModel {
  readonly model: Model;
  readonly origin: 'registry' | 'live' | ModelModule | PretrainedFolder;
  /** of a language model: its folder, read and checked */
  readonly pretrained?: Pretrained;
  /** it came with `all`, which leaves out models whose ingredients the data lacks */
  readonly optional: boolean;
}

/** Whether a choice names any model at all. */
export function choosesModels(choice: string | readonly ModelChoice[]): boolean {
  return typeof choice === 'string' ? choice.trim() !== 'none' : choice.length > 0;
}

/**
 * The models that `--models` or TrainOptions.models means: registered ones in the registry's order, relation variants,
 * then a user's own and language models in the order given. The same module or folder twice is one model.
 *
 * @throws EsciSelectError('usage') for unknown names, modules and folders without a usable model, and two models of one
 * name
 */
export async function chooseModels(choice: string | readonly ModelChoice[]): Promise<ChosenModel[]> {
  if (!choosesModels(choice)) return [];
  const parts = typeof choice === 'string' ? choice.split(',').map((part) => part.trim()) : choice;
  const isName = (part: ModelChoice): part is string =>
    typeof part === 'string' && !isModulePath(part) && pretrainedWord(part) === null;
  const words = parts.filter(isName);
  const explicit = new Set(resolveModels(words.filter((word) => word.trim() !== 'all')));
  const registered = resolveModels(words).map(
    (name): ChosenModel => ({
      model: modelNamed(name),
      origin: 'registry',
      optional: !explicit.has(name),
    }),
  );
  const own: ChosenModel[] = [];
  for (const part of parts) {
    if (words.includes(part as string)) continue;
    const chosen = await ownModel(part);
    if (!own.some((other) => isSame(other, chosen))) own.push(chosen);
  }
  refuseClashes(own);
  return [...registered, ...own];
}

async function ownModel(part: ModelChoice): Promise<ChosenModel> {
  const word = typeof part === 'string' ? pretrainedWord(part) : null;
  if (word !== null) return languageModel(await openPretrained(word.kind, word.path));
  const path = typeof part === 'object' && 'module' in part ? part.module : part;
  if (typeof path === 'string' || path instanceof URL) {
    const origin = await findModule(path);
    return { model: guarded(await importModel(origin), origin.path), origin, optional: false };
  }
  return { model: guarded(checkModel(path)), origin: 'live', optional: false };
}

function languageModel(pretrained: Pretrained): ChosenModel {
  const { kind, path, sha256, runtime } = pretrained;
  const origin = { kind, path, sha256, runtime };
  return { model: pretrainedModel(pretrained), origin, pretrained, optional: false };
}

function isSame(a: ChosenModel, b: ChosenModel): boolean {
  if (typeof a.origin !== 'object' || typeof b.origin !== 'object') return false;
  return a.origin.path === b.origin.path && a.pretrained?.kind === b.pretrained?.kind;
}

function refuseClashes(own: readonly ChosenModel[]): void {
  for (const [at, { model, origin }] of own.entries()) {
    const first = own.slice(0, at).find((other) => other.model.name === model.name);
    if (first === undefined) continue;
    const other = typeof first.origin === 'object' ? first.origin.path : 'a live object';
    throw new EsciSelectError('usage', `model ${quote(model.name)} is given twice, first by ${other}`, {
      path: typeof origin === 'object' ? origin.path : undefined,
      hint: languageHint(model.name) ?? 'give one of them another name',
    });
  }
}

function languageHint(name: string): string | null {
  if (pretrainedWord(name) === null) return null;
  return 'a language model is called as its folder: write another "name" into the esci-select.json of one of them';
}
