import { EsciSelectError, quote, suggest } from '../errors.js';

/** Which sets can be kept and deployed, where a strategy tells them apart. */
export const KEEP_NAMES = ['smallest', 'best'] as const;

/** The smallest set that cannot be told from the best within the budget, or the best. */
export type Keep = (typeof KEEP_NAMES)[number];

/** A name as typed; `smallest` where nothing was. Throws 'usage' with the legal ones. */
export function parseKeep(typed: string = 'smallest'): Keep {
  const found = KEEP_NAMES.find((name) => name === typed);
  if (found !== undefined) return found;
  throw new EsciSelectError('usage', `--keep ${quote(typed)} is unknown`, {
    hint: suggest(typed, KEEP_NAMES),
  });
}
