import { EsciSelectError, quote } from '../errors.js';

const SIZE = /^(\d+(?:\.\d+)?) ?(?:[KMGT]i?)?B$/i;

/** What is wrong with a limit of memory such as '2GB' or '512 MiB'; null where nothing is. */
export function memoryLimitProblem(limit: string): string | null {
  const size = SIZE.exec(limit.trim());
  return size !== null && Number(size[1]) > 0
    ? null
    : "expected a number above 0 with its unit, such as '2GB' or '512MiB'";
}

/** Throws 'usage' for a limit of memory that is none. */
export function checkMemoryLimit(limit: string | undefined): void {
  const problem = limit === undefined ? null : memoryLimitProblem(limit);
  if (problem === null) return;
  throw new EsciSelectError('usage', `memory limit ${quote(limit)} is not valid: ${problem}`, {
    hint: 'give --memory-limit as in 2GB',
  });
}
