import { readArrow, writeArrow } from '../../io/arrow/read.js';
import type { NumberColumn } from '../../io/table.js';

/** Saves class probabilities [row][class] as Arrow, one float32 column per class, named in order `0`, `1`, ... */
export async function writeProbabilities(
  path: string,
  probabilities: Float32Array,
  classes: number,
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

/** Reads what `writeProbabilities` wrote. */
export async function readProbabilities(path: string, classes: number): Promise<Float32Array> {
  const table = await readArrow(path);
  const probabilities = new Float32Array(table.rows * classes);
  for (let k = 0; k < classes; k++) {
    const { values } = table.columns.get(String(k)) as NumberColumn;
    for (let row = 0; row < table.rows; row++) probabilities[row * classes + k] = values[row];
  }
  return probabilities;
}
