import { EsciSelectError, quote } from '../errors.js';
import type { Budget } from './budget.js';
import { type Costed, costValues, setCost } from './costs.js';

/** One limit of a budget with what each candidate takes of it; a number of models is a cost of 1 each. */
export interface Limit {
  readonly name: string;
  readonly limit: number;
  /** [candidate] alone */
  readonly values: readonly number[];
  /** what some candidates take together, where that is not the sum of what each takes alone; never less with more of them */
  readonly together?: (subset: readonly number[]) => number;
}

/**
 * The limits of a budget for some models, in order: the number of models first.
 *
 * @throws EsciSelectError('usage') when a cost is unknown for some model
 */
export function limitsOf(budget: Budget, cards: readonly (Costed & { readonly name: string })[]): Limit[] {
  const costs = budget.costs.map(({ name, limit, combine }) => ({
    name,
    limit,
    values: costValues(cards, name),
    together: setCost(cards, name, combine),
  }));
  return budget.models === null
    ? costs
    : [{ name: 'models', limit: budget.models, values: cards.map(() => 1) }, ...costs];
}

/** What some candidates take of a limit together. */
export function spentOn(limit: Limit, subset: readonly number[]): number {
  if (limit.together !== undefined) return limit.together(subset);
  return subset.reduce((sum, candidate) => sum + limit.values[candidate], 0);
}

/** Whether some candidates are within every limit. */
export function fits(limits: readonly Limit[], subset: readonly number[]): boolean {
  return limits.every((limit) => spentOn(limit, subset) <= limit.limit);
}

/**
 * Checks that the required candidates are within the limits, and that some candidate is.
 *
 * @throws EsciSelectError('infeasible') naming the limits and the nearest set that could be kept
 */
export function checkFeasible(
  limits: readonly Limit[],
  names: readonly string[],
  required: readonly number[],
): void {
  const over = limits.filter((limit) => spentOn(limit, required) > limit.limit);
  if (over.length > 0) {
    const [{ name, limit }] = over;
    const spent = over.map((each) => `${each.name}=${each.limit} by taking ${spentOn(each, required)}`);
    throw new EsciSelectError('infeasible', `required models exceed the budget ${spent.join(' and ')}`, {
      hint: `the nearest set that meets it is the required models alone with --budget ${name === 'models' ? '' : `${name}=`}${spentOn(over[0], required)} (now ${limit}); raise the limit, or require fewer`,
    });
  }
  const possible = [...names.keys()].some((candidate) =>
    fits(limits, [...new Set([...required, candidate])]),
  );
  if (required.length === 0 && !possible) throw noneFits(limits, names);
}

function noneFits(limits: readonly Limit[], names: readonly string[]): EsciSelectError {
  const cheapest = limits
    .filter(({ name }) => name !== 'models')
    .map(({ name, limit, values }) => {
      const least = values.reduce((a, value, at) => (value < values[a] ? at : a), 0);
      return `${name}=${limit}, while the cheapest model, ${quote(names[least])}, costs ${values[least]}`;
    });
  return new EsciSelectError('infeasible', `no model fits the budget ${cheapest.join(' and ')}`, {
    hint: 'raise the limit; other costs are declared by import --costs FILE',
  });
}
