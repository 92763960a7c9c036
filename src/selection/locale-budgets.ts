import { EsciSelectError, nearest, quote } from '../errors.js';
import { type Budget, type CostLimit, parseBudget } from './budget.js';
import { type Combine, costName } from './costs.js';

/** What a set that serves one locale may cost: the limits of its own and, of what it says nothing about, those for all rows. */
export interface LocaleBudget {
  readonly locale: string;
  readonly budget: Budget;
}

/** The budget for all rows, and those of single locales, in the order in which they are first named. */
export interface Budgets {
  /** without limits where every limit names a locale */
  readonly all: Budget;
  readonly locales: readonly LocaleBudget[];
}

/** `jp:2`, `us:latency_ms=25`: the locale is what stands before the first colon of the name. */
const OF_LOCALE = /^\s*([^:=]+?)\s*:(.*)$/s;

/**
 * Reads budgets as given on the command line, some of which may be for one locale: `3`, `latency_ms=25`, `jp:2`,
 * `us:latency_ms=25`. A locale's own limit replaces the limit of that name for all rows; the others hold for it too.
 *
 * @throws EsciSelectError('usage') as parseBudget, with the specification that is not valid
 */
export function parseBudgets(
  specifications: readonly string[],
  combine: ReadonlyMap<string, Combine> = new Map(),
): Budgets {
  const common: string[] = [];
  const own = new Map<string, string[]>();
  for (const specification of specifications) {
    const match = OF_LOCALE.exec(specification);
    if (match === null) common.push(specification);
    else own.set(match[1], [...(own.get(match[1]) ?? []), match[2]]);
  }
  const all = parseBudget(common, combine);
  const locales = [...own].map(([locale, limits]) => ({
    locale,
    budget: overlaid(all, ofLocale(locale, limits, combine)),
  }));
  return { all, locales };
}

function ofLocale(locale: string, limits: readonly string[], combine: ReadonlyMap<string, Combine>): Budget {
  try {
    return parseBudget(limits, combine);
  } catch (error) {
    throw inLocale(locale, error);
  }
}

/** An error of ours with the locale that it is about in front; anything else as it is. */
export function inLocale(locale: string, error: unknown): unknown {
  if (!(error instanceof EsciSelectError)) return error;
  const { code, message, path, line, column, hint } = error;
  return new EsciSelectError(code, `locale ${quote(locale)}: ${message}`, {
    ...{ path, line, column, hint, cause: error },
  });
}

function overlaid(all: Budget, own: Budget): Budget {
  const rest = all.costs.filter(
    ({ name }) => !own.costs.some((limit) => costName(limit.name) === costName(name)),
  );
  return { ...all, models: own.models ?? all.models, costs: [...own.costs, ...rest] };
}

/**
 * Checks that every locale is one of the data's.
 *
 * @throws EsciSelectError('usage') with the locales that there are
 */
export function checkLocales(budgets: readonly LocaleBudget[], known: readonly string[]): void {
  for (const { locale } of budgets) {
    if (known.includes(locale)) continue;
    const guess = nearest(locale, known);
    const legal =
      known.length === 0 ? 'the data names no locale' : `locales of the data: ${known.join(', ')}`;
    throw new EsciSelectError('usage', `--budget names locale ${quote(locale)}, which no row has`, {
      hint: guess === undefined ? legal : `did you mean ${quote(guess)}? ${legal}`,
    });
  }
}

/** A budget as --budget takes it: `2`, `latency_ms=25`. */
export function budgetLimits({ models, costs }: Budget): string[] {
  const limit = ({ name, limit: most }: CostLimit) => `${name}=${most}`;
  return [...(models === null ? [] : [String(models)]), ...costs.map(limit)];
}
