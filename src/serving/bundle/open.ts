import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { EsciSelectError, quote } from '../../errors.js';
import { cannotRead, systemCode } from '../../io/errors.js';
import { canonicalJson, sha256, sha256File } from '../../io/hash.js';
import { insidePath } from '../../run/inside.js';
import { MANIFEST_NAME } from '../../run/manifest.js';
import { BUNDLE_FILE, type BundleManifest, MANIFEST } from './manifest.js';

const HINT = 'write it again with esci-select export';

/** A bundle whose files are all as its manifest says. */
export interface Bundle {
  /** absolute */
  readonly path: string;
  readonly manifest: BundleManifest;
  /** the absolute path of a file that the manifest names */
  file(name: string): string;
}

/**
 * Opens a bundle that `exportBundle` wrote, and reads every file once to compare it with its hash. O(bytes).
 *
 * @throws EsciSelectError('usage') where there is none, ('data') with the path where a file is other than it was written
 */
export async function openBundle(folder: string): Promise<Bundle> {
  const path = resolve(folder);
  const manifest = await readManifest(path);
  const file = (name: string) => insidePath(path, ...name.split('/'));
  for (const { path: name, bytes, sha256: expected } of manifest.files) {
    const found = await described(file(name));
    if (found?.bytes === bytes && found.sha256 === expected) continue;
    const what = found === null ? 'is missing' : 'is not as bundle.json says: it was changed or cut';
    throw new EsciSelectError('data', `file of the bundle ${what}`, { path: file(name), hint: HINT });
  }
  return { path, manifest, file };
}

async function described(path: string): Promise<{ bytes: number; sha256: string } | null> {
  const found = await stat(path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw cannotRead(path, error);
  });
  return found === null ? null : sha256File(path);
}

async function readManifest(folder: string): Promise<BundleManifest> {
  const path = join(folder, BUNDLE_FILE);
  const text = await readFile(path, 'utf8').catch(async (error: unknown) => {
    if (systemCode(error) !== 'ENOENT') throw cannotRead(path, error);
    throw await noBundle(folder);
  });
  return parseManifest(text, path);
}

/** A run is what people take for a bundle: it is not to be replaced by one. */
async function noBundle(folder: string): Promise<EsciSelectError> {
  const isRun = (await described(join(folder, MANIFEST_NAME))) !== null;
  return new EsciSelectError('usage', isRun ? 'folder is a run, not a bundle' : 'folder holds no bundle', {
    path: folder,
    hint: isRun
      ? `make a bundle of it: esci-select export --run ${folder} --out bundle, and give --bundle bundle`
      : `make one with: esci-select export --run esci-run --out ${folder}`,
  });
}

/** The manifest in a text. Throws 'data' where it is no manifest of this version, or was changed. */
function parseManifest(text: string, path: string): BundleManifest {
  const damaged = (message: string, cause?: unknown) =>
    new EsciSelectError('data', message, { path, hint: HINT, cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(`manifest of the bundle is not JSON: ${(cause as Error).message}`, cause);
  }
  const checked = MANIFEST.safeParse(value);
  if (!checked.success) {
    const [{ path: at, message }] = checked.error.issues;
    throw damaged(
      `manifest of the bundle is malformed at ${quote(at.map(String).join('.') || 'its top')}: ${message.toLowerCase()}`,
    );
  }
  const manifest = checked.data;
  if (manifestId(manifest) === manifest.id) return manifest;
  throw damaged('manifest of the bundle was changed since it was written');
}

/** What a bundle is called by: a hash of all that its manifest says, so of all its files. */
export function manifestId({ id: _, ...rest }: Omit<BundleManifest, 'id'> & { id?: string }): string {
  return sha256(canonicalJson(rest));
}
