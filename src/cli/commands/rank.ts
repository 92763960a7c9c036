import { type Command, Option } from 'commander';
import pc from 'picocolors';
import {
  DECIDE_NAMES,
  DEFAULT_STRATEGY,
  type DecideName,
  type Decision,
  KEEP_NAMES,
  STRATEGIES,
  STRATEGY_NAMES,
} from '../../pipeline/for-terminal.js';
import { RECIPE_NAMES, RECIPES } from '../../pipeline/recipes.js';
import { chanceSentences } from '../../report/chance.js';
import { headline } from '../../report/headline.js';
import { ruleSentences } from '../../report/sections/answers.js';
import { auditSentences } from '../../report/sections/audit.js';
import { bestSingleTable } from '../../report/sections/best-singles.js';
import { frontierSentences, frontiersOfBudget } from '../../report/sections/frontier.js';
import {
  localeBudgetNote,
  localeBudgetSentences,
  localeBudgetTable,
} from '../../report/sections/locale-budgets.js';
import { measureSentences, measureTable } from '../../report/sections/measures.js';
import { orderCaption, whyNote } from '../../report/sections/ranking-table.js';
import { recipeSentences } from '../../report/sections/recipe.js';
import { choiceSentences, settleSentences } from '../../report/sections/recommendation.js';
import { searchSentences } from '../../report/sections/search.js';
import { sliceNote, sliceSentences, sliceTable } from '../../report/sections/slices.js';
import { evidenceSentences, noiseSentence, protocolSentence, reachSentence } from '../../report/sentences.js';
import { comparisonTable, costNames } from '../../report/tables.js';
import { decisionRecord } from '../decision-record.js';
import { type EnsembleFlags, isAboutEnsemble, withEnsembleFlags } from '../ensemble-flags.js';
import { DEFAULT_RUN, newCommand, withThreads } from '../globals.js';
import { type GlobalOptions, printResult } from '../output.js';
import { collect, pairs, positiveNumber, wholeNumber } from '../parse.js';
import { Progress } from '../progress.js';
import { rankForeign, rankMerged } from '../rank-foreign.js';
import { rankingTableText, rankOnly } from '../rank-only.js';
import { reportTable, tinted } from '../table.js';
import { plain } from '../text.js';

interface RankFlags extends GlobalOptions, EnsembleFlags {
  refit?: string;
  run: string;
  budget?: string[];
  combine?: string[];
  strategy?: string;
  metric?: string;
  require?: string[];
  forbid?: string[];
  floor?: string[];
  audit?: boolean;
  measures?: boolean;
  slices?: boolean;
  margin?: number;
  recipe?: string;
  keep: string;
  decide?: DecideName;
  toJudge?: string;
  tag?: Map<string, string>;
  replicates: number;
  threads: number;
  force?: boolean;
}

const EXAMPLES = `
Examples:
  $ esci-select rank                                     the ranking, and a budget to begin with
  $ esci-select rank --budget 3
  $ esci-select rank --budget latency_ms=25 --budget 4
  $ esci-select rank --budget 3 --budget jp:2 --budget us:latency_ms=25
  $ esci-select rank --budget 3 --strategy greedy --floor f1.complement=0.3 --forbid slow-model
  $ esci-select rank --budget latency_ms=25 --ensemble stack.txt --features table.parquet --players players.json --run stack-run
`;

/** `esci-select rank`: the ranking, the models that fit the budget, and the evidence. */
export function rankCommand(signal: AbortSignal): Command {
  const command = newCommand('rank', 'rank the models, keep those that fit the budget, refit and compare');
  return withThreads(
    withEnsembleFlags(withRankFlags(command)).option(
      '--refit <own|command>',
      'judge the pruned ensemble: by our own trees (a surrogate), or by your trainer, called with --columns and --out',
    ),
  )
    .addHelpText('after', EXAMPLES)
    .action((flags: RankFlags, self: Command) => runRank(flags, self, signal));
}

/** What is asked of the choice, and what is told of it. */
function withRankFlags(command: Command): Command {
  return command
    .option('--run <dir>', 'run folder', DEFAULT_RUN)
    .option(
      '--budget <n|cost=limit>',
      'a number of models, or a limit on a summed cost; with a locale in front, jp:2, for that locale alone; repeatable; without it nothing is decided, and what each budget would buy is shown',
      collect,
    )
    .option(
      '--combine <cost=how>',
      'how a cost of several models combines: sum (default) or max, for models that run side by side; repeatable',
      collect,
    )
    .option('--strategy <name>', `how to choose: ${strategies()}; default: ${DEFAULT_STRATEGY}`)
    .option('--metric <score>', 'score that --strategy improves: macroF1, accuracy, weightedF1 or logLoss')
    .addOption(
      new Option(
        '--keep <set>',
        'keep the smallest set that cannot be told from the best within the budget, or the best',
      )
        .choices(KEEP_NAMES)
        .default('smallest'),
    )
    .addOption(
      new Option('--decide <rule>', 'how margins become answers; default: as the run was trained').choices(
        DECIDE_NAMES,
      ),
    )
    .option('--require <model>', 'a model to keep whatever happens; repeatable', collect)
    .option('--forbid <model>', 'a model never to keep; repeatable', collect)
    .option(
      '--floor <score=least>',
      'least cross-validated score, such as f1.complement=0.3, accuracy=0.6 or, for one locale, jp:accuracy=0.6; repeatable',
      collect,
    )
    .option(
      '--margin <loss>',
      'loss of the metric by pruning that you accept: is it more than that?',
      positiveNumber,
    )
    .option('--audit', 'try every set that fits on the evaluation rows: what does the choice cost?')
    .option(
      '--measures',
      'contribution by seven measures side by side; fits up to 255 or 20 per model small ensembles',
    )
    .option('--slices', 'show the gain of each model by class, locale, source and query frequency as tables')
    .option('--recipe <name>', `also go by somebody else's recipe, and compare: ${recipes()}`)
    .option(
      '--to-judge <file>',
      'write a CSV of the pairs whose judgement would best tell the candidate sets apart',
    )
    .option('--tag <key=value>', 'remember this beside the decision, for history; repeatable', pairs)
    .option('--replicates <n>', 'bootstrap draws behind every interval', wholeNumber(100), 1000)
    .option('--force', 'decide again even if nothing has changed');
}

async function runRank(flags: RankFlags, self: Command, signal: AbortSignal): Promise<void> {
  if (isAboutEnsemble(flags) || flags.refit !== undefined) {
    const isGiven = self.getOptionValueSource('run') !== 'default';
    await rankForeign({ ...flags, runGiven: isGiven ? flags.run : undefined }, signal);
    return;
  }
  if (await rankMerged(flags)) return;
  const { run, budget, replicates, threads, strategy, metric } = flags;
  if (budget === undefined) {
    await rankOnly(flags, signal);
    return;
  }
  const progress = new Progress(flags);
  try {
    const { rank } = await import('../../pipeline.js');
    const decision = await rank(
      {
        combine: flags.combine,
        run,
        budgets: budget,
        replicates,
        strategy,
        metric,
        keep: flags.keep,
        force: flags.force === true,
        require: flags.require,
        forbid: flags.forbid,
        floors: flags.floor,
        audit: flags.audit,
        margin: flags.margin,
        measures: flags.measures,
        recipe: flags.recipe,
        decide: flags.decide,
        toJudge: flags.toJudge,
        record: decisionRecord(flags.tag, process.env),
      },
      { threads, signal, onEvent: progress.onEvent },
    );
    progress.stop();
    printResult(flags, decision, () => render(decision, flags.slices === true));
  } finally {
    progress.stop();
  }
}

function strategies(): string {
  return STRATEGY_NAMES.map((name) => `${name} (${STRATEGIES[name].summary})`).join(', ');
}

function recipes(): string {
  return RECIPE_NAMES.map((name) => `${name} (${RECIPES[name].summary})`).join(', ');
}

/** The decision first, then the tables behind it, then how sure all of it is. */
function render(decision: Decision, slices: boolean): string {
  return [
    pc.bold(plain(headline(decision))),
    plain(reachSentence(decision)),
    ...choiceSentences(decision).map(plain),
    '',
    ...rankingLines(decision),
    '',
    reportTable(comparisonTable(decision, { narrow: true }), { numbersFrom: 1, spare: SPARE_SCORES }),
    '',
    ...measureLines(decision),
    ...bestSingleLines(decision),
    ...ruleSentences(decision).map(plain),
    ...evidenceSentences(decision).map(bullet),
    ...settleSentences(decision).map(bullet),
    ...searchSentences(decision).map(plain),
    ...auditSentences(decision).map(plain),
    ...recipeSentences(decision).map(plain),
    ...localeLines(decision),
    ...frontierSentences(frontiersOfBudget(decision)).map(bullet),
    ...sliceLines(decision, slices),
    plain(`${protocolSentence(decision)} ${noiseSentence(decision)}`),
  ].join('\n');
}

function bullet(sentence: string): string {
  return `- ${tinted(plain(sentence))}`;
}

/** Columns of scores that a narrow terminal can spare. */
const SPARE_SCORES = ['rows', 'macro F1 by chance', 'accuracy by chance', 'log-loss', 'weighted F1'];

/** The ranking as a table, what orders it, what its words mean and which models do better than chance. */
function rankingLines(decision: Decision): string[] {
  const limited = decision.budget.costs.map(({ name }) => name);
  const costs = costNames(decision);
  return [
    rankingTableText(decision, costs, limited),
    ...(decision.orderedBy === undefined ? [] : [`${orderCaption(decision)}.`]),
    ...[whyNote(decision)].filter((note) => note !== '').map(plain),
    ...(decision.orderedBy === undefined ? [] : chanceSentences(decision).map(plain)),
  ];
}

/** The single models that the ensembles are compared with. */
function bestSingleLines(decision: Decision): string[] {
  const table = bestSingleTable(decision);
  if (table === null) return [];
  return [plain(`${table.caption}:`), reportTable(table, { numbersFrom: 2 }), ''];
}

function measureLines(decision: Decision): string[] {
  const table = measureTable(decision);
  if (table === null) return [];
  return [reportTable(table, { numbersFrom: 1 }), ...measureSentences(decision).map(plain), ''];
}

/** What serves the locales that have a budget of their own; nothing where there is none. */
function localeLines(decision: Decision): string[] {
  const table = localeBudgetTable(decision);
  if (table === null) return [];
  return [
    '',
    reportTable(table, { numbersFrom: 3 }),
    ...localeBudgetSentences(decision).map(bullet),
    plain(localeBudgetNote(decision)),
    '',
  ];
}

/** Where each model earns its place: a sentence per cut, after the tables behind it where they are wanted. */
function sliceLines(decision: Decision, tables: boolean): string[] {
  const { slices = [] } = decision;
  const shown = tables ? slices.map((table) => sliceTable(decision, table)) : [];
  return [
    ...shown.flatMap((table) => [plain(`${table.caption}:`), reportTable(table, { numbersFrom: 1 }), '']),
    ...sliceSentences(decision).map(bullet),
    ...(tables ? [plain(sliceNote(decision))] : []),
  ];
}
