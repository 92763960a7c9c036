// Whether our rows.arrow holds what XGBoost's own contributions add up to.
import { readFileSync } from 'node:fs';
import { tableFromIPC } from 'apache-arrow';

/** XGBoost's contributions are sums of float32. */
const MOST_DIFFERENCE = 2e-5;

/** An array of float32 that numpy saved: { shape, values }. */
function readNpy(path) {
  const bytes = readFileSync(path);
  const start = 10 + bytes.readUInt16LE(8);
  const header = bytes.toString('latin1', 10, start);
  if (!/'descr': '<f4', 'fortran_order': False/.test(header)) throw new Error(`${path}: ${header}`);
  const shape = /'shape': \(([\d, ]+)\)/.exec(header)[1].split(',').map(Number);
  return { shape, values: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start)) };
}

/**
 * Compares the first rows of our file with those that the peer saved as [row][class][player]; the largest difference, as
 * a share of max(1, |value|). Throws where it is more than 2e-5, or rows are missing.
 */
export function checkRows(arrowPath, npyPath, { rows, classes, players }) {
  const table = tableFromIPC(readFileSync(arrowPath));
  if (table.numRows !== rows) throw new Error(`${arrowPath} has ${table.numRows} rows of ${rows}`);
  const { shape, values } = readNpy(npyPath);
  const expected = [Math.min(rows, shape[0]), classes.length, players.length];
  if (shape.length !== 3 || expected.some((length, at) => length !== shape[at] || length === 0))
    throw new Error(`${npyPath} has shape ${shape.join(' x ')}`);
  let largest = 0;
  classes.forEach((name, k) => {
    players.forEach((player, p) => {
      const column = table.getChild(`shap ${player} ${name}`);
      if (column === null) throw new Error(`${arrowPath} has no column shap ${player} ${name}`);
      for (let row = 0; row < shape[0]; row++) {
        const theirs = values[(row * classes.length + k) * players.length + p];
        const difference = Math.abs(column.get(row) - theirs) / Math.max(1, Math.abs(theirs));
        if (!(difference <= MOST_DIFFERENCE))
          throw new Error(
            `row ${row}, ${player}, ${name}: ours ${column.get(row)}, XGBoost's ${theirs}: no times are reported`,
          );
        largest = Math.max(largest, difference);
      }
    });
  });
  return { rows: shape[0], largestDifference: largest };
}
