import {
  type Examples,
  type Finding,
  SPLIT_TEST,
  SPLIT_TRAIN,
  UNLABELLED,
} from '../../data/examples/examples.js';
import { quote } from '../../errors.js';
import { square } from '../../math/power.js';
import { argmaxAt } from '../../math/softmax.js';
import type { ImportedModel } from '../import-options.js';

/** Labelled rows that both sides must have before they are compared. */
const FEWEST_ROWS = 50;
/** A difference in accuracy below this is left to chance and to rows that differ in difficulty. */
const LEAST_DIFFERENCE = 0.05;
/** Standard errors that a difference must exceed. */
const LEAST_ERRORS = 4;

/** How often a model is right on some rows, and how well that is known. */
interface Share {
  readonly rows: number;
  readonly accuracy: number;
  /** variance of the accuracy, of whole queries drawn */
  readonly variance: number;
}

/** Sides on which a model's answers are compared. */
interface Side {
  readonly name: string;
  readonly holds: (row: number) => boolean;
}

/**
 * Suspects predictions on a model's own training rows: a model that is right far more often in the train split than in
 * the test split (or, without a split, in one of the user's folds than in the others) by over 5 points and four
 * standard errors over queries. O(rows x folds).
 */
export function findInSample(model: ImportedModel, examples: Examples): Finding[] {
  const suspect = comparisons(examples)
    .map(([better, worse]) => compare(model, examples, better, worse))
    .filter((each) => each !== null)
    .reduce<Comparison | null>((a, b) => (a === null || b.errors > a.errors ? b : a), null);
  return suspect === null ? [] : [findingOf(model.card.name, suspect)];
}

/** Two sides that differ by more than chance and difficulty explain. */
interface Comparison {
  readonly own: Share;
  readonly other: Share;
  readonly better: Side;
  readonly worse: Side;
  readonly error: number;
  /** standard errors that the sides are apart */
  readonly errors: number;
}

function compare(model: ImportedModel, examples: Examples, better: Side, worse: Side): Comparison | null {
  const own = shareOf(model, examples, better.holds);
  const other = shareOf(model, examples, worse.holds);
  if (own.rows < FEWEST_ROWS || other.rows < FEWEST_ROWS) return null;
  const difference = own.accuracy - other.accuracy;
  const error = Math.sqrt(own.variance + other.variance);
  if (difference <= LEAST_DIFFERENCE || difference <= LEAST_ERRORS * error) return null;
  return { own, other, better, worse, error, errors: difference / error };
}

function findingOf(name: string, { own, other, better, worse, error }: Comparison): Finding {
  const points = (100 * (own.accuracy - other.accuracy)).toFixed(1);
  return {
    severity: 'warning',
    code: 'in-sample-predictions',
    message: `model ${quote(name)} is right on ${percent(own)} of ${own.rows} rows of ${better.name}, but on ${percent(other)} of ${other.rows} of ${worse.name}, a difference of ${points} points with a standard error of ${(100 * error).toFixed(1)}: it looks as if it had learned from the former`,
    count: own.rows,
    hint: 'import out-of-fold predictions of those rows; an ensemble fitted on these would trust the model too much',
  };
}

function comparisons({ split, fold }: Examples): [Side, Side][] {
  if (split.includes(SPLIT_TRAIN) && split.includes(SPLIT_TEST)) {
    return [
      [
        { name: 'the train split', holds: (row) => split[row] === SPLIT_TRAIN },
        { name: 'the test split', holds: (row) => split[row] === SPLIT_TEST },
      ],
    ];
  }
  if (fold === null) return [];
  const folds = [...new Set(fold)].filter((number) => number >= 0).sort((a, b) => a - b);
  return folds.flatMap((number): [Side, Side][] => {
    const inside = { name: `fold ${number}`, holds: (row: number) => fold[row] === number };
    const outside = {
      name: 'the other folds',
      holds: (row: number) => fold[row] >= 0 && fold[row] !== number,
    };
    // one fold left out of training: the others are those learned from
    return [
      [inside, outside],
      [outside, inside],
    ];
  });
}

/** Accuracy on the labelled rows that the model covers, with the variance of a ratio of sums over queries. */
function shareOf({ values }: ImportedModel, examples: Examples, holds: (row: number) => boolean): Share {
  const classes = examples.labelSpace.classes.length;
  const hits = new Float64Array(examples.groupKeys.length);
  const counts = new Float64Array(examples.groupKeys.length);
  let rows = 0;
  let right = 0;
  for (let row = 0; row < examples.rows; row++) {
    const label = examples.label[row];
    if (label === UNLABELLED || Number.isNaN(values[row * classes]) || !holds(row)) continue;
    const hit = argmaxAt(values, row * classes, classes) === label ? 1 : 0;
    hits[examples.group[row]] += hit;
    counts[examples.group[row]]++;
    right += hit;
    rows++;
  }
  const accuracy = right / rows;
  let squares = 0;
  for (let group = 0; group < hits.length; group++) squares += square(hits[group] - accuracy * counts[group]);
  return { rows, accuracy, variance: squares / square(rows) };
}

function percent({ accuracy }: Share): string {
  return `${(100 * accuracy).toFixed(1)}%`;
}
