import { quote } from '../errors.js';

/** What somebody must do whose file is of a version that says too little, or of none that is known. */
export const RANK_AGAIN = 'run esci-select rank --budget N and esci-select report again with this version';

/** Why a value is none of the versions that can be read. */
export function versionProblem(given: unknown, known: readonly string[]): string {
  const read = `this program reads ${known.map(quote).join(' and ')}`;
  return typeof given === 'string'
    ? `version ${quote(given)} is unknown, ${read}; ${RANK_AGAIN}, or update it`
    : `no version is named, ${read}`;
}
