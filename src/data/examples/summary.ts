import { quantileSorted } from '../../math/quantiles.js';
import { TEXT_FIELDS } from './columns.js';
import { type Examples, SPLIT_TEST, SPLIT_TRAIN, UNLABELLED } from './examples.js';

/** A named part of the rows. */
export interface NamedRows {
  readonly name: string;
  readonly rows: number;
}

/** Quantiles of the judgements per query. */
export interface Spread {
  readonly min: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly max: number;
}

/** What always answering the most frequent class scores on all labelled rows (scikit-learn's definitions). */
export interface ConstantAnswer {
  readonly answer: string;
  readonly accuracy: number;
  readonly macroF1: number;
  readonly weightedF1: number;
}

/** What is in the data, in numbers. Shares are of all rows, 0..1. */
export interface DataSummary {
  readonly rows: number;
  readonly queries: number;
  readonly products: number;
  readonly unlabelled: number;
  /** by rows, most first */
  readonly locales: readonly NamedRows[];
  /** in class order */
  readonly labels: readonly (NamedRows & { readonly share: number })[];
  /** train, test and none, those that occur */
  readonly splits: readonly NamedRows[];
  readonly folds: readonly NamedRows[];
  readonly sources: readonly NamedRows[];
  readonly missingText: readonly { readonly field: string; readonly rows: number; readonly share: number }[];
  /** rows whose (query, product) was judged in an earlier row */
  readonly repeatedJudgements: number;
  readonly judgementsPerQuery: Spread;
  /** query-product pairs with behaviours */
  readonly behaviours: number;
  /** null where no row has a label */
  readonly floor: ConstantAnswer | null;
}

/** Sums up examples. O(rows). */
export function summarise(examples: Examples, repeatedJudgements: number): DataSummary {
  const { rows, label, labelSpace, fold, source } = examples;
  const perClass = new Array<number>(labelSpace.classes.length).fill(0);
  for (const k of label) if (k !== UNLABELLED) perClass[k]++;
  const sides = new Map([
    ['train', count(examples.split, SPLIT_TRAIN)],
    ['test', count(examples.split, SPLIT_TEST)],
  ]);
  sides.set('none', rows - [...sides.values()].reduce((a, b) => a + b, 0));
  return {
    rows,
    queries: examples.groupKeys.length,
    products: examples.products,
    unlabelled: count(label, UNLABELLED),
    locales: mostFirst(tally(examples.locale, (locale) => locale)),
    labels: labelSpace.classes.map((name, k) => ({ name, rows: perClass[k], share: perClass[k] / rows })),
    splits: named(sides).filter((side) => side.rows > 0),
    folds:
      fold === null
        ? []
        : named(tally(fold, (number) => (number < 0 ? 'none' : String(number)))).sort(byName),
    sources: source === null ? [] : mostFirst(tally(source, (name) => name ?? 'unknown')),
    missingText: missingText(examples),
    repeatedJudgements,
    judgementsPerQuery: spread(examples),
    behaviours: examples.behaviours?.entries ?? 0,
    floor: constantAnswer(labelSpace.classes, perClass),
  };
}

/** The floor that every model must beat; macro F1 is over the classes that occur. Null without labels. */
export function constantAnswer(
  classes: readonly string[],
  perClass: readonly number[],
): ConstantAnswer | null {
  const labelled = perClass.reduce((a, b) => a + b, 0);
  if (labelled === 0) return null;
  const best = perClass.indexOf(Math.max(...perClass));
  const accuracy = perClass[best] / labelled;
  const f1 = (2 * accuracy) / (1 + accuracy);
  const present = perClass.filter((rows) => rows > 0).length;
  return { answer: classes[best], accuracy, macroF1: f1 / present, weightedF1: f1 * accuracy };
}

function count(values: ArrayLike<number>, wanted: number): number {
  let found = 0;
  for (let at = 0; at < values.length; at++) if (values[at] === wanted) found++;
  return found;
}

function tally<T>(values: Iterable<T>, nameOf: (value: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(nameOf(value), (counts.get(nameOf(value)) ?? 0) + 1);
  return counts;
}

function named(counts: ReadonlyMap<string, number>): NamedRows[] {
  return [...counts].map(([name, rows]) => ({ name, rows }));
}

function mostFirst(counts: ReadonlyMap<string, number>): NamedRows[] {
  return named(counts).sort((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1));
}

function byName(a: NamedRows, b: NamedRows): number {
  return Number(a.name) - Number(b.name) || (a.name < b.name ? -1 : 1);
}

function missingText(examples: Examples): { field: string; rows: number; share: number }[] {
  const { text, rows } = examples;
  if (text === null) return [];
  return TEXT_FIELDS.map((field) => {
    const missing = text[field].reduce((total, value) => total + (value === null ? 1 : 0), 0);
    return { field, rows: missing, share: missing / rows };
  });
}

function spread({ group, groupKeys }: Examples): Spread {
  const sizes = new Int32Array(groupKeys.length);
  for (const index of group) sizes[index]++;
  sizes.sort();
  const at = (share: number) => quantileSorted(sizes, share);
  return { min: at(0), lowerQuartile: at(0.25), median: at(0.5), upperQuartile: at(0.75), max: at(1) };
}
