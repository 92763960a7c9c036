import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EsciSelectError } from '../../errors.js';
import { writeFileAtomic } from '../../io/atomic.js';
import { cannotRead, systemCode } from '../../io/errors.js';

/** Size and SHA-256 of a file as it was first downloaded. */
export interface Checksum {
  readonly bytes: number;
  readonly sha256: string;
}

/** By file name. */
export type Checksums = ReadonlyMap<string, Checksum>;

const FILE = 'checksums.json';

/** The record in a download folder; empty where there is none. Throws 'data' if it is not what `recordChecksum` writes. */
export async function readChecksums(folder: string): Promise<Checksums> {
  const path = join(folder, FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return new Map();
    throw cannotRead(path, error);
  }
  try {
    const entries = JSON.parse(text) as { name: unknown; bytes: unknown; sha256: unknown }[];
    return new Map(entries.map((entry) => [checked(entry.name, 'string'), checkedSum(entry)]));
  } catch (error) {
    const hint = 'remove the file: it is made anew';
    throw new EsciSelectError('data', 'the record of checksums is damaged', { path, hint, cause: error });
  }
}

/** Adds a file to the record, or replaces its entry; atomically, sorted by name. */
export async function recordChecksum(folder: string, name: string, checksum: Checksum): Promise<void> {
  const all = new Map(await readChecksums(folder)).set(name, checksum);
  const entries = [...all]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ({ name: key, ...value }));
  await writeFileAtomic(join(folder, FILE), `${JSON.stringify(entries, null, 2)}\n`);
}

function checkedSum({ bytes, sha256 }: { bytes: unknown; sha256: unknown }): Checksum {
  return { bytes: checked(bytes, 'number'), sha256: checked(sha256, 'string') };
}

function checked(value: unknown, type: 'string'): string;
function checked(value: unknown, type: 'number'): number;
function checked(value: unknown, type: 'string' | 'number'): string | number {
  if (typeof value !== type) throw new TypeError(`a ${type} is due`);
  return value as string | number;
}
