import type { Decision, RankingLine } from '../selection/decision.js';
import { NO_BETTER } from './chance.js';
import { count, percent, score, standardDeviations } from './format.js';
import { type Cell, costCell, type TextTable } from './tables.js';

/** What orders the models, as the caption of their table. */
export function orderCaption({ orderedBy, ranking }: Decision): string {
  if (orderedBy === undefined) return 'Models in order of contribution (mean absolute log-odds)';
  const refits = ranking.find(({ evidence }) => evidence?.contribution)?.evidence?.contribution?.refits;
  const times = refits === undefined ? 'refits' : `${count(refits)} refits`;
  return `Models in order of their mean rank over ${times} of the pool to drawn queries; contributions are mean absolute log-odds`;
}

/** How the ranking is shown. */
export interface RankingLook {
  /** costs to show, by name */
  readonly costs?: readonly string[];
  /** leaves out what a terminal has no room for */
  readonly narrow?: boolean;
}

/**
 * Rank, contribution and fate of every model, with how sure they are where that is known, and each cost by itself where
 * it is asked for.
 */
export function rankingTable(
  decision: Decision,
  { costs = [], narrow = false }: RankingLook = {},
): TextTable {
  const columns = [
    ['rank', rankCell],
    ['family', ({ family }) => family],
    ['kept', ({ kept }) => (kept ? 'yes' : 'no')],
    ...screenColumns(decision),
    ...contributionColumns(decision),
    ['summed SHAP', narrow && isOrderedByRefits(decision) ? ({ shap }) => score(shap) : shapCell],
    ['group Shapley', ({ groupShap }) => score(groupShap)],
    ...keptColumns(decision),
    ...costs.map((name): Column => [name, (line) => ownCost(line, name)]),
  ] as const satisfies readonly Column[];
  return {
    caption: orderCaption(decision),
    head: ['model', ...columns.map(([title]) => title)],
    rows: decision.ranking.map((line) => [line.model, ...columns.map(([, cellOf]) => cellOf(line))]),
  };
}

type Column = readonly [title: string, cellOf: (line: RankingLine) => Cell];

function isOrderedByRefits({ orderedBy }: Decision): boolean {
  return orderedBy !== undefined;
}

function screenColumns({ ranking }: Decision): Column[] {
  return ranking.some(({ screen }) => screen !== undefined) ? [['z against chance', screenCell]] : [];
}

function contributionColumns({ ranking }: Decision): Column[] {
  const known = ranking.some(({ evidence }) => evidence?.contribution !== undefined);
  return known ? [['contribution over refits', contributionCell]] : [];
}

function keptColumns({ ranking, replicates }: Decision): Column[] {
  const known = ranking.find(({ evidence }) => evidence !== undefined)?.evidence;
  if (known === undefined) return [];
  const share = ({ evidence }: RankingLine) => (evidence === undefined ? '–' : percent(evidence.keptShare));
  return [[`kept in resamples of ${count(known.keptDraws ?? replicates)}`, share]];
}

/** `6.1`, or `1.2` with the words that it is no better than chance. */
function screenCell({ screen }: RankingLine): Cell {
  if (screen === undefined) return '–';
  const z = standardDeviations(screen.z);
  return screen.passed ? z : [z, NO_BETTER];
}

/** `0.151` with `[0.120, 0.180]`. */
function contributionCell({ evidence }: RankingLine): Cell {
  const own = evidence?.contribution;
  return own === undefined ? '–' : [score(own.mean), `[${score(own.low)}, ${score(own.high)}]`];
}

/** `2` with `[1, 3]` where the rank's interval is known. */
function rankCell({ rank, evidence }: RankingLine): Cell {
  return evidence === undefined
    ? String(rank)
    : [String(rank), `[${evidence.rank.low}, ${evidence.rank.high}]`];
}

/** `0.151` with `[0.148, 0.154]` where the interval is known. */
function shapCell({ shap, evidence }: RankingLine): Cell {
  if (evidence === undefined) return score(shap);
  return [score(shap), `[${score(evidence.shap.low)}, ${score(evidence.shap.high)}]`];
}

function ownCost({ costs }: RankingLine, name: string): string {
  return costCell(Object.hasOwn(costs, name) ? costs[name] : null);
}
