import { VERSION } from '../../assets.js';
import { EsciSelectError } from '../../errors.js';
import { RunFolder } from '../../run/run-folder.js';
import type { EnsembleRanking, PlayerContribution, PlayerTerms } from '../../selection/ensemble-ranking.js';
import type { ForeignRecord } from '../files/foreign.js';
import { versionedKey } from '../files/keys.js';
import { EXAMPLES, FOREIGN, FOREIGN_RANKING, STAGES } from '../files/layout.js';

/** What a run of an ensemble of another engine is made by. */
export interface ForeignRunHeader {
  readonly command: string;
  readonly seed: number;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Does work in a run folder of an ensemble of another engine. Throws 'usage' where `train` has made the folder. */
export async function inForeignRun<T>(
  path: string,
  { command, seed, options }: ForeignRunHeader,
  work: (run: RunFolder) => Promise<T>,
): Promise<T> {
  const run = await RunFolder.create(path, { command });
  try {
    if (run.begun && EXAMPLES.isIn(run)) {
      throw new EsciSelectError('usage', 'run was made by train, of examples and models', {
        path,
        hint: `give another --run: an ensemble of another engine has a folder of its own`,
      });
    }
    await run.setHeader({ seed, options, inputs: [], version: VERSION });
    return await work(run);
  } finally {
    await run.close();
  }
}

/** Whether a run is of an ensemble of another engine. */
export function isForeignRun(run: RunFolder): boolean {
  return FOREIGN.isIn(run);
}

/** Writes what was found of an ensemble. What was ranked by other contributions is forgotten. */
export async function saveRecord(run: RunFolder, record: ForeignRecord): Promise<void> {
  if (!(await run.isCurrent(STAGES.foreign, versionedKey('foreign', record)))) {
    await run.keepStages((name) => name !== STAGES.foreignRanking);
  }
  await run.stage(STAGES.foreign, versionedKey('foreign', record), (out) => FOREIGN.write(out, record));
}

/** Writes which players were kept. */
export async function saveRanking(run: RunFolder, ranking: EnsembleRanking): Promise<void> {
  await run.stage(STAGES.foreignRanking, versionedKey('foreign ranking', ranking), (out) =>
    FOREIGN_RANKING.write(out, ranking),
  );
}

/** What is known of players, line by line. */
export function recordedPlayers(
  lines: readonly PlayerContribution[],
  terms: readonly PlayerTerms[],
): ForeignRecord['players'] {
  const byName = new Map(terms.map((player) => [player.name, player]));
  return lines.map((line) => {
    const { required = false, costs = {} } = byName.get(line.player) ?? {};
    return { ...line, required, costs };
  });
}

interface Ranked {
  readonly answer: EnsembleRanking;
  readonly lines: readonly PlayerContribution[];
  readonly players: { readonly players: readonly PlayerTerms[] };
  readonly options: { readonly budgets: readonly string[]; readonly refit?: string; readonly seed?: number };
}

/** Writes a ranking of `rank --ensemble` with what it goes by. */
export async function saveRanked(path: string, { answer, lines, players, options }: Ranked): Promise<void> {
  const { budgets, refit = null, seed = 1 } = options;
  const header = {
    command: 'rank',
    seed,
    options: { budgets, refit: refit === 'own' || refit === null ? refit : 'command' },
  };
  await inForeignRun(path, header, async (run) => {
    const { format, objective, rows, outputs, scores } = answer;
    const known = { format, objective, rows, outputs, scores };
    await saveRecord(run, {
      schema: 'esci-select/foreign/1',
      ...known,
      players: recordedPlayers(lines, players.players),
    });
    await saveRanking(run, answer);
  });
}
