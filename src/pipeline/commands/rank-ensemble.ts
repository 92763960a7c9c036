import { groupedFolds } from '../../data/examples/splits.js';
import { EsciSelectError } from '../../errors.js';
import { evaluate, evaluationSet } from '../../evaluation/evaluate.js';
import { parseBudget } from '../../selection/budget.js';
import { choosePlayers, type EnsembleRanking, type JudgedRefit } from '../../selection/ensemble-ranking.js';
import type { PipelineContext } from '../events.js';
import {
  attributedBatches,
  checkExpected,
  contributionsOf,
  type EnsembleInput,
  type OpenedEnsemble,
  openInput,
} from '../foreign/explained.js';
import { JudgedRows, type JudgedTable } from '../foreign/judged-table.js';
import { judgedClasses } from '../foreign/outputs.js';
import { refitByCommand } from '../foreign/refit-command.js';
import { type RowFolds, refitOwn } from '../foreign/refit-own.js';
import { saveRanked } from '../foreign/run.js';
import { EnsembleSums } from '../foreign/sums.js';

/** A model of any engine, its table, a budget, and who fits the pruned ensemble. */
export interface RankEnsembleOptions extends EnsembleInput {
  /** `3`, `latency_ms=25`, ...; together; costs are those of the players file */
  readonly budgets: readonly string[];
  /** `own`: our boosted trees, a surrogate; else a command of the user's own trainer. Needs label and queryId in `columns` */
  readonly refit?: string;
  /** grouped folds of the refits; default 5 */
  readonly folds?: number;
  readonly seed?: number;
  /** bootstrap replicates over queries; default 1000 */
  readonly replicates?: number;
  /** a run folder to write, for `report` */
  readonly run?: string;
}

const DEFAULT_FOLDS = 5;
const DEFAULT_REPLICATES = 1000;
const DEFAULT_SEED = 1;

/**
 * Ranks the players of an ensemble of any engine by summed SHAP, keeps those that fit the budget from the largest down
 * (required ones and context always), and, where asked, refits with all columns and with those kept and compares both on
 * grouped folds.
 *
 * @throws EsciSelectError as explainEnsemble, and ('infeasible') where nothing fits, ('usage') where a refit lacks labels or the
 * command fails
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 * import { boostingOptions, rankEnsemble, toXgboostJson, trainBoosting } from 'esci-select';
 *
 * const features = { rows: 4, columns: 2, names: ['a', 'b'], values: Float32Array.of(0, 1, 0, 2, 1, 1, 1, 2) };
 * const { ensemble } = trainBoosting({
 *   features,
 *   labels: Int16Array.of(0, 0, 1, 1),
 *   classes: 2,
 *   rows: Int32Array.of(0, 1, 2, 3),
 *   options: boostingOptions({ rounds: 4, minDataInLeaf: 1, minChildWeight: 0, baggingFraction: 1, featureFraction: 1 }),
 * });
 * writeFileSync('stack.json', toXgboostJson(ensemble));
 * writeFileSync('stack.csv', 'a,b\n0,1\n0,2\n1,1\n1,2\n');
 * const own = { ensemble: 'stack.json', features: 'stack.csv', budgets: ['1'] };
 * const { kept, judged } = await rankEnsemble(own, { threads: 1 });
 * [kept, judged]; // => [ [ 'a' ], null ]
 */
export async function rankEnsemble(
  options: RankEnsembleOptions,
  context: PipelineContext,
): Promise<EnsembleRanking> {
  const budget = parseBudget(options.budgets);
  const judging = judgedColumns(options);
  const opened = await openInput(options);
  const expected = await checkExpected(opened, options, context);
  const { foreign, files, players, outputs } = opened;
  const sums = new EnsembleSums(opened.attributor);
  const rows =
    judging === null ? null : new JudgedRows(judging, judgedClasses(opened), foreign.columns.length);
  const others = judging === null ? [] : [judging.label, judging.queryId];
  for await (const { batch } of attributedBatches(opened, sums, context, others)) rows?.add(batch);
  const lines = contributionsOf(opened, sums);
  const ranking = choosePlayers(lines, players.players, budget, options.players);
  const kept = new Set(ranking.filter((line) => line.kept).map(({ player }) => player));
  const columns = [...foreign.columns.keys()].filter((column) =>
    kept.has(players.players[players.ofColumn[column]].name),
  );
  const answer: EnsembleRanking = {
    schema: 'esci-select/ensemble-ranking/1',
    format: foreign.format,
    objective: foreign.objective,
    rows: sums.rows,
    outputs,
    expected,
    budget,
    ranking,
    kept: ranking.filter((line) => line.kept && !line.context).map(({ player }) => player),
    columns: columns.map((column) => files.names[column]),
    judged: rows === null ? null : await judge({ opened, options, table: rows.finish(), columns }, context),
    scores: null,
  };
  if (options.run !== undefined) await saveRanked(options.run, { answer, lines, options, players });
  return answer;
}

function judgedColumns({ refit, columns }: RankEnsembleOptions) {
  if (refit === undefined) return null;
  const label = columns?.get('label');
  const queryId = columns?.get('queryId');
  if (label !== undefined && queryId !== undefined) return { label, queryId };
  throw new EsciSelectError('usage', '--refit needs labels, and queries to keep in one fold', {
    hint: 'give --column label=NAME --column queryId=NAME',
  });
}

interface JudgeInput {
  readonly opened: OpenedEnsemble;
  readonly options: RankEnsembleOptions;
  readonly table: JudgedTable;
  /** columns of the model that are kept */
  readonly columns: readonly number[];
}

async function judge(input: JudgeInput, context: PipelineContext): Promise<JudgedRefit> {
  const { opened, options, table, columns } = input;
  const { folds = DEFAULT_FOLDS, seed = DEFAULT_SEED, replicates = DEFAULT_REPLICATES } = options;
  const split = { folds, ofRow: groupedFolds(table.groups, folds, seed) };
  const all = [...opened.foreign.columns.keys()];
  const full = await refit(input, all, split, context);
  const pruned = await refit(input, columns, split, context);
  const rows = Int32Array.from(table.labels.keys());
  const set = evaluationSet(table.classes.length, table.labels, table.groups, rows);
  const { evaluations, differences } = evaluate(
    set,
    [
      { name: 'full', probabilities: full, covered: null },
      { name: 'pruned', probabilities: pruned, covered: null },
    ],
    { replicates, seed, pairs: [[0, 1]] },
  );
  const isOwn = options.refit === 'own';
  return {
    by: isOwn ? 'own' : 'command',
    surrogate: isOwn,
    folds,
    rows: rows.length,
    queries: table.queries,
    full: evaluations[0],
    pruned: evaluations[1],
    difference: differences[0],
  };
}

async function refit(
  { opened, options, table }: JudgeInput,
  columns: readonly number[],
  folds: RowFolds,
  context: PipelineContext,
): Promise<Float32Array> {
  const { seed = DEFAULT_SEED } = options;
  if (options.refit === 'own') return refitOwn(table, columns, folds, { ...context, seed });
  const { players, files } = opened;
  const owners = new Set(columns.map((column) => players.players[players.ofColumn[column]].name));
  return refitByCommand(
    {
      command: options.refit!,
      columns: columns.map((column) => files.names[column]),
      players: [...owners],
      classes: table.classes,
      folds,
    },
    context,
  );
}
