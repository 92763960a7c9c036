import type { Answered } from '../../evaluation/answered.js';
import { writeArrow } from '../../io/arrow/read.js';
import type { NumberColumn } from '../../io/table.js';
import { takeColumns } from '../../math/rows.js';
import { argmaxAt } from '../../math/softmax.js';
import { numbersOf, readOwnTable } from './arrow-columns.js';

/** The column of answers beside those of the classes. */
const ANSWER = 'answer';

/** What an ensemble says of rows, with the number of classes. */
export interface ClassProbabilities extends Answered {
  readonly classes: number;
}

/** Saves class probabilities and answers as Arrow: a float32 column per class, `0`, `1`, ..., and `answer`. */
export async function writeProbabilities(
  path: string,
  { probabilities, answers, classes }: ClassProbabilities,
): Promise<void> {
  const columns = Array.from({ length: classes }, (_, k) => {
    const values = takeColumns(probabilities, classes, [k]);
    return { name: String(k), column: numbers(values) };
  });
  await writeArrow(path, [...columns, { name: ANSWER, column: numbers(Int32Array.from(answers)) }]);
}

/** Reads what `writeProbabilities` wrote. Throws 'data' where it is something else. */
export async function readProbabilities(path: string): Promise<ClassProbabilities> {
  const own = await readOwnTable(path);
  const { rows, columns } = own.table;
  const answered = columns.has(ANSWER); // runs of before decision rules answered with the likeliest class
  const classes = columns.size - (answered ? 1 : 0);
  const probabilities = new Float32Array(rows * classes);
  for (let k = 0; k < classes; k++) {
    const values = numbersOf(own, String(k));
    for (let row = 0; row < rows; row++) probabilities[row * classes + k] = values[row];
  }
  const answers = answered
    ? Int16Array.from(numbersOf(own, ANSWER))
    : Int16Array.from({ length: rows }, (_, row) => argmaxAt(probabilities, row * classes, classes));
  return { probabilities, answers, classes };
}

function numbers(values: NumberColumn['values']): NumberColumn {
  return { kind: 'number', values, missing: null };
}
