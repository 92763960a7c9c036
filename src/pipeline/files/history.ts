import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { EsciSelectError } from '../../errors.js';
import type { PairedResults } from '../../evaluation/paired.js';
import { ensureWritableFolder, writeFileAtomic } from '../../io/atomic.js';
import { sha256, sha256File } from '../../io/hash.js';
import { PAIRED } from '../../report/paired-file.js';
import { DECISION as DECISION_SCHEMA } from '../../report/schemas/decision.js';
import type { RunFolder } from '../../run/run-folder.js';
import type { Decision } from '../../selection/decision.js';
import { DECISION, HISTORY_PATH, keptPath, LATEST_PATH, PAIRED_RESULTS } from './layout.js';
import { jsonCodec, type RunFileText } from './run-file.js';

/** What is known of a decision and stands beside its bytes, which are the same every time. */
export interface DecisionRecord {
  readonly tags?: Readonly<Record<string, string>>;
  /** ISO 8601 */
  readonly date?: string;
  /** of the version control system */
  readonly commit?: string;
}

/** A decision in a run's history. */
export interface KeptDecision extends DecisionRecord {
  /** its number and the start of its hash */
  readonly name: string;
}

const HISTORY = z.object({
  schema: z.literal('esci-select/history/1'),
  decisions: z.array(
    z.object({
      name: z.string().regex(/^\d+-[0-9a-f]{8}$/),
      tags: z.record(z.string(), z.string()).optional(),
      date: z.string().optional(),
      commit: z.string().optional(),
    }),
  ),
});

/**
 * Keeps a copy of the run's decision under a name of its own, unless a decision of the same bytes is kept already; tags that
 * are given are then added to it. `anew`: a damaged list is begun again. The caller has the run's lock. Throws 'io', 'data'.
 */
export async function keepDecision(
  run: RunFolder,
  record: DecisionRecord = {},
  anew = false,
): Promise<KeptDecision> {
  const text = await readFile(await DECISION.verified(run), 'utf8');
  const paired = await readFile(await PAIRED_RESULTS.verified(run), 'utf8');
  const decisions = await readHistory(run).catch((error: unknown) => {
    if (anew && error instanceof EsciSelectError && error.code === 'data') return [];
    throw error;
  });
  const hash = sha256(text).slice(0, 8);
  const known = decisions.find(({ name }) => name.endsWith(`-${hash}`));
  const kept: KeptDecision =
    known === undefined
      ? { name: `${decisions.length + 1}-${hash}`, ...record }
      : { ...known, ...(record.tags === undefined ? {} : { tags: { ...known.tags, ...record.tags } }) };
  await write(run, keptPath(kept.name, 'decision.json'), text);
  await write(run, keptPath(kept.name, 'paired.json'), paired);
  const all =
    known === undefined ? [...decisions, kept] : decisions.map((one) => (one === known ? kept : one));
  const history = { schema: 'esci-select/history/1', decisions: all };
  await write(run, HISTORY_PATH, `${JSON.stringify(history, null, 2)}\n`);
  await write(run, LATEST_PATH, `${kept.name}\n`);
  return kept;
}

async function write(run: RunFolder, path: string, text: string): Promise<void> {
  const file = run.file(path);
  await ensureWritableFolder(dirname(file));
  await writeFileAtomic(file, text);
}

const ranked = (what: string): RunFileText => ({ what, madeBy: 'rank --budget N' });
const LIST = jsonCodec<z.infer<typeof HISTORY>>(HISTORY, ranked('history of decisions'));
const KEPT = jsonCodec<Decision>(DECISION_SCHEMA, ranked('kept decision'));
const RESULTS = jsonCodec<PairedResults>(PAIRED, ranked('results per query of a kept decision'));

/** The decisions of a run, the earliest first; none in a run of an earlier version. Throws 'data' on a damaged list. */
export async function readHistory(run: RunFolder): Promise<readonly KeptDecision[]> {
  const path = run.file(HISTORY_PATH);
  return (await isThere(path)) ? (await LIST.read(path)).decisions : [];
}

/**
 * A kept decision and its results per query.
 *
 * @throws EsciSelectError('data') where a file is not as it was written
 */
export async function readKept(
  run: RunFolder,
  name: string,
): Promise<{ readonly decision: Decision; readonly paired: PairedResults }> {
  const [decision, paired] = [keptPath(name, 'decision.json'), keptPath(name, 'paired.json')].map((path) =>
    run.file(path),
  );
  for (const path of [decision, paired]) if (!(await isThere(path))) throw changed(path);
  if (!name.endsWith(`-${(await sha256File(decision)).sha256.slice(0, 8)}`)) throw changed(decision);
  return { decision: await KEPT.read(decision), paired: await RESULTS.read(paired) };
}

function changed(path: string): EsciSelectError {
  return new EsciSelectError(
    'data',
    'kept decision is not as it was written: it was changed, cut or removed',
    {
      path,
      hint: 'run esci-select rank with the same --run, --budget and --force',
    },
  );
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
