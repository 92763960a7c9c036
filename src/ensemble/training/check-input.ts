import { EsciSelectError, quote } from '../../errors.js';
import type { BoostingData } from './booster.js';

/** Refuses input that cannot be learned from: no rows or columns, arrays of other lengths, rows without a class. */
export function checkBoostingData(data: BoostingData): void {
  const { features, labels, classes, rows } = data;
  if (classes < 2) throw bad(`the ensemble has ${classes} classes, expected at least 2`);
  if (features.columns === 0) throw bad('the feature table has no columns', 'give at least one model');
  if (rows.length === 0) throw bad('there are no training rows', 'check the split and the labels');
  const cells = features.rows * features.columns;
  if (features.values.length !== cells || features.names.length !== features.columns) {
    throw bad(`the feature table holds ${features.values.length} values, expected ${cells}`);
  }
  if (labels.length !== features.rows) {
    throw bad(`labels number ${labels.length}, expected ${features.rows}, one per row of the feature table`);
  }
  if (data.start !== undefined && (data.options.priors || data.validationRows !== undefined)) {
    throw bad('margins to start from exclude priors and validation rows');
  }
  checkRows(data, rows, 'training');
  checkRows(data, data.validationRows ?? new Int32Array(0), 'validation');
}

function checkRows({ features, labels, classes }: BoostingData, rows: Int32Array, use: string): void {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at];
    if (row < 0 || row >= features.rows) {
      throw bad(`${use} row ${row} is outside the feature table, which has ${features.rows} rows`);
    }
    if (labels[row] < 0 || labels[row] >= classes) {
      throw bad(
        `${use} row ${row} has class ${quote(labels[row])}, expected 0 to ${classes - 1}`,
        'train on labelled rows only',
      );
    }
  }
}

function bad(message: string, hint?: string): EsciSelectError {
  return new EsciSelectError('data', message, { hint });
}
