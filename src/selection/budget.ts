import { EsciSelectError, quote } from '../errors.js';

/** What the chosen models may cost together. */
export interface Budget {
  /** the most models to keep; null without such a limit */
  readonly models: number | null;
  /** limits on summed costs, by cost name as the user gave it, in the order given */
  readonly costs: readonly { readonly name: string; readonly limit: number }[];
}

/**
 * Reads budgets as given on the command line: a bare whole number is a number of models, `name=limit` a limit on the
 * sum of a cost of the model cards. Several apply together.
 *
 * @throws EsciSelectError('usage') on anything else, on a repeated name and on two model counts
 */
export function parseBudget(specifications: readonly string[]): Budget {
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
  return { models, costs: [...costs].map(([name, limit]) => ({ name, limit })) };
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
