import { chooseRule, type DecideName, decide, ruleCriterion } from '../../evaluation/decision-rule.js';
import { judgedClasses, scoresOfConfusion } from '../../evaluation/metrics.js';
import type { Candidate, Candidates } from './candidate.js';

/** What is known of a single model under its rule. */
interface Single {
  readonly candidate: Candidate;
  /** [fold][true * classes + answered] rows of that fold */
  readonly confusions: readonly Float64Array[];
}

/**
 * The best of single models of one kind, never in hindsight: in each fold answers the model that is best by the rule's
 * criterion on the other folds, as the pool's weights come from the others too. Of many models one looks good by luck;
 * without this it would beat the pool in a third of small tables. On all rows the best of all folds. With one validation
 * fold there are no others, but then rows are many. `foldSizes` are the held rows of each fold.
 */
export function bestSingle(
  singles: readonly Candidate[],
  { judged }: Pick<Candidates, 'judged'>,
  foldSizes: readonly number[],
  decideBy: DecideName,
): Candidate {
  const known = singles.map((candidate) => tallySingle(candidate, judged, foldSizes, decideBy));
  const isJudged = judgedClasses(judged.labels, judged.classes);
  const allFolds = foldSizes.map((_, fold) => fold);
  const best = (folds: readonly number[]): Candidate => {
    const criteria = known.map(({ confusions }) =>
      criterionOn(confusions, folds, { classes: judged.classes, judged: isJudged }, decideBy),
    );
    return known[criteria.indexOf(Math.max(...criteria))].candidate;
  };
  const whole = best(allFolds);
  const chosen = allFolds.map((fold) =>
    allFolds.length === 1 ? whole : best(allFolds.filter((f) => f !== fold)),
  );
  const margins = new Float32Array(whole.margins.length);
  let from = 0;
  chosen.forEach((candidate, fold) => {
    const to = from + foldSizes[fold] * judged.classes;
    margins.set(candidate.margins.subarray(from, to), from);
    from = to;
  });
  return { ...whole, margins, foldEnsembles: () => chosen.map((each, fold) => each.foldEnsembles()[fold]) };
}

function tallySingle(
  candidate: Candidate,
  judged: Candidates['judged'],
  foldSizes: readonly number[],
  decideBy: DecideName,
): Single {
  const { classes, labels } = judged;
  const name = candidate.kind === 'single' ? 'argmax' : decideBy;
  const { rule } = chooseRule(name, { ...judged, margins: candidate.margins });
  const answers = decide(candidate.margins, classes, rule.offsets);
  let row = 0;
  const confusions = foldSizes.map((size) => {
    const confusion = new Float64Array(classes * classes);
    for (const end = row + size; row < end; row++) confusion[labels[row] * classes + answers[row]]++;
    return confusion;
  });
  return { candidate, confusions };
}

function criterionOn(
  confusions: readonly Float64Array[],
  folds: readonly number[],
  { classes, judged }: { readonly classes: number; readonly judged: Uint8Array },
  decideBy: DecideName,
): number {
  const sum = new Float64Array(classes * classes);
  for (const fold of folds) {
    confusions[fold].forEach((rows, cell) => {
      sum[cell] += rows;
    });
  }
  return ruleCriterion(decideBy, scoresOfConfusion(sum, classes, 0, judged));
}
