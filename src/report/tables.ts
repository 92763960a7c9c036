import type { Evaluation } from '../evaluation/evaluate.js';
import { FLOOR } from '../evaluation/floor.js';
import { costName, isShared, setCost } from '../selection/costs.js';
import type { Decision, RankingLine } from '../selection/decision.js';
import { FULL, PRUNED } from '../selection/decision.js';
import { cost, count, percent, score, signed } from './format.js';
import type { Report } from './report.js';

/** A cell: its text and, where there is one, a detail such as an interval. */
export type Cell = string | readonly [text: string, detail: string];

/** A cell on one line, its detail after its text. */
export function cellText(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.join(' ');
}

/** A table of a report as text: what every renderer shows, whatever its markup. */
export interface TextTable {
  readonly caption: string;
  readonly head: readonly string[];
  /** the first cell of a row names the row */
  readonly rows: readonly (readonly Cell[])[];
}

/** One predictor of the comparison: the floor, a single model or an ensemble. */
export interface ComparisonLine {
  readonly name: string;
  readonly kind: 'floor' | 'model' | 'ensemble';
  readonly evaluation: Evaluation;
  /** models that must run to answer */
  readonly models: readonly string[];
}

/** Everything that is compared: the floor, single models by macro F1 (best first, ties by name), both ensembles. */
export function comparisonLines({ metrics, ranking, kept }: Decision): ComparisonLine[] {
  const { floor, models, full, pruned } = metrics;
  const singles = Object.keys(models).sort(
    (a, b) => models[b].macroF1 - models[a].macroF1 || (a < b ? -1 : 1),
  );
  return [
    { name: FLOOR, kind: 'floor', evaluation: floor, models: [] },
    ...singles.map((name) => ({ name, kind: 'model' as const, evaluation: models[name], models: [name] })),
    { name: FULL, kind: 'ensemble', evaluation: full, models: ranking.map(({ model }) => model) },
    { name: PRUNED, kind: 'ensemble', evaluation: pruned, models: kept },
  ];
}

/** Names of the costs that any model has, in order of name; without those of shared parts. */
export function costNames({ ranking }: Decision): string[] {
  return [...new Set(ranking.flatMap((line) => Object.keys(line.costs)))]
    .filter((name) => !isShared(name))
    .sort();
}

/** `latency_ms (ms/row)`: a cost with the unit of the first model that has it. */
export function costTitle({ ranking }: Decision, name: string): string {
  return `${name} (${ranking.find((line) => Object.hasOwn(line.costUnits, name))?.costUnits[name] ?? 'no unit'})`;
}

/** What running all these models costs per row; null where a cost is not known of one of them. */
export function summedCost(
  { ranking, budget }: Decision,
  models: readonly string[],
  name: string,
): number | null {
  const lines = ranking.filter((line) => models.includes(line.model));
  if (lines.some((line) => !Object.hasOwn(line.costs, name))) return null;
  const cards = lines.map(({ costs }) => ({
    costs: Object.fromEntries(Object.entries(costs).map(([key, value]) => [key, { value, unit: '' }])),
  }));
  const combine = budget.combine?.[costName(name)];
  return setCost(cards, name, combine)([...cards.keys()]);
}

/** What a table of a decision leaves out or adds, for a page or a terminal. */
export interface TableWidth {
  /** leaves out what a narrow table has no room for */
  readonly narrow?: boolean;
}

/** Scores with intervals, and in a wide table calibration error and costs, of everything that is compared. */
export function comparisonTable(decision: Decision, { narrow = false }: TableWidth = {}): TextTable {
  const costs = narrow ? [] : costNames(decision);
  return {
    caption: 'Scores with 95% intervals, and summed cost of the models that must run',
    head: [
      'predictor',
      'accuracy',
      'macro F1',
      'weighted F1',
      'log-loss',
      ...(narrow ? [] : ['calibration error']),
      ...costs.map((name) => costTitle(decision, name)),
      'rows',
    ],
    rows: comparisonLines(decision).map(({ name, evaluation, models }) => [
      name,
      withInterval(evaluation, 'accuracy'),
      withInterval(evaluation, 'macroF1'),
      withInterval(evaluation, 'weightedF1'),
      score(evaluation.logLoss),
      ...(narrow ? [] : [score(evaluation.calibrationError)]),
      ...costs.map((unit) => costCell(summedCost(decision, models, unit))),
      count(evaluation.rows),
    ]),
  };
}

function withInterval(evaluation: Evaluation, name: 'accuracy' | 'macroF1' | 'weightedF1'): Cell {
  const [low, high] = evaluation.intervals[name];
  return [score(evaluation[name]), `[${score(low)}, ${score(high)}]`];
}

function costCell(value: number | null): string {
  return value === null ? '–' : cost(value);
}

/**
 * Rank, contribution and fate of every model, with how sure they are where that is known, and each cost by itself where
 * it is asked for.
 */
export function rankingTable(
  { ranking, replicates }: Decision,
  { costs = [] }: { readonly costs?: readonly string[] } = {},
): TextTable {
  const known = ranking.some(({ evidence }) => evidence !== undefined);
  return {
    caption: 'Models in order of contribution (mean absolute log-odds)',
    head: [
      'model',
      'rank',
      'family',
      'kept',
      'summed SHAP',
      'group Shapley',
      ...(known ? [`kept in resamples of ${count(ranking[0].evidence?.keptDraws ?? replicates)}`] : []),
      ...costs,
    ],
    rows: ranking.map((line) => [
      line.model,
      rankCell(line),
      line.family,
      line.kept ? 'yes' : 'no',
      shapCell(line),
      score(line.groupShap),
      ...(known ? [line.evidence === undefined ? '–' : percent(line.evidence.keptShare)] : []),
      ...costs.map((name) => costCell(Object.hasOwn(line.costs, name) ? line.costs[name] : null)),
    ]),
  };
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

/** What every model contributes to every class: mean size, and mean with its sign. */
export function classContributionTable({ classes, ranking }: Decision): TextTable {
  return {
    caption: 'Mean size of the contribution of a model (row) to a class (column), and its mean with sign',
    head: ['model', ...classes],
    rows: ranking.map((line: RankingLine) => [
      line.model,
      ...classes.map((_, k): Cell => [score(line.shapByClass[k]), `(${signed(line.signedByClass[k])})`]),
    ]),
  };
}

/** Precision, recall and F1 of both ensembles per class. */
export function classTable({ classes, metrics }: Decision): TextTable {
  const { full, pruned } = metrics;
  return {
    caption: 'Precision, recall and F1 of each class',
    head: [
      'class',
      'rows',
      'precision, full',
      'recall, full',
      'F1, full',
      'precision, pruned',
      'recall, pruned',
      'F1, pruned',
    ],
    rows: classes.map((name, k) => [
      name,
      count(full.perClass[k].support),
      ...[full, pruned].flatMap(({ perClass }) =>
        [perClass[k].precision, perClass[k].recall, perClass[k].f1].map(score),
      ),
    ]),
  };
}

/** Scores of both ensembles per locale. */
export function localeTable({ locales }: Decision): TextTable {
  return {
    caption: 'Scores of each locale',
    head: ['locale', 'rows', 'accuracy, full', 'macro F1, full', 'accuracy, pruned', 'macro F1, pruned'],
    rows: locales.full.map((full, at) => {
      const pruned = locales.pruned[at];
      return [
        full.slice === '' ? 'none' : full.slice,
        count(full.rows),
        ...[full.accuracy, full.macroF1, pruned.accuracy, pruned.macroF1].map(score),
      ];
    }),
  };
}

/** Rows by true class (down) and answered class (across). */
export function confusionTable({ classes }: Decision, name: string, evaluation: Evaluation): TextTable {
  return {
    caption: `Confusion of the ${name}: true class down, answered class across`,
    head: ['true \\ answered', ...classes],
    rows: classes.map((title, k) => [title, ...evaluation.confusion[k].map(count)]),
  };
}

/** The input files of the run. */
export function inputTable({ reproduction }: Report): TextTable {
  return {
    caption: 'Input files',
    head: ['input', 'bytes', 'sha256'],
    rows: reproduction.inputs.map(({ name, bytes, sha256 }) => [name, count(bytes), sha256]),
  };
}

/** The options of the run that its results depend on, in order of name, as JSON. */
export function optionTable({ reproduction }: Report): TextTable {
  const { options } = reproduction;
  return {
    caption: 'Options of the run; data is the hash of how the input files were read',
    head: ['option', 'value'],
    rows: Object.keys(options)
      .sort()
      .map((name) => [name, JSON.stringify(options[name])]),
  };
}
