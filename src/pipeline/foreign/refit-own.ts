import { boostingOptions } from '../../ensemble/boosting-options.js';
import { scoreMargins } from '../../ensemble/scoring/score.js';
import { trainBoosting } from '../../ensemble/training/train.js';
import type { FeatureMatrix } from '../../ensemble/tree.js';
import { softmaxRows } from '../../math/softmax.js';
import { interruption } from '../../threads/pool-options.js';
import type { PipelineContext } from '../events.js';
import type { JudgedTable } from './judged-table.js';

/** Grouped folds of a table's rows. */
export interface RowFolds {
  readonly folds: number;
  /** [row] */
  readonly ofRow: Int16Array;
}

/**
 * Probabilities [row][class] of our own boosted trees on some columns, each row's by an ensemble that never saw its fold:
 * a surrogate of the user's engine. The fold behind the one that is predicted stops training early.
 */
export function refitOwn(
  table: JudgedTable,
  columns: readonly number[],
  { folds, ofRow }: RowFolds,
  context: PipelineContext & { readonly seed: number },
): Float32Array {
  const classes = table.classes.length;
  const features = featuresOf(table, columns);
  const probabilities = new Float32Array(table.labels.length * classes);
  const rowsOf = (keep: (fold: number) => boolean) =>
    Int32Array.from([...ofRow.keys()].filter((row) => keep(ofRow[row])));
  for (let fold = 0; fold < folds; fold++) {
    if (context.signal?.aborted) throw interruption(context.signal);
    const stopping = (fold + 1) % folds;
    const held = rowsOf((own) => own === fold);
    const { ensemble } = trainBoosting({
      features,
      labels: table.labels,
      classes,
      rows: rowsOf((own) => own !== fold && own !== stopping),
      validationRows: rowsOf((own) => own === stopping),
      options: boostingOptions({ seed: context.seed }),
    });
    const own = softmaxRows(scoreMargins(ensemble, features, held), classes);
    held.forEach((row, at) => {
      probabilities.set(own.subarray(at * classes, (at + 1) * classes), row * classes);
    });
    context.onEvent?.({
      kind: 'progress',
      stage: 'rank',
      done: fold + 1,
      total: folds,
      message: 'folds refitted',
    });
  }
  return probabilities;
}

function featuresOf({ sources, labels }: JudgedTable, columns: readonly number[]): FeatureMatrix {
  const rows = labels.length;
  const values = new Float32Array(rows * columns.length);
  columns.forEach((column, at) => {
    for (let row = 0; row < rows; row++) values[row * columns.length + at] = sources[column][row];
  });
  return { rows, columns: columns.length, names: columns.map((column) => `c${column}`), values };
}
