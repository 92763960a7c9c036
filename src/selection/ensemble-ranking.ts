import { EsciSelectError, quote } from '../errors.js';
import type { Intervals } from '../evaluation/bootstrap.js';
import type { Difference, Evaluation } from '../evaluation/evaluate.js';
import type { Scores } from '../evaluation/metrics.js';
import type { Cost } from '../predictions/matrix.js';
import type { Budget } from './budget.js';
import { costOf } from './costs.js';
import { checkFeasible, fits, type Limit, limitsOf } from './limits.js';

/** One player's mean contributions over all rows, in the unit of raw margins. */
export interface PlayerContribution {
  readonly player: string;
  /** whether its columns are context, which is never pruned */
  readonly context: boolean;
  /** mean over rows and outputs of |signed sum of the SHAP values of its columns| */
  readonly shap: number;
  /** mean over rows and outputs of |Shapley value with players as players| */
  readonly groupShap: number;
  /** [output] */
  readonly shapByOutput: readonly number[];
  readonly groupShapByOutput: readonly number[];
  readonly signedByOutput: readonly number[];
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
  /** how margins compare with the user's own; null where none were given */
  readonly expected: { readonly rows: number; readonly largestDifference: number } | null;
  readonly budget: Budget;
  /** largest summed SHAP first */
  readonly ranking: readonly RankedPlayer[];
  readonly kept: readonly string[];
  /** the table's columns of the players kept, context among them, in the model's order */
  readonly columns: readonly string[];
  /** null where no refit was asked for: an order by contributions alone is no evidence of what pruning costs */
  readonly judged: JudgedRefit | null;
  /** of the ensemble itself on labelled rows that workers saw; null unless sums of workers were merged */
  readonly scores: MergedScores | null;
}

/** Scores that replicates have: losses are not drawn. */
const DRAWN_SCORES = ['accuracy', 'macroF1', 'weightedF1'] as const;
export type DrawnScore = (typeof DRAWN_SCORES)[number];

/** Scores of sums that workers counted. Whether training saw the rows is not known. */
export interface MergedScores extends Scores {
  readonly classes: readonly string[];
  readonly rows: number;
  /** 95%, by a Poisson bootstrap over queries; null without replicates */
  readonly intervals: Pick<Intervals, DrawnScore> | null;
  readonly replicates: number;
  /** [label][answer] rows */
  readonly confusion: readonly (readonly number[])[];
}

/** What is known of a player beside its contribution. */
export interface PlayerTerms {
  readonly name: string;
  readonly required: boolean;
  readonly costs: Readonly<Record<string, number>>;
}

/**
 * Walks the players from the largest contribution down and keeps what fits beside the required ones. Throws 'usage' where a
 * cost is not declared, 'infeasible' where nothing fits.
 */
export function choosePlayers(
  lines: readonly PlayerContribution[],
  players: readonly PlayerTerms[],
  budget: Budget,
  path?: string,
): RankedPlayer[] {
  const byName = new Map(players.map((player) => [player.name, player]));
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
function checkCosts(candidates: readonly PlayerTerms[], { costs }: Budget, path: string | undefined): void {
  for (const { name } of costs) {
    const lacking = candidates.find((player) => costOf({ costs: costCards(player) }, name) === undefined);
    if (lacking === undefined) continue;
    throw new EsciSelectError('usage', `cost ${quote(name)} of player ${quote(lacking.name)} is unknown`, {
      path,
      hint: `give each player "costs": {${JSON.stringify(name)}: ...} in the players file (--players)`,
    });
  }
}

function costCards({ costs }: PlayerTerms): Record<string, Cost> {
  return Object.fromEntries(Object.entries(costs).map(([cost, value]) => [cost, { value, unit: '' }]));
}
