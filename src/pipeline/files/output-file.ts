import { dirname } from 'node:path';
import { ensureWritableFolder } from '../../io/atomic.js';
import { outputPath } from '../../run/inside.js';
import { sweepDead } from '../../run/sweep.js';

/**
 * The path of a file to write that the user has named, found to be writable before any work is done for it. One that lies
 * in the run folder must stay there whatever links are on its way. Throws 'io'.
 */
export async function outputFile(run: string, path: string): Promise<string> {
  const folder = dirname(outputPath(run, path));
  await ensureWritableFolder(folder);
  await sweepDead(folder);
  return path;
}
