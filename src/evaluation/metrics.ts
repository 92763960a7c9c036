/** Precision, recall and F1 of one class, with scikit-learn's zero_division = 0. */
export interface ClassMetrics {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** rows whose true class this is */
  readonly support: number;
}

/** The three headline scores and the mean cross-entropy (nats). */
export interface Scores {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly weightedF1: number;
  readonly logLoss: number;
}

export type ScoreName = keyof Scores;

export const SCORE_NAMES = [
  'accuracy',
  'macroF1',
  'weightedF1',
  'logLoss',
] as const satisfies readonly ScoreName[];

/** Smallest probability in a log-loss: float32's machine epsilon, scikit-learn's clip for float32 predictions. */
export const LOG_LOSS_FLOOR = 2 ** -23;

/** F1 per class from a confusion matrix [true * classes + predicted]; 0 where a class is neither true nor predicted. */
export function classMetrics(confusion: ArrayLike<number>, classes: number): ClassMetrics[] {
  return Array.from({ length: classes }, (_, k) => {
    let predicted = 0;
    let support = 0;
    for (let other = 0; other < classes; other++) {
      predicted += confusion[other * classes + k];
      support += confusion[k * classes + other];
    }
    const hits = confusion[k * classes + k];
    return {
      precision: predicted === 0 ? 0 : hits / predicted,
      recall: support === 0 ? 0 : hits / support,
      f1: predicted + support === 0 ? 0 : (2 * hits) / (predicted + support),
      support,
    };
  });
}

/**
 * The classes that macro F1 is the mean over [class], 1 or 0: those with at least one labelled row among the rows judged.
 * Fixed once for a table of scores, so that every predictor and every draw of it is judged on the same classes. O(rows).
 */
export function judgedClasses(labels: ArrayLike<number>, classes: number): Uint8Array {
  const judged = new Uint8Array(classes);
  for (let row = 0; row < labels.length; row++) judged[labels[row]] = 1;
  return judged;
}

/**
 * Accuracy, macro F1 and weighted F1 of a confusion matrix of (possibly weighted) rows: macro F1 is the mean over the
 * judged classes, of which one neither true nor predicted here counts 0 (scikit-learn's f1_score with `labels` given and
 * zero_division 0); weighted F1 weights by support. All NaN when the matrix is empty. O(classes^2), no allocation.
 *
 * @param judged see judgedClasses; the classes true somewhere in this matrix where not given
 */
export function scoresOfConfusion(
  confusion: ArrayLike<number>,
  classes: number,
  lossSum: number,
  judged: Uint8Array | null = null,
): Scores {
  let rows = 0;
  let hits = 0;
  let f1Sum = 0;
  let f1Weighted = 0;
  let present = 0;
  for (let k = 0; k < classes; k++) {
    let predicted = 0;
    let support = 0;
    for (let other = 0; other < classes; other++) {
      predicted += confusion[other * classes + k];
      support += confusion[k * classes + other];
    }
    rows += support;
    const isJudged = judged === null ? support > 0 : judged[k] === 1;
    if (isJudged) present++;
    if (predicted + support === 0) continue;
    const correct = confusion[k * classes + k];
    const f1 = (2 * correct) / (predicted + support);
    hits += correct;
    if (isJudged) f1Sum += f1;
    f1Weighted += f1 * support;
  }
  return {
    accuracy: hits / rows,
    macroF1: rows === 0 ? Number.NaN : f1Sum / present,
    weightedF1: f1Weighted / rows,
    logLoss: lossSum / rows,
  };
}
