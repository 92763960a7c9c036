import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { VERSION } from '../../assets.js';
import { EsciSelectError } from '../../errors.js';
import { ensureWritableFolder, writeFileAtomic } from '../../io/atomic.js';
import { cannotWrite, systemCode } from '../../io/errors.js';
import { makeFolder } from '../../io/folders.js';
import { sha256File } from '../../io/hash.js';
import { slashPath } from '../../run/inside.js';
import { BUNDLE_FILE, BUNDLE_SCHEMA, type BundleManifest } from './manifest.js';
import { manifestId } from './open.js';

/** What a manifest says that is not found out by reading the files. */
export type BundleContent = Omit<BundleManifest, 'schema' | 'version' | 'files' | 'id'>;

/**
 * Writes a bundle beside its place and then puts it there, so that a reader finds the old bundle or the new one. `fill`
 * writes the files whose absolute paths `file` gives. A bundle that is there is replaced.
 *
 * @throws EsciSelectError('usage') where the folder holds something else, ('io') where it cannot be written
 */
export async function writeBundle(
  out: string,
  fill: (file: (name: string) => string) => Promise<BundleContent>,
): Promise<BundleManifest> {
  const target = resolve(out);
  await refuseOther(target, out);
  const staging = join(dirname(target), `.${basename(target)}.new-${process.pid}`);
  await rm(staging, { recursive: true, force: true });
  await ensureWritableFolder(staging);
  try {
    const content = await fill((name) => join(staging, ...name.split('/')));
    const files = await describeFiles(staging);
    const described = { schema: BUNDLE_SCHEMA, version: VERSION, ...content, files } as const;
    const manifest: BundleManifest = { ...described, id: manifestId(described) };
    await writeFileAtomic(join(staging, BUNDLE_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
    await putInPlace(staging, target);
    return manifest;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Throws 'usage' unless the folder is empty, not there, or holds a bundle. */
async function refuseOther(target: string, out: string): Promise<void> {
  const names: string[] = await readdir(target).catch((error: unknown): string[] => {
    if (systemCode(error) === 'ENOENT') return [];
    throw cannotWrite(target, error);
  });
  if (names.length === 0 || names.some((name) => name === BUNDLE_FILE)) return;
  throw new EsciSelectError('usage', 'folder holds something other than a bundle', {
    path: out,
    hint: 'give --out a folder of its own',
  });
}

async function describeFiles(folder: string): Promise<BundleManifest['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files: BundleManifest['files'] = [];
  for (const path of paths) files.push({ path: slashPath(folder, path), ...(await sha256File(path)) });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function putInPlace(staging: string, target: string): Promise<void> {
  const old = `${staging}.old`;
  try {
    await rm(old, { recursive: true, force: true });
    await makeFolder(dirname(target));
    const replaces = (await stat(target).catch(() => null)) !== null;
    if (replaces) await rename(target, old);
    await rename(staging, target);
    if (replaces) await rm(old, { recursive: true, force: true });
  } catch (error) {
    throw cannotWrite(target, error);
  }
}
