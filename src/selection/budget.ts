import { EsciSelectError, quote } from '../errors.js';
import { type Combine, costName } from './costs.js';

/** What the chosen models may cost together. */
export interface Budget {
  /** the most models to keep; null without such a limit */
  readonly models: number | null;
  /** limits on the costs of a set, by cost name as the user gave it, in the order given */
  readonly costs: readonly CostLimit[];
  /** costs that are not added up, by name without `_per_row`; absent where all are */
  readonly combine?: Readonly<Record<string, Combine>>;
}

/** The most that one cost of a set may be. */
export interface CostLimit {
  readonly name: string;
  readonly limit: number;
  /** how the set's cost comes from its models'; added up where not given */
  readonly combine?: Combine;
}

/**
 * Reads how costs combine, as given on the command line: `latency_ms=max` for models that run side by side.
 *
 * @throws EsciSelectError('usage') on anything but name=sum or name=max, and on a repeated name
 */
export function parseCombine(specifications: readonly string[]): Map<string, Combine> {
  const combine = new Map<string, Combine>();
  for (const specification of specifications) {
    const at = specification.lastIndexOf('=');
    const name = costName(specification.slice(0, at).trim());
    const how = specification.slice(at + 1).trim();
    if (at < 1 || (how !== 'sum' && how !== 'max')) {
      throw new EsciSelectError('usage', `--combine ${quote(specification)} is not valid`, {
        hint: 'use --combine latency_ms=max for models that run side by side, =sum for one after another',
      });
    }
    if (combine.has(name)) {
      throw new EsciSelectError('usage', `--combine names ${quote(name)} twice`, { hint: 'give it once' });
    }
    combine.set(name, how);
  }
  return combine;
}

/**
 * Reads budgets as given on the command line: a bare whole number is a number of models, `name=limit` a limit on a
 * cost of the set, from the model cards. Several apply together. `combine` says which costs are not added up.
 *
 * @throws EsciSelectError('usage') on anything else, on a repeated name and on two model counts
 *
 * @example
 * import { parseBudget } from 'esci-select';
 *
 * parseBudget(['3', 'latency_ms=25']); // => { models: 3, costs: [ { name: 'latency_ms', limit: 25 } ] }
 */
export function parseBudget(
  specifications: readonly string[],
  combine: ReadonlyMap<string, Combine> = new Map(),
): Budget {
  let models: number | null = null;
  const costs = new Map<string, number>();
  for (const specification of specifications) {
    const [name, limit] = parseOne(specification);
    if (name === 'models') {
      if (models !== null) throw badBudget(specification, 'number of models given twice');
      models = limit;
    } else {
      if (costs.has(name)) throw badBudget(specification, `limit on ${quote(name)} given twice`);
      costs.set(name, limit);
    }
  }
  const limits = [...costs].map(([name, limit]) => {
    const how = combine.get(costName(name));
    return how === undefined ? { name, limit } : { name, limit, combine: how };
  });
  const record: Record<string, Combine> = Object.create(null);
  for (const [name, how] of combine) record[name] = how;
  return combine.size === 0 ? { models, costs: limits } : { models, costs: limits, combine: record };
}

function parseOne(specification: string): [name: string, limit: number] {
  const match = /^(?:([^=]+)=)?\s*(\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/i.exec(specification);
  if (match === null) throw badBudget(specification, 'expected a number of models or name=limit');
  const name = (match[1] ?? 'models').trim();
  const limit = Number(match[2]);
  if (!Number.isFinite(limit)) throw badBudget(specification, 'limit is too large');
  if (name === 'models' && (!Number.isInteger(limit) || limit < 1)) {
    throw badBudget(specification, 'a number of models is a whole number of at least 1');
  }
  return [name, limit];
}

function badBudget(specification: string, problem: string): EsciSelectError {
  return new EsciSelectError('usage', `budget ${quote(specification)} is not valid: ${problem}`, {
    hint: 'use --budget 3 or --budget latency_ms=25; several budgets apply together',
  });
}
