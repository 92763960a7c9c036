import { EsciSelectError } from '../errors.js';
import type { ScoreName } from '../evaluation/metrics.js';
import { merit } from './objective.js';
import { repairFloors } from './repair.js';
import { STRATEGIES, STRATEGY_NAMES, type StrategyName } from './strategies/registry.js';
import type { SelectionProblem } from './strategy.js';
import { fittingSubsets } from './subsets.js';
import { addTally, emptyTally, scoreTally, type Tally } from './tally.js';

/** One part of the rows held out: how every set that fits does there, and what each strategy chose without it. */
export interface AuditPart {
  /** candidates of each set, the same in all parts */
  readonly subsets: readonly (readonly number[])[];
  /** [set], fitted on the part's selection rows and counted on its held-out rows */
  readonly tallies: readonly Tally[];
  /** by strategy, an index into `subsets` */
  readonly chosen: Readonly<Record<string, number>>;
}

/** What a strategy's choice costs against the best set in hindsight. */
export interface AuditLine {
  readonly strategy: string;
  /** of the metric on held-out rows */
  readonly score: number;
  /** how much worse that is than the best set; at least 0 unless choices differ between parts */
  readonly regret: number;
  /** sets that do better, and one */
  readonly place: number;
}

/** Every strategy against the best of all sets that fit, on held-out rows. */
export interface Audit {
  readonly metric: ScoreName;
  /** sets compared */
  readonly subsets: number;
  readonly best: { readonly models: readonly string[]; readonly score: number };
  /** what the decision's own strategy loses */
  readonly regret: number;
  /** least regret first */
  readonly strategies: readonly AuditLine[];
}

/** Sets fitted at most: all of 10 models, or up to 4 of 12. */
const MOST_SUBSETS = 1023;

/** The strategies audited: all, but exact search, which fits every set three times over, only when it is asked for. */
export function auditedStrategies(asked: StrategyName): StrategyName[] {
  return STRATEGY_NAMES.filter((name) => name !== 'exact' || name === asked);
}

/**
 * Lets strategies choose on a part's selection rows and counts every set that fits on its held-out rows.
 *
 * @throws EsciSelectError('usage') when more than 1,023 sets fit
 */
export function auditPart(
  problem: SelectionProblem,
  heldOut: (subset: readonly number[]) => Tally,
  strategies: readonly StrategyName[],
): AuditPart {
  const subsets = fittingSubsets(problem, MOST_SUBSETS);
  if (subsets === null) {
    throw new EsciSelectError(
      'usage',
      `more than ${MOST_SUBSETS} sets of models fit the budget, too many to audit`,
      {
        hint: 'give a tighter --budget, --forbid models, or leave out --audit',
      },
    );
  }
  const place = new Map(subsets.map((subset, at) => [keyOf(subset), at]));
  const chosen: Record<string, number> = {};
  for (const name of strategies) {
    const { kept } = STRATEGIES[name].choose(problem);
    chosen[name] = place.get(keyOf(problem.floors.length === 0 ? kept : repairFloors(problem, kept)))!;
  }
  return { subsets, tallies: subsets.map(heldOut), chosen };
}

function keyOf(subset: readonly number[]): string {
  return [...subset].sort((a, b) => a - b).join(' ');
}

/** Adds up the parts and compares. Several parts are folds that each were held out once. */
export function finishAudit(
  parts: readonly AuditPart[],
  names: readonly string[],
  metric: ScoreName,
  asked: StrategyName,
): Audit {
  const pooled = (setOf: (part: AuditPart) => number) => {
    const tally = emptyTally(parts[0].tallies[0].classes);
    for (const part of parts) addTally(tally, part.tallies[setOf(part)]);
    return scoreTally(tally);
  };
  const { subsets } = parts[0];
  const scores = subsets.map((_, set) => pooled(() => set));
  const merits = scores.map((score) => merit(metric, score));
  const best = merits.reduce((a, value, at) => (value > merits[a] ? at : a), 0);
  const strategies = Object.keys(parts[0].chosen).map((strategy) => {
    const score = pooled((part) => part.chosen[strategy]);
    const value = merit(metric, score);
    const place = 1 + merits.filter((other) => other > value).length;
    return { strategy, score: score[metric], regret: merits[best] - value, place };
  });
  return {
    metric,
    subsets: subsets.length,
    best: { models: subsets[best].map((candidate) => names[candidate]), score: scores[best][metric] },
    regret: strategies.find(({ strategy }) => strategy === asked)!.regret,
    strategies: strategies.sort((a, b) => a.regret - b.regret),
  };
}
