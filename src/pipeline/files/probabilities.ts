import type { Answered } from '../../evaluation/answered.js';
import { writeArrow } from '../../io/arrow/read.js';
import type { NumberColumn } from '../../io/table.js';
import { takeColumns } from '../../math/rows.js';
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
  const classes = columns.size - 1;
  const probabilities = new Float32Array(rows * classes);
  for (let k = 0; k < classes; k++) {
    const values = numbersOf(own, String(k));
    for (let row = 0; row < rows; row++) probabilities[row * classes + k] = values[row];
  }
  return { probabilities, answers: Int16Array.from(numbersOf(own, ANSWER)), classes };
}

function numbers(values: NumberColumn['values']): NumberColumn {
  return { kind: 'number', values, missing: null };
}
