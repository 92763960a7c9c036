import type { Evaluation } from '../evaluation/evaluate.js';
import { FLOOR } from '../evaluation/floor.js';
import { cardsOf, costName, isShared, setCost } from '../selection/costs.js';
import type { Decision, RankingLine } from '../selection/decision.js';
import { FULL, PRUNED } from '../selection/decision.js';
import { chanceFloor, hasChanceFloors } from './chance.js';
import { amount, cost, costLabel, count, isBytes, SCORE_TITLES, score, signed } from './format.js';
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
export function costNames({ ranking }: Pick<Decision, 'ranking'>): string[] {
  return [...new Set(ranking.flatMap((line) => Object.keys(line.costs)))]
    .filter((name) => !isShared(name))
    .sort();
}

/** The unit of a cost, that of the first model that has it; nothing where none has. */
export function costUnit({ ranking }: Pick<Decision, 'ranking'>, name: string): string {
  const same = (key: string) => costName(key) === costName(name);
  for (const { costUnits } of ranking) {
    const key = Object.hasOwn(costUnits, name) ? name : Object.keys(costUnits).find(same);
    if (key !== undefined) return costUnits[key];
  }
  return '';
}

/** The head of a column of costs. */
export function costTitle(decision: Pick<Decision, 'ranking'>, name: string): string {
  return costLabel(name, costUnit(decision, name));
}

/** What running all these models costs per row; null where a cost is not known of one of them. */
export function summedCost(
  { ranking, budget }: Decision,
  models: readonly string[],
  name: string,
): number | null {
  const lines = ranking.filter((line) => models.includes(line.model));
  if (lines.some((line) => !Object.hasOwn(line.costs, name))) return null;
  const cards = cardsOf(lines);
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
  const chance = chanceColumn(decision, narrow);
  return {
    caption: 'Scores with 95% intervals, and summed cost of the models that must run',
    head: [
      'predictor',
      'accuracy',
      'macro F1',
      'weighted F1',
      'log-loss',
      ...(chance === null ? [] : [chance.title]),
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
      ...(chance === null ? [] : [chance.cellOf(name)]),
      ...(narrow ? [] : [score(evaluation.calibrationError)]),
      ...costs.map((name) => costCell(summedCost(decision, models, name), costUnit(decision, name))),
      count(evaluation.rows),
    ]),
  };
}

/** Title of the column of what a single model's own answers would get if they were dealt to other rows. */
export const CHANCE_TITLE = 'by chance: accuracy, macro F1, weighted F1';

interface ChanceColumn {
  readonly title: string;
  readonly cellOf: (predictor: string) => string;
}

/** The chance floor beside each single model's scores, in a narrow table of the decision's metric only. */
function chanceColumn(decision: Decision, narrow: boolean): ChanceColumn | null {
  if (!hasChanceFloors(decision)) return null;
  const { metric } = decision.constraints;
  const shown = narrow ? [metric] : (['accuracy', 'macroF1', 'weightedF1'] as const);
  return {
    title: narrow ? `${SCORE_TITLES[metric]} by chance` : CHANCE_TITLE,
    cellOf: (predictor) => {
      const floor = chanceFloor(decision, predictor);
      return floor === null ? '–' : shown.map((name) => score(floor[name])).join(', ');
    },
  };
}

function withInterval(evaluation: Evaluation, name: 'accuracy' | 'macroF1' | 'weightedF1'): Cell {
  const [low, high] = evaluation.intervals[name];
  return [score(evaluation[name]), `[${score(low)}, ${score(high)}]`];
}

/** A cost below a head that says its unit, but for sizes, which have it with them; a dash where it is not known. */
export function costCell(value: number | null, unit: string): string {
  if (value === null) return '–';
  return isBytes(unit) ? amount(value, unit) : cost(value);
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
