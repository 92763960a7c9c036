/**
 * Where the files are that are not imported: workers, WebAssembly, the sample, the version. Everything that reads such a
 * file asks here, so that it works from `dist`, from the sources (tests) and from a bundle, whose files lie flat in one folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EsciSelectError } from './errors.js';

/** What a bundler writes in place of this name (scripts/bundle-python.mjs); elsewhere there is none. */
declare const ESCI_SELECT_BUNDLE: { readonly version: string } | undefined;

const bundle = typeof ESCI_SELECT_BUNDLE === 'undefined' ? null : ESCI_SELECT_BUNDLE;

/** The package's folder, or the bundle's. */
const root = join(dirname(fileURLToPath(import.meta.url)), bundle === null ? '..' : '.');

/** The version of esci-select, from its package.json. */
export const VERSION: string =
  bundle?.version ??
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;

/** The folder of the simulated sample; bundles come without it. */
export const SAMPLE_FOLDER = join(root, 'datasets/sample');

/** A template of `docs`, such as `ci/gitlab.yml`, which `init` copies. */
export function templateFile(name: string): string {
  return join(root, bundle === null ? 'docs' : 'templates', name);
}

/** The folder of TensorFlow.js's WebAssembly, with the trailing slash that is part of the library's contract. */
export function tensorflowFolder(): string {
  if (bundle !== null) return `${root}/`;
  return `${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`;
}

/** The worker module `name`.js beside the caller; see compiledFile. */
export function workerModule(metaUrl: string, name: string): URL {
  return compiledFile(metaUrl, `${name}.js`);
}

/**
 * The built file `name` beside the caller (`metaUrl` is the caller's import.meta.url). A caller that is a TypeScript
 * source below `src/` (tests) gets the file at the same place below `dist/`, since workers cannot load TypeScript on
 * Node 20. Throws 'internal' if the file does not exist.
 */
export function compiledFile(metaUrl: string, name: string): URL {
  const caller = new URL(metaUrl);
  caller.search = '';
  caller.hash = '';
  const source = caller.pathname.endsWith('.ts');
  if (source) caller.pathname = compiledPath(caller.pathname);
  const url = new URL(`./${name}`, caller);
  if (!existsSync(url)) {
    throw new EsciSelectError('internal', `module '${name.replace(/\.js$/, '')}' is not built`, {
      path: fileURLToPath(url),
      hint: source ? 'run npm run build' : 'install the package again',
    });
  }
  return url;
}

/** `.../src/a/b.ts` as `.../dist/a/b.ts`; a path without a folder `src` stays. */
function compiledPath(pathname: string): string {
  const at = pathname.lastIndexOf('/src/');
  return at < 0 ? pathname : `${pathname.slice(0, at)}/dist/${pathname.slice(at + '/src/'.length)}`;
}
