import type { Tokens } from './tokens.js';

/** Texts that are run together, at most. */
export const BATCH = 32;

/**
 * Places of texts in batches: texts of one length together, the shortest first, at most `most` a batch. No text is
 * padded, so what a model says of one does not depend on its batch: padding changes the last bits of sums, and with
 * dynamic quantisation much more.
 */
export function batchesByLength(texts: readonly Pick<Tokens, 'ids'>[], most: number): number[][] {
  const order = texts.map((_, at) => at).sort((a, b) => texts[a].ids.length - texts[b].ids.length || a - b);
  const batches: number[][] = [];
  for (const at of order) {
    const last = batches.at(-1);
    const fits = last !== undefined && last.length < most;
    if (fits && texts[last[0]].ids.length === texts[at].ids.length) last.push(at);
    else batches.push([at]);
  }
  return batches;
}
