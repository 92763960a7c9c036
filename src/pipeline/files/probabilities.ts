import { writeArrow } from '../../io/arrow/read.js';
import type { NumberColumn } from '../../io/table.js';
import { numbersOf, readOwnTable } from './arrow-columns.js';

/** Class probabilities of rows. */
export interface ClassProbabilities {
  /** [row][class] */
  readonly values: Float32Array;
  readonly classes: number;
}

/** Saves class probabilities as Arrow, one float32 column per class, named in order `0`, `1`, ... */
export async function writeProbabilities(
  path: string,
  { values: probabilities, classes }: ClassProbabilities,
): Promise<void> {
  const rows = probabilities.length / classes;
  await writeArrow(
    path,
    Array.from({ length: classes }, (_, k) => {
      const values = new Float32Array(rows);
      for (let row = 0; row < rows; row++) values[row] = probabilities[row * classes + k];
      return { name: String(k), column: { kind: 'number', values, missing: null } as NumberColumn };
    }),
  );
}

/** Reads what `writeProbabilities` wrote. Throws 'data' where it is something else. */
export async function readProbabilities(path: string): Promise<ClassProbabilities> {
  const own = await readOwnTable(path);
  const { rows, columns } = own.table;
  const classes = columns.size;
  const probabilities = new Float32Array(rows * classes);
  for (let k = 0; k < classes; k++) {
    const values = numbersOf(own, String(k));
    for (let row = 0; row < rows; row++) probabilities[row * classes + k] = values[row];
  }
  return { values: probabilities, classes };
}
