import { weightedScores } from './bootstrap.js';
import { judgedClasses, type Scores } from './metrics.js';
import { type EvaluationSet, groupStatistics, type Predictor } from './statistics.js';

/** Scores of one predictor on the rows of one slice, e.g. a locale. */
export interface SliceScores extends Scores {
  readonly slice: string;
  readonly rows: number;
}

/** Scores of a predictor per slice, slices in order of name; `sliceOf` names each evaluation row's slice. */
export function scoreSlices(
  set: EvaluationSet,
  predictor: Predictor,
  sliceOf: readonly string[],
): SliceScores[] {
  const weights = new Float64Array(set.groupCount).fill(1);
  return [...new Set(sliceOf)].sort().map((slice) => {
    const only = Uint8Array.from(sliceOf, (name) => (name === slice ? 1 : 0));
    const statistics = groupStatistics(set, predictor, only);
    // a slice is a table of its own: the classes judged are those of its rows
    const judged = judgedClasses(
      set.labels.filter((_, row) => only[row] === 1),
      set.classes,
    );
    return { slice, rows: statistics.rows, ...weightedScores({ ...statistics, judged }, weights) };
  });
}
