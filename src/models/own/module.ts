import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EsciSelectError } from '../../errors.js';
import { readReason } from '../../io/errors.js';
import { sha256 } from '../../io/hash.js';
import type { Model } from '../model.js';
import { checkModel, GUIDE } from './check-model.js';

/** A user's module that holds a model, as threads tell each other of it. */
export interface ModelModule {
  /** absolute */
  readonly path: string;
  /** of the module's own bytes; what it imports is not in it */
  readonly sha256: string;
}

/** Whether a word of `--models` is a module's path rather than a name: it has a slash, or the ending of a module. */
export function isModulePath(word: string): boolean {
  return /[/\\]|\.[cm]?[jt]s$/.test(word);
}

/**
 * The module at a path (from the working directory) or file URL, identified by its bytes.
 *
 * @throws EsciSelectError('usage') where it cannot be read
 */
export async function findModule(given: string | URL): Promise<ModelModule> {
  const path = String(given).startsWith('file:') ? fileURLToPath(given) : resolve(String(given));
  try {
    return { path, sha256: sha256(await readFile(path)) };
  } catch (cause) {
    throw new EsciSelectError('usage', `cannot read model module: ${readReason(cause)}`, {
      path,
      hint: 'give the path of a JavaScript module, such as --models lexical,./mine.js',
      cause,
    });
  }
}

/**
 * The model that a module exports, as its default or as `model`. Loaded once a thread for the same bytes: the hash is
 * part of the address by which it is imported, so an edited module is read anew even in the same process.
 *
 * @throws EsciSelectError('usage') where it cannot be imported, exports no model, or has changed since it was found
 */
export async function importModel(module: ModelModule): Promise<Model> {
  const { path } = module;
  if ((await findModule(path)).sha256 !== module.sha256) {
    throw new EsciSelectError('usage', 'model module has changed while it was in use', {
      path,
      hint: 'run train again: finished fits of its former text are not used',
    });
  }
  const exported = await imported(module);
  const value = exported.default ?? exported.model;
  if (value !== undefined) return checkModel(value, path);
  const found = Object.keys(exported).join(', ') || 'nothing';
  throw new EsciSelectError('usage', `model module exports ${found}, expected a model`, {
    path,
    hint: `export it as the default or as \`model\`: ${GUIDE}`,
  });
}

async function imported({ path, sha256: hash }: ModelModule): Promise<Record<string, unknown>> {
  const url = pathToFileURL(path);
  url.searchParams.set('sha256', hash);
  try {
    return await import(url.href);
  } catch (cause) {
    const reason = (cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)).split(
      '\n',
    )[0];
    throw new EsciSelectError('usage', `model module cannot be imported: ${reason}`, {
      path,
      hint: /\.[cm]?ts$/.test(path)
        ? 'compile it to JavaScript first'
        : 'it is imported as an ES module: name it .mjs, or set "type": "module" in the package.json beside it',
      cause,
    });
  }
}
