import type { Table } from '../../io/table.js';
import type { ColumnSource } from '../layout/column-layout.js';
import type { MatchClass } from '../layout/names.js';
import type { PredictionKind } from '../matrix.js';
import type { RejectedRow, RowAccount } from './rejects.js';

/** One model's rows of one table, to be written into its array [example row][class]. */
export interface ValueTask {
  readonly table: Table;
  readonly model: string;
  readonly source: ColumnSource;
  readonly kind: PredictionKind;
  readonly classes: readonly string[];
  readonly match: MatchClass;
  /** the table's rows of this model; null for all */
  readonly rows: Int32Array | null;
  /** example row of each table row; -1 for none */
  readonly targets: Int32Array;
  readonly values: Float32Array;
  readonly account: RowAccount;
  /** the user says that the numbers are percentages */
  readonly percent: boolean;
  readonly renormalise: boolean;
  readonly missingValues: boolean;
  /** given: bad rows are left out and reported here instead of being errors */
  readonly reject: ((row: RejectedRow) => void) | null;
}
