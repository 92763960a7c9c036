import type { Decision, RankingLine } from '../../selection/decision.js';
import type { ModelReason } from '../../selection/model-reason.js';
import { modelReasons } from '../../selection/model-reasons.js';
import { NO_BETTER } from '../chance.js';
import { amount, count, percent, score, standardDeviations } from '../format.js';
import { type Cell, costCell, costTitle, costUnit, type TextTable } from '../tables.js';

/** What a ranking is shown from: a decision, or a ranking that nothing was decided by. */
export type RankingFacts = Pick<
  Decision,
  'ranking' | 'orderedBy' | 'budget' | 'constraints' | 'redundancy' | 'kept' | 'replicates'
>;

/** What orders the models, as the caption of their table. */
export function orderCaption({ orderedBy, ranking }: RankingFacts): string {
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
  decision: RankingFacts,
  { costs = [], narrow = false }: RankingLook = {},
): TextTable {
  const columns = [
    ['rank', rankCell],
    ['family', ({ family }) => family],
    ['why', whyCell(decision)],
    ...screenColumns(decision, narrow),
    ...contributionColumns(decision),
    ['summed SHAP', narrow && isOrderedByRefits(decision) ? ({ shap }) => score(shap) : shapCell],
    ['group Shapley', ({ groupShap }) => score(groupShap)],
    ...keptColumns(decision),
    ...costs.map((name): Column => [costTitle(decision, name), (line) => ownCost(line, name)]),
  ] as const satisfies readonly Column[];
  return {
    caption: orderCaption(decision),
    head: ['model', ...columns.map(([title]) => title)],
    rows: decision.ranking.map((line) => [line.model, ...columns.map(([, cellOf]) => cellOf(line))]),
  };
}

type Column = readonly [title: string, cellOf: (line: RankingLine) => Cell];

function isOrderedByRefits({ orderedBy }: RankingFacts): boolean {
  return orderedBy !== undefined;
}

function screenColumns({ ranking }: RankingFacts, narrow: boolean): Column[] {
  return ranking.some(({ screen }) => screen !== undefined)
    ? [['z against chance', narrow ? zOf : screenCell]]
    : [];
}

function contributionColumns({ ranking }: RankingFacts): Column[] {
  const known = ranking.some(({ evidence }) => evidence?.contribution !== undefined);
  return known ? [['contribution over refits', contributionCell]] : [];
}

function keptColumns({ ranking, replicates }: RankingFacts): Column[] {
  const known = ranking.find(({ evidence }) => evidence !== undefined)?.evidence;
  if (known === undefined) return [];
  const share = ({ evidence }: RankingLine) => (evidence === undefined ? '–' : percent(evidence.keptShare));
  return [[`kept in resamples of ${count(known.keptDraws ?? replicates)}`, share]];
}

function zOf({ screen }: RankingLine): string {
  return screen === undefined ? '–' : standardDeviations(screen.z);
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

function ownCost({ costs, costUnits }: RankingLine, name: string): string {
  return Object.hasOwn(costs, name) ? costCell(costs[name], costUnits[name]) : costCell(null, '');
}

/** What a model is kept for or not: `kept`, `over budget` with what it needs, `redundant with X`, `no gain`, `useless`. */
function whyCell(decision: RankingFacts): (line: RankingLine) => Cell {
  const reasons = modelReasons(decision);
  const of = new Map(decision.ranking.map(({ model }, at) => [model, reasons[at]]));
  return ({ model }) => reasonCell(decision, of.get(model)!);
}

function reasonCell(decision: RankingFacts, { reason, as, over }: ModelReason): Cell {
  if (as !== undefined) return [`redundant with ${as.model}`, `(r ${score(as.correlation)})`];
  if (over === undefined) return reason;
  const { name, limit, needs, left } = over;
  if (name === 'models') return [reason, `(${count(limit - left)} of ${count(limit)} taken)`];
  const unit = costUnit(decision, name);
  const asked = amount(needs, unit);
  return [
    reason,
    left === limit ? `(${asked} of ${amount(limit, unit)})` : `(needs ${asked}, ${amount(left, unit)} left)`,
  ];
}

/** What the words of the column `why` mean; of the words that stand there only. */
export function whyNote(decision: RankingFacts): string {
  const there = new Set(modelReasons(decision).map(({ reason }) => reason));
  const meant = MEANINGS.filter(([reason]) => there.has(reason)).map(([, meaning]) => meaning);
  return meant.length === 0 ? '' : `${meant.join('; ')}.`;
}

const MEANINGS: readonly (readonly [ModelReason['reason'], string])[] = [
  ['over budget', 'over budget: does not fit, alone or beside the models kept'],
  ['redundant', 'redundant: says what a model kept says'],
  ['no gain', 'no gain: would fit, and adds nothing that these rows show'],
  ['useless', 'useless: no better than chance'],
];
