import { readFile } from 'node:fs/promises';
import type { Finding } from '../../data/examples/examples.js';
import { writeFileAtomic } from '../../io/atomic.js';
import type { PipelineContext } from '../events.js';

/** Writes findings as a JSON array. */
export async function writeFindings(path: string, findings: readonly Finding[]): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(findings, null, 2)}\n`);
}

/** Tells of findings kept in a file, whether they were made now or by an earlier run of the stage. */
export async function tellFindings(path: string, context: PipelineContext): Promise<void> {
  for (const finding of await readFindings(path)) context.onEvent?.({ kind: 'finding', finding });
}

/** Reads what `writeFindings` wrote; nothing where the stage has not run. */
export async function readFindings(path: string): Promise<Finding[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  return JSON.parse(text) as Finding[];
}
