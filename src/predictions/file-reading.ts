import type { LayoutForm } from './layout/column-layout.js';
import type { PredictionKind } from './matrix.js';

/** A key, and how the rows are joined by it. */
export interface JoinReading {
  /** columns of the file; empty: by position */
  readonly columns: readonly string[];
  /** what they are matched with */
  readonly of: string;
  readonly why: string;
  readonly rows: number;
  /** rows of the file that are examples; of the sample for keys that were not taken */
  readonly joined: number;
  readonly examples: number;
  /** share of the labelled rows looked at that the file's first model is right on; null where few are labelled */
  readonly right: number | null;
}

/** How a file was joined, and how it would have been under every other key. */
export interface JoinReport {
  readonly path: string;
  readonly taken: JoinReading;
  readonly others: readonly JoinReading[];
}

/** Which columns a model was read from. */
export interface ModelReading {
  /** null: named by the model column of each row */
  readonly model: string | null;
  readonly kind: PredictionKind;
  /** columns in class order with what each holds */
  readonly columns: readonly { readonly column: string; readonly holds: string }[];
}

/** How a prediction file was read, as data that can be printed. */
export interface FileReading {
  readonly path: string;
  readonly rows: number;
  readonly form: LayoutForm;
  readonly join: JoinReport;
  readonly models: readonly ModelReading[];
  readonly ignored: readonly string[];
  readonly notes: readonly string[];
}
