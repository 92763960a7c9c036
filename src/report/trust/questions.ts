import { argmaxAt } from '../../math/softmax.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';

/** Something about a row that a rule may ask. */
export interface Question {
  readonly text: string;
  /** numbers have a threshold; answers of yes and no are 1 and 0 */
  readonly kind: 'number' | 'yes or no';
}

/** Questions and, for every row of a table, their answers. */
export interface Answers {
  readonly questions: readonly Question[];
  /** [row][question] */
  readonly rows: readonly (readonly number[])[];
}

export interface AskedRows {
  readonly matrix: PredictionMatrix;
  /** [row] */
  readonly locales: readonly string[];
  /** the models that are asked about, by place in the matrix */
  readonly models: readonly number[];
}

/** Confidences are rounded to twentieths: thresholds that people can read, and few of them. */
const STEPS = 20;
/** Most classes, and most locales, that are asked about, the first by order and by name. */
const MOST = 8;

/**
 * What can be said of a row before the ensemble answers: how sure each model is (0 where it is silent), whether it
 * answers as most models do, how many these are, what they answer, and the row's locale.
 */
export function askRows({ matrix, locales, models }: AskedRows): Answers {
  const classes = matrix.classes.slice(0, MOST);
  const places = [...new Set(locales)].sort();
  const asked = places.length > 1 ? places.slice(0, MOST) : [];
  const questions: Question[] = [
    ...models.map((at) => number(`the confidence of ${matrix.cards[at].name}`)),
    ...models.map((at) => yesNo(`does ${matrix.cards[at].name} answer as most models do`)),
    number('the number of models that answer as most do'),
    ...classes.map((name) => yesNo(`do most models answer ${name}`)),
    ...asked.map((name) => yesNo(`is the locale ${name === '' ? 'none' : name}`)),
  ];
  const rows = locales.map((locale, row) => {
    const answers = answersOf(matrix, row);
    const { most, votes } = majority(answers, matrix.classes.length);
    return [
      ...models.map((at) => confidence(matrix, row, at, answers[at])),
      ...models.map((at) => Number(answers[at] === most)),
      votes,
      ...classes.map((_, k) => Number(most === k)),
      ...asked.map((name) => Number(name === locale)),
    ];
  });
  return { questions, rows };
}

function number(text: string): Question {
  return { text, kind: 'number' };
}

function yesNo(text: string): Question {
  return { text, kind: 'yes or no' };
}

/** The class that each model answers; -1 where it is silent. */
function answersOf({ cards, classes, values }: PredictionMatrix, row: number): number[] {
  return cards.map((_, model) => {
    const start = (row * cards.length + model) * classes.length;
    return Number.isNaN(values[start]) ? -1 : argmaxAt(values, start, classes.length);
  });
}

function confidence(
  { cards, classes, values }: PredictionMatrix,
  row: number,
  model: number,
  answer: number,
) {
  if (answer < 0) return 0;
  return Math.round(values[(row * cards.length + model) * classes.length + answer] * STEPS) / STEPS;
}

/** The most frequent answer, the first of equals. */
function majority(answers: readonly number[], classes: number): { most: number; votes: number } {
  const votes = new Array<number>(classes).fill(0);
  for (const answer of answers) if (answer >= 0) votes[answer]++;
  const most = votes.indexOf(Math.max(...votes));
  return { most, votes: votes[most] };
}
