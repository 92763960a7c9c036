import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EsciSelectError } from '../../errors.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { cannotRead, cannotWrite, systemCode } from '../../io/errors.js';
import { sha256 } from '../../io/hash.js';
import { insidePath } from '../../run/inside.js';

/** The list of the files that this program wrote into a folder, kept in it. */
export const LIST_FILE = 'files.json';

const LIST = z.object({
  schema: z.literal('esci-select/files/1'),
  files: z.array(z.object({ name: z.string().regex(/^[A-Za-z0-9_-][\w.-]*$/), sha256: z.string() })),
});

/** What became of a folder; paths of files. */
export interface WrittenFolder {
  readonly written: readonly string[];
  /** files of an earlier report that this one does not have */
  readonly removed: readonly string[];
  /** such files that were changed since, and are left alone */
  readonly left: readonly string[];
}

/**
 * Writes files by name into a folder that belongs to reports. Of the files there, only those are removed that an earlier
 * call wrote, as its list says, that nobody has changed since and that are not written now.
 *
 * @throws EsciSelectError('usage') where the folder's files.json is not such a list, ('io') where it cannot be written
 */
export async function writeReportFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<WrittenFolder> {
  const earlier = await readList(join(folder, LIST_FILE));
  for (const [name, text] of files) await writeFileAtomic(join(folder, name), text);
  const removed: string[] = [];
  const left: string[] = [];
  for (const file of earlier.filter(({ name }) => !files.has(name))) {
    const path = insidePath(folder, file.name);
    const found = await hashOf(path);
    if (found === file.sha256) {
      await rm(path).catch((error) => {
        throw cannotWrite(path, error);
      });
      removed.push(path);
    } else if (found !== null) left.push(path);
  }
  const list = [...files].map(([name, text]) => ({ name, sha256: sha256(text) }));
  const text = `${JSON.stringify({ schema: 'esci-select/files/1', files: list }, null, 2)}\n`;
  await writeFileAtomic(join(folder, LIST_FILE), text);
  return { written: [...files.keys()].map((name) => join(folder, name)), removed, left };
}

async function readList(path: string): Promise<z.infer<typeof LIST>['files']> {
  const text = await readIfThere(path);
  if (text === null) return [];
  const list = LIST.safeParse(jsonOrNull(text.toString('utf8')));
  if (list.success) return list.data.files;
  throw new EsciSelectError('usage', 'file is not a list of files that a report wrote', {
    path,
    hint: 'write to another --out, or move the file away',
  });
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no list either: the caller says so
  }
}

/** The hash of a file; null where there is none. */
async function hashOf(path: string): Promise<string | null> {
  const bytes = await readIfThere(path);
  return bytes === null ? null : sha256(bytes);
}

async function readIfThere(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw cannotRead(path, error);
  }
}
