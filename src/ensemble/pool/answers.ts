import type { PoolRows } from './encode.js';

/** What a model's answers say of the class, learned from labelled rows. */
export interface AnswerTable {
  /** [answer * classes + class] log P(class | answer) less its mean over the answered rows */
  readonly evidence: Float64Array;
  /** [class] that mean */
  readonly centre: Float64Array;
  /** [answer] rows with this answer */
  readonly given: Float64Array;
  /** [answer * classes + class] rows, with a share of the prior's added: what a row is left out of */
  readonly smoothed: Float64Array;
}

/** Rows to learn from: positions, each once, with how often it counts and its class. */
export interface WeightedPositions {
  readonly positions: Int32Array;
  readonly weights: Float64Array;
  readonly labels: Int16Array;
}

/** How many rows of the classes' shares stand beside those with an answer. */
const PRIOR_ROWS = 2;

/**
 * log P(class | answer) of one model, smoothed towards the classes' shares, themselves with one row more each (Laplace).
 * O(rows + classes^2).
 */
export function learnAnswers(
  { answers }: PoolRows,
  { positions, weights, labels }: WeightedPositions,
  { model, models, classes }: { readonly model: number; readonly models: number; readonly classes: number },
): AnswerTable {
  const smoothed = new Float64Array(classes * classes);
  const given = new Float64Array(classes);
  const shares = new Float64Array(classes).fill(1);
  positions.forEach((position, at) => {
    shares[labels[at]] += weights[at];
    const answer = answers[position * models + model];
    if (answer < 0) return;
    given[answer] += weights[at];
    smoothed[answer * classes + labels[at]] += weights[at];
  });
  const total = shares.reduce((a, b) => a + b, 0);
  for (let cell = 0; cell < smoothed.length; cell++) {
    smoothed[cell] += (PRIOR_ROWS * shares[cell % classes]) / total;
  }
  const evidence = smoothed.map((rows, cell) =>
    Math.log(rows / (given[Math.floor(cell / classes)] + PRIOR_ROWS)),
  );
  const centre = meanEvidence(evidence, given, classes);
  return { evidence: evidence.map((value, cell) => value - centre[cell % classes]), centre, given, smoothed };
}

/**
 * What a row's own class loses where the row itself is left out of its answer's count. The other classes gain alike,
 * which changes no probability.
 */
export function leaveOut({ smoothed }: AnswerTable, cell: number, weight: number): number {
  return Math.log((smoothed[cell] - weight) / smoothed[cell]);
}

/** The mean over the answered rows, which a row without an answer is to get. */
function meanEvidence(evidence: Float64Array, given: Float64Array, classes: number): Float64Array {
  const answered = Math.max(
    1,
    given.reduce((a, b) => a + b, 0),
  );
  const mean = new Float64Array(classes);
  evidence.forEach((value, cell) => {
    mean[cell % classes] += (given[Math.floor(cell / classes)] * value) / answered;
  });
  return mean;
}
