import { EsciSelectError, quote, suggest } from '../errors.js';
import { type Budget, type CostLimit, parseBudget } from './budget.js';
import { type Combine, costName } from './costs.js';
import { type Floor, parseFloors } from './floors.js';

/** What a set that serves one locale may cost: the limits of its own and, of what it says nothing about, those for all rows. */
export interface LocaleBudget {
  readonly locale: string;
  readonly budget: Budget;
}

/** The same with the least scores that it must reach on the locale's queries. */
export interface LocaleRequest extends LocaleBudget {
  readonly floors: readonly Floor[];
}

/** The budget for all rows, and those of single locales, in the order in which they are first named. */
export interface Budgets {
  /** without limits where every limit names a locale */
  readonly all: Budget;
  readonly locales: readonly LocaleBudget[];
}

/** Floors for all rows, and those of single locales. */
export interface Floors {
  readonly all: readonly Floor[];
  /** by locale, in the order in which they are first named; as given, without those for all rows */
  readonly locales: ReadonlyMap<string, readonly Floor[]>;
}

/**
 * Reads floors as given on the command line, some of which may be for one locale: `accuracy=0.6`, `jp:f1.complement=0.3`.
 * The F1 of a class whose name has a colon is no floor of a locale.
 *
 * @throws EsciSelectError('usage') as parseFloors, naming the locale
 */
export function parseLocaleFloors(specifications: readonly string[], classes: readonly string[]): Floors {
  const named = (text: string) => classes.some((name) => text.trim().startsWith(`f1.${name}=`));
  const { common, own } = splitByLocale(specifications, named);
  const locales = [...own].map(([locale, floors]) => {
    return [locale, withLocale(locale, () => parseFloors(floors, classes))] as const;
  });
  return { all: parseFloors(common, classes), locales: new Map(locales) };
}

/**
 * What is asked of every locale that a budget or a floor names: its own limits and floors, and those for all rows of the
 * names that it does not give itself.
 */
export function localeRequests(budgets: Budgets, floors: Floors): LocaleRequest[] {
  const names = new Set([...budgets.locales.map(({ locale }) => locale), ...floors.locales.keys()]);
  return [...names].map((locale) => {
    const own = floors.locales.get(locale) ?? [];
    const rest = floors.all.filter(({ name }) => !own.some((floor) => floor.name === name));
    const budget = budgets.locales.find((line) => line.locale === locale)?.budget ?? budgets.all;
    return { locale, budget, floors: [...own, ...rest] };
  });
}

/** `jp:2`, `us:latency_ms=25`: the locale is what stands before the first colon of the name. */
const OF_LOCALE = /^\s*([^:=]+?)\s*:(.*)$/s;

/**
 * Reads budgets as given on the command line, some of which may be for one locale: `3`, `latency_ms=25`, `jp:2`,
 * `us:latency_ms=25`. A locale's own limit replaces the limit of that name for all rows; the others hold for it too.
 *
 * @throws EsciSelectError('usage') as parseBudget, with the specification that is not valid
 *
 * @example
 * import { parseBudgets } from 'esci-select';
 *
 * const { all, locales } = parseBudgets(['3', 'jp:2']);
 * [all.models, locales[0].locale, locales[0].budget.models]; // => [ 3, 'jp', 2 ]
 */
export function parseBudgets(
  specifications: readonly string[],
  combine: ReadonlyMap<string, Combine> = new Map(),
): Budgets {
  const { common, own } = splitByLocale(specifications, () => false);
  const all = parseBudget(common, combine);
  const locales = [...own].map(([locale, limits]) => ({
    locale,
    budget: overlaid(
      all,
      withLocale(locale, () => parseBudget(limits, combine)),
    ),
  }));
  return { all, locales };
}

/** Specifications without a locale, and those of each locale without it, in order; `plain` says what names none. */
function splitByLocale(specifications: readonly string[], plain: (specification: string) => boolean) {
  const common: string[] = [];
  const own = new Map<string, string[]>();
  for (const specification of specifications) {
    const match = plain(specification) ? null : OF_LOCALE.exec(specification);
    if (match === null) common.push(specification);
    else own.set(match[1], [...(own.get(match[1]) ?? []), match[2]]);
  }
  return { common, own };
}

function withLocale<T>(locale: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inLocale(locale, error);
  }
}

/** An error of ours with the locale that it is about in front; anything else as it is. */
export function inLocale(locale: string, error: unknown): unknown {
  if (!(error instanceof EsciSelectError)) return error;
  const { code, message, path, line, column, hint } = error;
  return new EsciSelectError(code, `locale ${quote(locale)}: ${message}`, {
    path,
    line,
    column,
    hint,
    cause: error,
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
export function checkLocales(asked: Budgets, floors: Floors, known: readonly string[]): void {
  const named = [
    ...asked.locales.map(({ locale }) => ['--budget', locale] as const),
    ...[...floors.locales.keys()].map((locale) => ['--floor', locale] as const),
  ];
  for (const [flag, locale] of named) {
    if (known.includes(locale)) continue;
    throw new EsciSelectError('usage', `${flag} names locale ${quote(locale)}, which no row has`, {
      hint: suggest(locale, known, 'locales of the data'),
    });
  }
}

/** A budget as --budget takes it: `2`, `latency_ms=25`. */
export function budgetLimits({ models, costs }: Budget): string[] {
  const limit = ({ name, limit: most }: CostLimit) => `${name}=${most}`;
  return [...(models === null ? [] : [String(models)]), ...costs.map(limit)];
}
