import { classMetrics, type Scores, scoresOfConfusion } from '../evaluation/metrics.js';

/** How well a set of models does, with the F1 of every class. */
export interface SubsetScore extends Scores {
  /** [class] */
  readonly f1: readonly number[];
}

/** Answers counted: what scores are made of, and what adds up over parts of the rows. */
export interface Tally {
  readonly classes: number;
  /** [true * classes + answered] rows */
  readonly confusion: Float64Array;
  /** summed cross-entropy, nats */
  loss: number;
  /** classes that macro F1 is the mean over [class] (judgedClasses); those true in the tally where absent */
  readonly judged?: Uint8Array;
}

/** The tally of no rows. */
export function emptyTally(classes: number): Tally {
  return { classes, confusion: new Float64Array(classes * classes), loss: 0 };
}

/** Adds other rows' tally to `target`. */
export function addTally(target: Tally, other: Tally): void {
  for (let cell = 0; cell < target.confusion.length; cell++) target.confusion[cell] += other.confusion[cell];
  target.loss += other.loss;
}

/** The scores of a tally; of no rows the worst there are. */
export function scoreTally({ classes, confusion, loss, judged }: Tally): SubsetScore {
  const f1 = classMetrics(confusion, classes).map((line) => line.f1);
  if (confusion.every((count) => count === 0)) {
    return { accuracy: 0, macroF1: 0, weightedF1: 0, logLoss: Number.MAX_VALUE, f1 };
  }
  return { ...scoresOfConfusion(confusion, classes, loss, judged), f1 };
}
