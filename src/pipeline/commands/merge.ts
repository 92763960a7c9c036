import { EsciSelectError, quote } from '../../errors.js';
import { RunFolder } from '../../run/run-folder.js';
import { parseBudget } from '../../selection/budget.js';
import { choosePlayers, type EnsembleRanking } from '../../selection/ensemble-ranking.js';
import type { ForeignRecord } from '../files/foreign.js';
import { FOREIGN } from '../files/layout.js';
import { expandPaths } from '../foreign/feature-files.js';
import { declaredClasses, declaredPlayers } from '../foreign/players-file.js';
import { inForeignRun, isForeignRun, recordedPlayers, saveRanking, saveRecord } from '../foreign/run.js';
import { MergedTable } from '../worker/merged-sums.js';

/** Tables of sums and the run that they become. */
export interface MergeOptions {
  /** files of sums, such as `sums.parquet/*.parquet`: of workers, or merged by an engine */
  readonly sums: readonly string[];
  readonly run: string;
  /** the file of players that workers were given: costs, what is required and what is context */
  readonly players?: string;
}

/** What sums of workers say, as a run has it. */
export interface MergedSums extends ForeignRecord {}

/**
 * Adds up the sums of workers: they become the contributions and scores of a run, by which `rank --run` chooses. The same
 * sums give the same bytes however they were divided.
 *
 * @throws EsciSelectError('data') for what is no table of sums, ('usage') where `train` made the run
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 * import { merge } from 'esci-select';
 *
 * // two workers saw a row each
 * const cell = '"[""bert"",""exact""]"';
 * const part = `quantity,cell,hi,lo\nrows,[],1,0\nshapAbsolute,${cell},16384,0\n`;
 * writeFileSync('part.csv', part);
 * const { rows, players } = await merge({ sums: ['part.csv', 'part.csv'], run: 'merged-run' });
 * [rows, players[0].player, players[0].shap]; // => [ 2, 'bert', 1 ]
 */
export async function merge({ sums, run: path, players }: MergeOptions): Promise<MergedSums> {
  const merged = new MergedTable();
  for (const pattern of sums) for (const file of await expandPaths(pattern)) await merged.add(file);
  if (merged.rows === 0) {
    throw new EsciSelectError('data', 'sums are of no rows', {
      path: sums[0],
      hint: 'give what esci-select worker attribute --emit sums wrote',
    });
  }
  const terms = players === undefined ? [] : await declaredPlayers(players);
  const classes = players === undefined ? null : await declaredClasses(players);
  const found = merged.outputs();
  const outputs = inOrderOf(classes ?? [], found);
  const context = new Set(terms.filter((player) => player.context).map(({ name }) => name));
  const lines = merged.contributions(outputs, context);
  const stranger =
    players === undefined ? undefined : lines.find((line) => !terms.some(({ name }) => name === line.player));
  if (stranger !== undefined) {
    throw new EsciSelectError(
      'usage',
      `sums have the player ${quote(stranger.player)}, the players file has not`,
      {
        path: players,
        hint: 'give the file that the workers were given',
      },
    );
  }
  const record: ForeignRecord = {
    schema: 'esci-select/foreign/1',
    format: 'merged sums',
    objective: 'of workers',
    rows: merged.rows,
    outputs,
    players: recordedPlayers(lines, terms),
    scores: merged.scores(classes),
  };
  await inForeignRun(path, { command: 'merge', seed: 1, options: {} }, (run) => saveRecord(run, record));
  return record;
}

/** Names in a known order, the unknown ones after them by name. */
function inOrderOf(order: readonly string[], names: readonly string[]): string[] {
  const known = order.filter((name) => names.includes(name));
  return [...known, ...names.filter((name) => !known.includes(name)).sort()];
}

/**
 * The ranking of a run of merged sums or of `rank --ensemble`; null where the run is of examples and models. `budgetsOf`
 * is asked only of the former, and may throw before anything is written.
 */
export async function rankForeignRun(
  path: string,
  budgetsOf: () => readonly string[],
): Promise<EnsembleRanking | null> {
  const opened = await RunFolder.open(path);
  if (!isForeignRun(opened)) return null;
  const budgets = budgetsOf();
  const { players, format, objective, rows, outputs, scores } = await FOREIGN.read(opened);
  const budget = parseBudget(budgets);
  const terms = players.map(({ player, required, costs }) => ({ name: player, required, costs }));
  const lines = players.map(({ required: _, costs: __, ...line }) => line);
  const ranking = choosePlayers(lines, terms, budget);
  const answer: EnsembleRanking = {
    schema: 'esci-select/ensemble-ranking/1',
    format,
    objective,
    rows,
    outputs,
    expected: null,
    budget,
    ranking,
    kept: ranking.filter((line) => line.kept && !line.context).map(({ player }) => player),
    columns: [],
    judged: null,
    scores,
  };
  const { seed, options } = opened.manifest;
  const header = { command: 'rank', seed, options: { ...options, budgets } };
  await inForeignRun(path, header, (run) => saveRanking(run, answer));
  return answer;
}
