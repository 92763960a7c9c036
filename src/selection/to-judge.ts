/** What one set of models, or one model, answers on some rows. */
export interface JudgeCandidate {
  readonly name: string;
  /** [row][class] */
  readonly probabilities: ArrayLike<number>;
  /** [row] class answered */
  readonly answers: ArrayLike<number>;
}

/** A pair of query and product that is worth a judgement. */
export interface PairToJudge {
  readonly row: number;
  /** [candidate] class answered */
  readonly answers: readonly number[];
  /** mean over pairs of candidates of the total variation distance between their probabilities, 0 to 1 */
  readonly disagreement: number;
}

/** Which pairs to hand to annotators, most wanted first. */
export interface JudgeList {
  readonly pairs: readonly PairToJudge[];
  /** whether the pairs are judged already and a second judgement is asked for, because none is unjudged */
  readonly second: boolean;
}

/**
 * The pairs on which candidate sets disagree most: first those that they answer differently, because only these can tell
 * them apart, then by disagreement, then in order. Unjudged pairs only, where there are any. Labels are not looked at.
 *
 * @param judged [row] whether it has a label
 */
export function pairsToJudge(
  candidates: readonly JudgeCandidate[],
  classes: number,
  judged: readonly boolean[],
  most: number,
): JudgeList {
  const second = !judged.includes(false);
  const pairs = judged.flatMap((isJudged, row) =>
    isJudged && !second ? [] : [pairAt(candidates, classes, row)],
  );
  pairs.sort(
    (a, b) => Number(isSplit(b)) - Number(isSplit(a)) || b.disagreement - a.disagreement || a.row - b.row,
  );
  return { pairs: pairs.slice(0, most), second };
}

function isSplit({ answers }: PairToJudge): boolean {
  return answers.some((answer) => answer !== answers[0]);
}

function pairAt(candidates: readonly JudgeCandidate[], classes: number, row: number): PairToJudge {
  let sum = 0;
  let pairs = 0;
  for (let a = 0; a < candidates.length; a++) {
    for (let b = a + 1; b < candidates.length; b++) {
      sum += distance(candidates[a].probabilities, candidates[b].probabilities, row * classes, classes);
      pairs++;
    }
  }
  const answers = candidates.map((candidate) => candidate.answers[row]);
  return { row, answers, disagreement: pairs === 0 ? 0 : sum / pairs };
}

/** Total variation: half of the summed differences of two distributions. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>, start: number, classes: number): number {
  let sum = 0;
  for (let at = start; at < start + classes; at++) sum += Math.abs(a[at] - b[at]);
  return sum / 2;
}
