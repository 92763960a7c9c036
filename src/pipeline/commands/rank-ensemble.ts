import { groupedFolds } from '../../data/examples/splits.js';
import { EsciSelectError, quote } from '../../errors.js';
import { type Difference, type Evaluation, evaluate, evaluationSet } from '../../evaluation/evaluate.js';
import type { Cost } from '../../predictions/matrix.js';
import { type Budget, parseBudget } from '../../selection/budget.js';
import { costOf } from '../../selection/costs.js';
import { checkFeasible, fits, type Limit, limitsOf } from '../../selection/limits.js';
import type { PipelineContext } from '../events.js';
import type { ExpectedMargins } from '../foreign/expect.js';
import {
  attributedBatches,
  checkExpected,
  contributionsOf,
  type EnsembleInput,
  type OpenedEnsemble,
  openInput,
  type PlayerContribution,
} from '../foreign/explained.js';
import { JudgedRows, type JudgedTable } from '../foreign/judged-table.js';
import { judgedClasses } from '../foreign/outputs.js';
import type { EnsemblePlayer } from '../foreign/players-file.js';
import { refitByCommand } from '../foreign/refit-command.js';
import { type RowFolds, refitOwn } from '../foreign/refit-own.js';
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
}

/** One player's place. */
export interface RankedPlayer extends PlayerContribution {
  readonly kept: boolean;
  /** why it is kept or not */
  readonly why: 'context' | 'required' | 'within the budget' | 'over the budget';
}

/** The pruned ensemble against the full one, both refitted the same way, on rows that no refit saw. */
export interface JudgedRefit {
  readonly by: 'own' | 'command';
  /** whether the refits are of another engine than the user's, so that they only stand for it */
  readonly surrogate: boolean;
  readonly folds: number;
  readonly rows: number;
  readonly queries: number;
  readonly full: Evaluation;
  readonly pruned: Evaluation;
  /** pruned - full */
  readonly difference: Difference;
}

/** Which players of an ensemble of any engine to keep. */
export interface EnsembleRanking {
  readonly schema: 'esci-select/ensemble-ranking/1';
  readonly format: string;
  readonly objective: string;
  readonly rows: number;
  readonly outputs: readonly string[];
  readonly expected: ExpectedMargins | null;
  readonly budget: Budget;
  /** largest summed SHAP first */
  readonly ranking: readonly RankedPlayer[];
  readonly kept: readonly string[];
  /** the table's columns of the players kept, context among them, in the model's order */
  readonly columns: readonly string[];
  /** null where no refit was asked for: an order by contributions alone is no evidence of what pruning costs */
  readonly judged: JudgedRefit | null;
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
  const ranking = choose(opened, contributionsOf(opened, sums), budget, options.players);
  const kept = new Set(ranking.filter((line) => line.kept).map(({ player }) => player));
  const columns = [...foreign.columns.keys()].filter((column) =>
    kept.has(players.players[players.ofColumn[column]].name),
  );
  return {
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
  };
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

/** Walks the players from the largest contribution down and keeps what fits beside the required ones. */
function choose(
  opened: OpenedEnsemble,
  lines: readonly PlayerContribution[],
  budget: Budget,
  path: string | undefined,
): RankedPlayer[] {
  const byName = new Map(opened.players.players.map((player) => [player.name, player]));
  const candidates = lines.filter(({ context }) => !context).map(({ player }) => byName.get(player)!);
  checkCosts(candidates, budget, path);
  const limits: Limit[] = limitsOf(
    budget,
    candidates.map((player) => ({ name: player.name, costs: costCards(player) })),
  );
  const required = [...candidates.keys()].filter((at) => candidates[at].required);
  checkFeasible(
    limits,
    candidates.map(({ name }) => name),
    required,
  );
  const kept = new Set(required);
  for (const at of candidates.keys()) if (fits(limits, [...new Set([...kept, at])])) kept.add(at);
  return lines.map((line) => {
    if (line.context) return { ...line, kept: true, why: 'context' };
    const at = candidates.findIndex(({ name }) => name === line.player);
    const why = candidates[at].required ? 'required' : kept.has(at) ? 'within the budget' : 'over the budget';
    return { ...line, kept: kept.has(at), why };
  });
}

/** Costs of players are declared in their file, nowhere else. */
function checkCosts(
  candidates: readonly EnsemblePlayer[],
  { costs }: Budget,
  path: string | undefined,
): void {
  for (const { name } of costs) {
    const lacking = candidates.find((player) => costOf({ costs: costCards(player) }, name) === undefined);
    if (lacking === undefined) continue;
    throw new EsciSelectError('usage', `cost ${quote(name)} of player ${quote(lacking.name)} is unknown`, {
      path,
      hint: `give each player "costs": {${JSON.stringify(name)}: ...} in the players file (--players)`,
    });
  }
}

function costCards({ costs }: EnsemblePlayer): Record<string, Cost> {
  return Object.fromEntries(Object.entries(costs).map(([cost, value]) => [cost, { value, unit: '' }]));
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
