import type { Finding } from '../../data/examples/examples.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { PipelineContext } from '../events.js';
import { findingsOf } from './layout.js';

/** Tells of a stage's findings, whether they were made now or by an earlier run of the stage. Throws 'data'. */
export async function tellFindings(run: RunFolder, stage: string, context: PipelineContext): Promise<void> {
  const file = findingsOf(stage);
  if (!file.isIn(run)) return;
  for (const finding of await file.read(run)) context.onEvent?.({ kind: 'finding', finding });
}

/** The findings of all stages, in order of the stages' names. Throws 'data' where a file was changed. */
export async function allFindings(run: RunFolder): Promise<Finding[]> {
  const files = Object.keys(run.manifest.stages).map(findingsOf);
  const found: Finding[] = [];
  for (const file of files.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (file.isIn(run)) found.push(...(await file.read(run)));
  }
  return found;
}
