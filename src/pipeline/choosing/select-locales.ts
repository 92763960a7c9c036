import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError, quote } from '../../errors.js';
import { createRandom } from '../../math/random.js';
import type { LocaleRequest } from '../../selection/locale-budgets.js';
import type { SelectionRequest } from '../../selection/select.js';
import { runTasks, workerModule } from '../../threads/pool.js';
import type { PipelineContext } from '../events.js';
import type { Contributions } from '../files/contributions.js';
import type { LoadedRun } from '../files/load-run.js';
import type { KeptEvidence, SelectResult, SelectTask } from './select-task.js';
import {
  type Choosing,
  type EvidenceOptions,
  poolOptions,
  type Selections,
  taskMaker,
  withoutFold,
} from './selecting.js';

/** Rows that sets are fitted on for one locale, at most, and how many of these may be the locale's own. */
const MOST_ROWS = 20_000;
const MOST_OWN_ROWS = 10_000;

/** The choice for one locale. */
export interface LocaleSelection extends LocaleRequest {
  readonly selections: Pick<Selections, 'deployed' | 'folds'>;
  readonly evidence: KeptEvidence;
  /** training queries that sets were judged on */
  readonly queries: number;
}

/**
 * Chooses for every locale that has a budget or floors of its own, by the same strategy and rules: ensembles are fitted on rows of
 * all locales, and judged on the locale's queries alone. Orders by contribution are over all rows. When
 * cross-validated, every outer fold chooses too, without its rows. A query belongs to the locale of its first row.
 *
 * @throws EsciSelectError('infeasible') or ('usage') as selectModels, naming the locale
 */
export async function selectLocales(
  { loaded, contributions, request }: Choosing,
  locales: readonly LocaleRequest[],
  evidence: Omit<EvidenceOptions, 'measures'>,
  context: PipelineContext,
): Promise<LocaleSelection[]> {
  if (locales.length === 0) return [];
  const planned = locales.map(({ locale, budget, floors }) => {
    const queries = queriesOf(loaded, locale);
    const tasks = tasksOf(loaded, contributions, { ...request, budget, floors }, { locale, queries });
    return { locale, budget, floors, queries, tasks: withEvidence(tasks, evidence) };
  });
  const all = planned.flatMap(({ tasks }) => tasks);
  const results = await runTasks<SelectTask, SelectResult>(
    workerModule(import.meta.url, 'select.worker'),
    all,
    poolOptions(all.length, context, `choosing models for ${locales.map(({ locale }) => locale).join(', ')}`),
  );
  return planned.map(({ locale, budget, floors, queries, tasks }, at) => {
    const [deployed, ...folds] = results.slice(at * tasks.length, (at + 1) * tasks.length);
    return {
      locale,
      budget,
      floors,
      queries: queries.size,
      selections: { deployed: deployed.selection, folds: folds.map(({ selection }) => selection) },
      evidence: deployed.evidence!,
    };
  });
}

/** The training queries of a locale; there must be rows to judge its ensemble on as well. */
function queriesOf({ examples, protocol }: LoadedRun, locale: string): Set<number> {
  const first = localeOfQueries(examples);
  const { trainRows, evaluationRows } = protocol;
  const queries = new Set(
    Array.from(trainRows, (row) => examples.group[row]).filter((query) => first.get(query) === locale),
  );
  const lacking =
    queries.size === 0
      ? 'training'
      : evaluationRows.some((row) => examples.locale[row] === locale)
        ? null
        : 'evaluation';
  if (lacking === null) return queries;
  throw new EsciSelectError('usage', `locale ${quote(locale)} has no labelled ${lacking} row`, {
    hint: 'give no --budget and no --floor for it: it is served by the set for all rows',
  });
}

/** The locale of every query's first row. */
function localeOfQueries({ group, locale }: Examples): Map<number, string> {
  const first = new Map<number, string>();
  group.forEach((query, row) => {
    if (!first.has(query)) first.set(query, locale[row]);
  });
  return first;
}

type Judged = NonNullable<SelectTask['judged']>;

function tasksOf(
  loaded: LoadedRun,
  contributions: Contributions,
  request: SelectionRequest,
  judged: Judged,
): SelectTask[] {
  const make = taskMaker(loaded, request);
  const { protocol, examples } = loaded;
  const rowsOf = (rows: Int32Array) => sampled(rows, examples, judged, request.seed);
  return [
    { ...make(rowsOf(protocol.trainRows), contributions.models, true), judged },
    ...contributions.folds.map((fold, outer) => ({
      ...make(rowsOf(withoutFold(protocol, outer)), fold, false),
      judged,
    })),
  ];
}

/** How often each model is kept is told of the choice for the deployed ensemble, the first task. */
function withEvidence(
  [deployed, ...folds]: readonly SelectTask[],
  { resampled, replicates }: Omit<EvidenceOptions, 'measures'>,
): SelectTask[] {
  const evidence = { queries: deployed.queries, contributions: resampled, replicates, measures: false };
  return [{ ...deployed, evidence }, ...folds];
}

/** All rows where they are few; else the locale's own first, up to half, so that enough are left to judge sets on. */
function sampled(rows: Int32Array, { group }: Examples, { queries }: Judged, seed: number): Int32Array {
  if (rows.length <= MOST_ROWS) return rows;
  const random = createRandom(seed).fork('rows of a locale');
  const own = random.shuffle(rows.filter((row) => queries.has(group[row]))).slice(0, MOST_OWN_ROWS);
  const others = random.shuffle(rows.filter((row) => !queries.has(group[row])));
  return Int32Array.from([...own, ...others.slice(0, MOST_ROWS - own.length)]).sort();
}
