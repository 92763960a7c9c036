import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EsciSelectError } from '../errors.js';

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
