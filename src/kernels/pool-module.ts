import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EsciSelectError } from '../errors.js';

/**
 * The worker module `name`.js beside the caller (`metaUrl` is the caller's import.meta.url, `name` has no ending). A
 * caller that is a TypeScript source below `src/` (tests) gets the compiled file at the same place below `dist/`, since
 * workers cannot load TypeScript on Node 20. Throws 'internal' if the module does not exist.
 */
export function workerModule(metaUrl: string, name: string): URL {
  const caller = new URL(metaUrl);
  caller.search = '';
  caller.hash = '';
  const source = caller.pathname.endsWith('.ts');
  if (source) caller.pathname = compiledPath(caller.pathname);
  const url = new URL(`./${name}.js`, caller);
  if (!existsSync(url)) {
    throw new EsciSelectError('internal', `worker module '${name}' is not built`, {
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
