import type { Examples } from '../../data/examples/examples.js';
import { decide } from '../../evaluation/decision-rule.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import type { ExplainedRows } from './explained-rows.js';

/** Some rows of a run with all models' predictions and what the full ensemble makes of them; `at` counts them from 0. */
export interface RowTable {
  /** row of the examples */
  readonly rows: Int32Array;
  readonly matrix: PredictionMatrix;
  readonly examples: Examples;
  /** true class, and the class the explained ensemble answers */
  readonly label: (at: number) => number;
  readonly answer: (at: number) => number;
  readonly margin: (at: number, k: number) => number;
  /** what the decision rule adds to a class's margin */
  readonly offset: (k: number) => number;
  /** signed summed SHAP of a model, by its place in the matrix, to a class's margin */
  readonly contribution: (at: number, model: number, k: number) => number;
  /** a model's own probability of a class; NaN where it is silent */
  readonly probability: (at: number, model: number, k: number) => number;
}

interface RowTableInput {
  readonly rows: Int32Array;
  readonly matrix: PredictionMatrix;
  readonly examples: Examples;
  readonly explained: ExplainedRows;
  /** [class] of the decision rule */
  readonly offsets: readonly number[];
}

/** Names the numbers of explained rows. */
export function rowsOf({ rows, matrix, examples, explained, offsets }: RowTableInput): RowTable {
  const models = matrix.cards.length;
  const classes = matrix.classes.length;
  const { shap, margins } = explained;
  const answers = decide(margins, classes, offsets);
  return {
    rows,
    matrix,
    examples,
    label: (at) => examples.label[rows[at]],
    answer: (at) => answers[at],
    margin: (at, k) => margins[at * classes + k],
    offset: (k) => offsets[k],
    contribution: (at, model, k) => shap[(at * models + model) * classes + k],
    probability: (at, model, k) => matrix.values[(at * models + model) * classes + k],
  };
}
