import { EsciSelectError } from '../errors.js';
import type { EnsembleRanking, JudgedRefit } from '../pipeline.js';
import { cost, count, listed, score, scoreWithInterval, signed } from '../report/format.js';
import { type EnsembleFlags, ensembleInput } from './ensemble-flags.js';
import { type GlobalOptions, printResult } from './output.js';
import { Progress } from './progress.js';
import { textTable } from './table.js';
import { plain } from './text.js';

interface RankForeignFlags extends EnsembleFlags, GlobalOptions {
  /** undefined where the user names none */
  runGiven?: string;
  budget?: string[];
  refit?: string;
  replicates: number;
  threads: number;
}

/** Flags of `rank` that ask for what a run has and a model file has not. */
const OF_RUNS = [
  'combine',
  'strategy',
  'metric',
  'require',
  'forbid',
  'floor',
  'audit',
  'measures',
  'slices',
  'margin',
  'recipe',
  'decide',
  'toJudge',
  'force',
];

/** `rank --run` of a run that `merge` or `rank --ensemble` has made; false where the run is of examples and models. */
export async function rankMerged(
  flags: GlobalOptions & { run: string; budget?: string[] },
): Promise<boolean> {
  const { rankForeignRun } = await import('../pipeline/commands/merge.js');
  const ranking = await rankForeignRun(flags.run, () => {
    refuseFlagsOfRuns(flags);
    return requireBudget(flags);
  });
  if (ranking === null) return false;
  printResult(flags, ranking, () => render(ranking));
  return true;
}

function refuseFlagsOfRuns(flags: object): void {
  const given = flags as Readonly<Record<string, unknown>>;
  const other = OF_RUNS.find((name) => given[name] !== undefined);
  if (other === undefined) return;
  const flag = `--${other.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new EsciSelectError(
    'usage',
    `${flag} is of a run of train, an ensemble of another engine has it not`,
    {
      hint: 'leave it out; what must stay is "required" in the players file',
    },
  );
}

/** The budget, which a ranking without a decision has no use for here. */
function requireBudget({ budget }: { readonly budget?: string[] }): string[] {
  if (budget !== undefined) return budget;
  throw new EsciSelectError('usage', 'no --budget is given', {
    hint: 'give --budget N or --budget COST=LIMIT; esci-select explain --ensemble shows contributions without one',
  });
}

/** `rank --ensemble`: which players of an ensemble of another engine fit the budget. */
export async function rankForeign(flags: RankForeignFlags, signal: AbortSignal): Promise<void> {
  refuseFlagsOfRuns(flags);
  const budget = requireBudget(flags);
  const input = ensembleInput(flags);
  const { rankEnsemble } = await import('../pipeline.js');
  const progress = new Progress(flags);
  try {
    const { refit, replicates, threads } = flags;
    const options = { ...input, budgets: budget, refit, replicates, run: flags.runGiven };
    const ranking = await rankEnsemble(options, { threads, signal, onEvent: progress.onEvent });
    progress.stop();
    printResult(flags, ranking, () => render(ranking));
  } finally {
    progress.stop();
  }
}

function render(result: EnsembleRanking): string {
  const { format, objective, rows, ranking, kept, columns, judged, expected, budget } = result;
  const table = textTable(
    ['player', 'kept', 'why', 'shap', 'group'],
    ranking.map(({ player, kept: isKept, why, shap, groupShap }) => [
      player,
      isKept ? 'yes' : 'no',
      why,
      score(shap),
      score(groupShap),
    ]),
    { numbersFrom: 3 },
  );
  const limits = [
    ...(budget.models === null
      ? []
      : [`at most ${budget.models} ${budget.models === 1 ? 'model' : 'models'}`]),
    ...budget.costs.map(({ name, limit }) => `${name} <= ${cost(limit)}`),
  ];
  return [
    plain(
      `Within ${listed(limits)}: keep ${listed(kept)}${columns.length === 0 ? '' : ` (${count(columns.length)} columns)`}.`,
    ),
    ...judgedLines(judged),
    '',
    table,
    plain(`mean |contribution| to raw margins of ${format}, ${objective}, over ${count(rows)} rows`),
    ...(expected === null ? ['margins were not compared with your own: --expect FILE does'] : []),
  ].join('\n');
}

function judgedLines(judged: JudgedRefit | null): string[] {
  if (judged === null) {
    return ['An order by contributions is no evidence of what pruning costs: --refit measures it.'];
  }
  const { full, pruned, difference, surrogate, folds, rows, queries } = judged;
  const [low, high] = difference.intervals.macroF1;
  return [
    `Macro F1 ${scoreWithInterval(pruned, 'macroF1')} pruned, ${scoreWithInterval(full, 'macroF1')} with all columns; ` +
      `difference ${signed(difference.difference.macroF1)} [${signed(low)}, ${signed(high)}].`,
    `Both were refitted on ${folds} folds by query: ${count(rows)} rows of ${count(queries)} queries.`,
    ...(surrogate
      ? ['The refits are our own trees, a surrogate of your engine: --refit COMMAND calls your trainer.']
      : []),
  ];
}
