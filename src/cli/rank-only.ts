import pc from 'picocolors';
import { EsciSelectError, shellWord } from '../errors.js';
import type { Ranking } from '../pipeline.js';
import { chanceSentences } from '../report/chance.js';
import { amount, listed, SCORE_TITLES, score } from '../report/format.js';
import { frontierSentences } from '../report/sections/frontier.js';
import { orderCaption, type RankingFacts, rankingTable, whyNote } from '../report/sections/ranking-table.js';
import { costNames } from '../report/tables.js';
import { DEFAULT_RUN } from './globals.js';
import { type GlobalOptions, printResult } from './output.js';
import { Progress } from './progress.js';
import { reportTable } from './table.js';
import { plain } from './text.js';

interface RankOnlyFlags extends GlobalOptions {
  run: string;
  combine?: string[];
  strategy?: string;
  metric?: string;
  keep: string;
  require?: string[];
  forbid?: string[];
  replicates: number;
  threads: number;
}

/** Flags of `rank` that are about a decision, for which there must be a budget. */
const OF_DECISIONS = ['floor', 'audit', 'measures', 'slices', 'margin', 'recipe', 'decide', 'toJudge'];

/** `rank` without a budget: the ranking, what each budget would buy, and one to begin with. Writes no decision. */
export async function rankOnly(flags: RankOnlyFlags, signal: AbortSignal): Promise<void> {
  refuseDecisionFlags(flags as unknown as Readonly<Record<string, unknown>>);
  const { rankWithoutBudget } = await import('../pipeline.js');
  const progress = new Progress(flags);
  try {
    const { run, combine, strategy, metric, keep, require, forbid, replicates, threads } = flags;
    const options = { run, combine, strategy, metric, keep, require, forbid, replicates };
    const ranking = await rankWithoutBudget(options, { threads, signal, onEvent: progress.onEvent });
    progress.stop();
    printResult(flags, ranking, () => render(ranking, run));
  } finally {
    progress.stop();
  }
}

function refuseDecisionFlags(flags: Readonly<Record<string, unknown>>): void {
  const given = OF_DECISIONS.find((name) => flags[name] !== undefined);
  if (given === undefined) return;
  const flag = `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new EsciSelectError('usage', `${flag} is about a decision, and without --budget there is none`, {
    hint: 'give --budget N or --budget COST=LIMIT; esci-select rank alone suggests one',
  });
}

function render(ranking: Ranking, run: string): string {
  const facts: RankingFacts = {
    ...ranking,
    kept: ranking.unlimited,
    budget: { models: null, costs: [] },
  };
  const costs = costNames(facts);
  const command = (budget: string) =>
    `  $ esci-select rank${run === DEFAULT_RUN ? '' : ` --run ${shellWord(run)}`} --budget ${shellWord(budget)}`;
  const [first, ...others] = ranking.suggestions;
  return [
    pc.bold(plain(choiceOf(ranking))),
    'Nothing is decided: choose a budget. To begin with, the least that buys a set as good as the best:',
    plain(command(first.budget)),
    plain(suggestionText(ranking, first)),
    ...others.flatMap((other) => [plain(command(other.budget)), plain(suggestionText(ranking, other))]),
    '',
    rankingTableText(facts, costs, []),
    `${orderCaption(facts)}.`,
    ...[whyNote(facts)].filter((note) => note !== '').map(plain),
    ...chanceSentences(facts).map(plain),
    ...frontierSentences(ranking.frontiers).map((sentence) => `- ${plain(sentence)}`),
  ].join('\n');
}

function choiceOf({ unlimited }: Ranking): string {
  return unlimited.length === 0
    ? 'No model beats chance: whatever the budget, nothing would be recommended.'
    : `Without a limit: ${listed(unlimited)}.`;
}

/** What a budget buys: `    overlap-lr and tfidf (2.3 ms): macro F1 0.337 [0.310, 0.360]`. */
function suggestionText({ metric }: Ranking, suggestion: Ranking['suggestions'][number]): string {
  const { models, unit, limit, cost, low, high } = suggestion;
  const spent = cost === 'models' ? '' : ` (${amount(limit, unit)})`;
  return `    ${listed(models)}${spent}: ${SCORE_TITLES[metric]} ${score(suggestion.score)} [${score(low)}, ${score(high)}]`;
}

/** The ranking for a terminal: what can be spared goes first, costs that nothing limits before all. */
export function rankingTableText(
  facts: RankingFacts,
  costs: readonly string[],
  limited: readonly string[],
): string {
  const free = costs.filter((name) => !limited.includes(name));
  return reportTable(rankingTable(facts, { costs, narrow: true }), {
    numbersFrom: 4,
    spare: [...free, 'group Shapley', 'family', 'summed SHAP', 'z against chance', 'kept in resamples'],
  });
}
