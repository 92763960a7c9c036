import { readFile } from 'node:fs/promises';
import type { Finding } from '../data/examples.js';
import { writeFileAtomic } from '../io/atomic.js';

/** Writes findings as a JSON array. */
export async function writeFindings(path: string, findings: readonly Finding[]): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(findings, null, 2)}\n`);
}

/** Reads what `writeFindings` wrote; nothing where the stage has not run. */
export async function readFindings(path: string): Promise<Finding[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return JSON.parse(text) as Finding[];
}
