import { z } from 'zod';
import { EsciSelectError, quote } from '../errors.js';
import type { PairedResults } from '../evaluation/paired.js';
import { keyPath } from '../io/text/checked-json.js';
import { square } from '../math/power.js';

const whole = z.number().int().nonnegative();
/** What a paired.json must look like. */
export const PAIRED = z.looseObject({
  schema: z.literal('esci-select/paired/1'),
  classes: z.array(z.string()),
  rows: z.looseObject({ count: whole, sha256: z.string() }),
  queries: whole,
  predictors: z.array(
    z.looseObject({
      name: z.string(),
      rows: whole,
      covered: z.string().nullable(),
      starts: z.array(whole),
      cells: z.array(whole),
      counts: z.array(z.number().positive()),
      losses: z.array(z.number()),
    }),
  ),
});

/**
 * Reads the text of a paired.json.
 *
 * @throws EsciSelectError('data') where it is not one, or its arrays do not fit each other
 */
export function parsePaired(text: string, path: string): PairedResults {
  const value = parseJson(text, path);
  const result = PAIRED.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw notPaired(`${quote(keyPath(issue.path.map(String)))}: ${issue.message}`, path);
  }
  const paired = result.data as PairedResults;
  for (const predictor of paired.predictors) {
    if (!fits(predictor, paired)) throw notPaired(`${quote(predictor.name)} does not fit the rest`, path);
  }
  return paired;
}

function fits(
  { starts, cells, counts, losses }: PairedResults['predictors'][number],
  { queries, classes }: PairedResults,
): boolean {
  return (
    starts.length === queries + 1 &&
    losses.length === queries &&
    starts.every((start, at) => at === 0 || start >= starts[at - 1]) &&
    starts[queries] === cells.length &&
    counts.length === cells.length &&
    cells.every((cell) => cell < square(classes.length))
  );
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notPaired((cause as Error).message, path);
  }
}

function notPaired(why: string, path: string): EsciSelectError {
  return new EsciSelectError('data', `results per query are not as esci-select writes them: ${why}`, {
    path,
    hint: 'write them again with esci-select report --format json,paired, or remove the file',
  });
}
