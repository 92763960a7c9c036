import type { ForeignEnsemble } from '../../ensemble/foreign/foreign-ensemble.js';
import { probabilitiesOf } from '../../ensemble/foreign/probabilities.js';
import { EsciSelectError, quote } from '../../errors.js';
import { type Table, textAt } from '../../io/table.js';
import { argmaxAt } from '../../math/softmax.js';
import { classReader } from '../foreign/labels.js';
import { STDIN } from './input-rows.js';

/** A row without a label: it counts for contributions, not for scores. */
export const UNJUDGED = -1;

/** How rows are judged. */
export interface Judged {
  /** [row] the true class, UNJUDGED where there is no label */
  readonly labels: Int16Array;
  /** [row] the model's answer */
  readonly answers: Int16Array;
  /** [row] -log of the true class's probability, in nats; 0 where there is no label */
  readonly losses: Float64Array;
}

/** Least probability that a loss is taken of. */
const LEAST = 1e-15;

/** Judges rows against a column of labels. */
export class Judge {
  readonly classes: readonly string[];
  readonly #foreign: ForeignEnsemble;
  readonly #column: string;
  readonly #read: (text: string) => number | null;

  constructor(foreign: ForeignEnsemble, classes: readonly string[], column: string) {
    this.classes = classes;
    this.#foreign = foreign;
    this.#column = column;
    this.#read = classReader(classes);
  }

  /** [row] true classes. Throws 'data' for a label that is no class. */
  labels(table: Table): Int16Array {
    const column = table.columns.get(this.#column)!;
    return Int16Array.from({ length: table.rows }, (_, row) => {
      const text = textAt(column, row);
      if (text === null || text === '') return UNJUDGED;
      const label = this.#read(text);
      if (label !== null) return label;
      throw new EsciSelectError('data', `label is ${quote(text)}, which is no class`, {
        path: STDIN,
        hint: `classes: ${this.classes.join(', ')}, or their places from 0; rows without a label are not judged`,
      });
    });
  }

  /** Judges rows by their margins [row][output]. */
  judge(labels: Int16Array, margins: Float64Array): Judged {
    const classes = this.classes.length;
    const probabilities = probabilitiesOf(this.#foreign, margins);
    const answers = new Int16Array(labels.length);
    const losses = new Float64Array(labels.length);
    labels.forEach((label, row) => {
      answers[row] = argmaxAt(probabilities, row * classes, classes);
      if (label === UNJUDGED) return;
      losses[row] = -Math.log(Math.max(LEAST, probabilities[row * classes + label]));
    });
    return { labels, answers, losses };
  }
}
