import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomic } from '../../io/atomic.js';
import { cannotRead, systemCode } from '../../io/errors.js';
import type { RunFolder } from '../../run/run-folder.js';

/** How long something took, and what it grows with. */
interface Timing {
  readonly seconds: number;
  /** rows of a fit for a model, units of work for an ensemble (`ensembleWork`) */
  readonly size: number;
}

/** What `train` took on this machine, for whoever asks how long it would take again. */
export interface Timings {
  /** a fit on average, by model */
  readonly fits: ReadonlyMap<string, Timing>;
  readonly ensemble: Timing | null;
}

const PATH = 'timings.json';
const TIMING = z.object({ seconds: z.number().nonnegative(), size: z.number().positive() });
const TIMINGS = z.object({
  schema: z.literal('esci-select/timings/1'),
  fits: z.array(z.tuple([z.string(), TIMING])),
  ensemble: TIMING.nullable(),
});
const NONE: Timings = { fits: new Map(), ensemble: null };

/**
 * What earlier commands took in this run; nothing where none has said. The file stands beside those that run.json names,
 * because it differs from time to time; a damaged one is as good as none, and is replaced. Throws 'io' if it cannot be read.
 */
export async function readTimings(run: RunFolder): Promise<Timings> {
  const path = run.file(PATH);
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw cannotRead(path, error);
  });
  const read = TIMINGS.safeParse(text === null ? null : jsonOrNull(text));
  return read.success ? { fits: new Map(read.data.fits), ensemble: read.data.ensemble } : NONE;
}

/** Puts what was measured over what was known. Throws 'io'. */
export async function recordTimings(run: RunFolder, measured: Partial<Timings>): Promise<void> {
  const before = await readTimings(run);
  const fits = [...new Map([...before.fits, ...(measured.fits ?? [])])].sort(([a], [b]) => (a < b ? -1 : 1));
  const ensemble = measured.ensemble ?? before.ensemble;
  const text = JSON.stringify({ schema: 'esci-select/timings/1', fits, ensemble }, null, 2);
  await writeFileAtomic(run.file(PATH), `${text}\n`);
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // no timings either
  }
}
