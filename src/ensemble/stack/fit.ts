import {
  decide as answersAt,
  type ChosenRule,
  chooseOnCurve,
  chooseRule,
  type DecideName,
  differenceErrors,
  KEPT_SCORES,
  NO_REFERENCES,
  operatingCurve,
  type References,
  ruleCriterion,
  scoresOfStatistics,
} from '../../evaluation/decision-rule.js';
import { evaluationSet } from '../../evaluation/evaluate.js';
import { classShares } from '../../evaluation/floor.js';
import type { Scores } from '../../evaluation/metrics.js';
import { type GroupStatistics, groupStatistics } from '../../evaluation/statistics.js';
import { softmaxRows } from '../../math/softmax.js';
import type { TreeEnsemble } from '../tree.js';
import type { Candidate, Candidates } from './candidate.js';
import { takeInnerRows } from './inner.js';
import { poolAndTrees } from './pool-and-trees.js';
import { fitPools, poolCandidate, singleCandidates } from './pool-candidate.js';
import type { EnsembleKind, EnsembleTask } from './task.js';
import { treesCandidate } from './trees-candidate.js';

/** Trees on the pool are weighed up to so many rows, all that a pool is fitted on: beyond, trees alone see more. */
const MOST_ROWS_OF_BOTH = 20_000;
/** The same of rows x columns x classes, which their time grows with: 20,000 rows of 24 models and 4 classes, and a little. */
const MOST_WORK_OF_BOTH = 10_000_000;

/**
 * Standard errors that `balanced` may lose to the best single model: of all models, and of some, which were chosen on the
 * same rows, so that what they reach there is a little too good.
 */
const REFERENCE_ERRORS = { all: 1.5, some: 1 } as const;

/** What a candidate reached on rows it did not see, under its own rule. */
export interface CandidateScore {
  readonly kind: EnsembleKind;
  /** place of the model among the columns, of a single one */
  readonly model: number | null;
  readonly tau: number;
  readonly scores: Scores;
  /** what the rule wants; larger is better */
  readonly criterion: number;
  /** criterion less the first candidate's, and the paired standard error of that, queries drawn */
  readonly ahead: number;
  readonly standardError: number;
  /** log-loss less the first candidate's, and the paired standard error of that */
  readonly moreLoss: number;
  readonly lossError: number;
}

/** A fitted ensemble, its decision rule, and what it was chosen from. */
export interface FittedEnsemble {
  readonly kind: EnsembleKind;
  readonly ensemble: TreeEnsemble;
  /** [validation fold] fitted without that fold */
  readonly foldEnsembles: readonly TreeEnsemble[];
  readonly chosen: ChosenRule;
  /** weight of each model in the pool; null without one */
  readonly weights: Float64Array | null;
  readonly rounds: number;
  readonly curve: Float64Array;
  /** the first is kept unless another is better by one standard error */
  readonly candidates: readonly CandidateScore[];
}

/**
 * Fits one ensemble and its decision rule: candidates out of fold on grouped folds, then the one chosen on all rows. A
 * pure function of its task. With `stack` trees, exactly the boosted trees that crossValidateRounds and fitWithRounds give.
 *
 * @example
 * import { boostingOptions, fitEnsemble, groupedFolds } from 'esci-select';
 *
 * // two rows a query; `sharp` is right in two rows of three, `flat` knows nothing; columns are [model][class]
 * const rows = Int32Array.from({ length: 90 }, (_, row) => row);
 * const labels = Int16Array.from(rows, (row) => row % 2);
 * const groups = Int32Array.from(rows, (row) => row >> 1);
 * const values = Float32Array.from([...rows].flatMap((row) => {
 *   const first = (row % 3 === 0) === (row % 2 === 0) ? 0.3 : 0.7;
 *   return [first, 1 - first, 0.5, 0.5];
 * }));
 * const names = ['sharp 0', 'sharp 1', 'flat 0', 'flat 1'];
 * const { kind, weights, chosen } = fitEnsemble({
 *   features: { rows: 90, columns: 4, names, values },
 *   labels,
 *   groups,
 *   classes: 2,
 *   rows,
 *   foldOf: groupedFolds(groups, 3, 7),
 *   folds: 3,
 *   validationFolds: 3,
 *   options: boostingOptions({ rounds: 10 }),
 *   stack: 'pool',
 *   decide: 'balanced',
 *   threads: 1,
 * });
 * [kind, weights[0] > weights[1], chosen.rule.tau, chosen.point.accuracy.toFixed(3)]; // => [ 'pool', true, 0, '0.667' ]
 */
export function fitEnsemble(task: EnsembleTask): FittedEnsemble {
  return chooseEnsemble(fitCandidates(task), task.decide);
}

/** Fits all that the task's stack allows out of fold. */
export function fitCandidates(task: EnsembleTask): Candidates {
  const inner = takeInnerRows(task);
  const heldRows = Int32Array.from(inner.held, (position) => inner.rows[position]);
  const ofRows = Int16Array.from(task.rows, (row) => task.labels[row]);
  const judged = {
    ...evaluationSet(task.classes, task.labels, task.groups, heldRows),
    shares: classShares(ofRows, task.classes),
    seed: task.options.seed,
  };
  const shared = { judged, singles: [], references: NO_REFERENCES };
  if (task.stack === 'trees') return { ...shared, all: [treesCandidate(task, inner)] };
  const pools = fitPools(inner);
  const pool = poolCandidate(inner, pools, task.features.names);
  if (task.stack === 'pool') return { ...shared, all: [pool] };
  // of more rows the trees alone see all, and learn what is left after a pool; they need not share the time
  const work = task.rows.length * task.features.columns * task.classes;
  const isSmall = task.rows.length <= MOST_ROWS_OF_BOTH && work <= MOST_WORK_OF_BOTH;
  const both = isSmall ? poolAndTrees(task, inner, pools) : null;
  const trees = treesCandidate(task, inner);
  const singles = singleCandidates(inner, task.features.names);
  const rivals =
    task.rivals === undefined
      ? singles
      : rivalCandidates({ ...task, features: task.rivals, rivals: undefined });
  const errors = task.rivals === undefined ? REFERENCE_ERRORS.all : REFERENCE_ERRORS.some;
  const references = { answers: bestAnswers(rivals, judged), errors };
  return { judged, singles, references, all: [pool, ...(both === null ? [] : [both]), trees] };
}

/**
 * The first candidate, unless another is better by the rule's own criterion by more than one standard error (boosted trees
 * alone, which vary most from sample to sample, by two), and an ensemble's probabilities are not worse by one: then the
 * best of those. Single models compete as the best of them by their own answers, and by a rule of their own.
 */
export function chooseEnsemble(
  { all, singles, references, judged }: Candidates,
  decide: DecideName,
): FittedEnsemble {
  const plain = asTheyAnswer(singles, judged);
  const bestPlain = () => bestBy(plain, (scores) => ruleCriterion(decide, scores)).candidate;
  const ownRule = singles.filter(({ kind }) => kind === 'single, own rule');
  const weighed = [
    ...all.map((candidate) => weigh(candidate, judged, decide, references)),
    ...(plain.length === 0 ? [] : [named(weigh(bestPlain(), judged, 'argmax'), decide)]),
    ...(ownRule.length === 0 ? [] : [bestByRule(ownRule, judged, decide, references)]),
  ];
  const [first] = weighed;
  const candidates = weighed.map(({ candidate, rule, criterion }): CandidateScore => {
    const { tau, ...scores } = rule.point;
    const errors = differenceErrors(decide, [first.rule.statistics, rule.statistics], judged.seed);
    return {
      kind: candidate.kind,
      model: candidate.model,
      tau,
      scores,
      criterion,
      ahead: criterion - first.criterion,
      standardError: errors.criterion,
      moreLoss: rule.point.logLoss - first.rule.point.logLoss,
      lossError: errors.logLoss,
    };
  });
  const place = candidates.reduce(
    (best, own, at) => (isBetter(own) && own.ahead > candidates[best].ahead ? at : best),
    0,
  );
  const { candidate, rule } = weighed[place];
  return {
    kind: candidate.kind,
    ensemble: candidate.ensemble(),
    foldEnsembles: candidate.foldEnsembles(),
    chosen: rule,
    weights: candidate.weights,
    rounds: candidate.rounds,
    curve: candidate.curve,
    candidates,
  };
}

function isBetter({ kind, ahead, standardError, moreLoss, lossError }: CandidateScore): boolean {
  const isSingle = kind === 'single' || kind === 'single, own rule';
  return ahead > (kind === 'trees' ? 2 : 1) * standardError && (isSingle || moreLoss <= lossError);
}

interface Weighed {
  readonly candidate: Candidate;
  readonly rule: ChosenRule;
  readonly criterion: number;
}

/** A candidate under a rule. */
function weigh(
  candidate: Candidate,
  judged: Candidates['judged'],
  decide: DecideName,
  references: References = NO_REFERENCES,
): Weighed {
  const rule = chooseRule(decide, { ...judged, margins: candidate.margins }, references);
  return { candidate, rule, criterion: ruleCriterion(decide, rule.point) };
}

/** What the likeliest class reaches, as the rule of another name. */
function named({ candidate, rule }: Weighed, decide: DecideName): Weighed {
  const own = { ...rule, rule: { ...rule.rule, name: decide } };
  return { candidate, rule: own, criterion: ruleCriterion(decide, rule.point) };
}

/** The best of some candidates by the rule; of those that could not win at any tau it is not chosen. */
function bestByRule(
  candidates: readonly Candidate[],
  judged: Candidates['judged'],
  decide: DecideName,
  references: References,
): Weighed {
  const curves = candidates.map((candidate, place) => {
    const operating = operatingCurve({ ...judged, margins: candidate.margins });
    const most = Math.max(...operating.curve.map((point) => ruleCriterion(decide, point)));
    return { candidate, place, operating, most };
  });
  let winner: (Weighed & { readonly place: number }) | null = null;
  for (const { candidate, place, operating, most } of curves.sort((a, b) => b.most - a.most)) {
    if (winner !== null && most < winner.criterion) break;
    const rule = chooseOnCurve(decide, operating, references);
    const criterion = ruleCriterion(decide, rule.point);
    const leads =
      winner === null ||
      criterion > winner.criterion ||
      (criterion === winner.criterion && place < winner.place);
    if (leads) winner = { candidate, place, rule, criterion };
  }
  return winner!;
}

/** A single model's own answers, and what they score. */
interface Plain {
  readonly candidate: Candidate;
  readonly statistics: GroupStatistics;
  readonly scores: Scores;
}

/** The single models that answer for themselves. */
function asTheyAnswer(singles: readonly Candidate[], judged: Candidates['judged']): Plain[] {
  const { classes } = judged;
  const none = new Array<number>(classes).fill(0);
  return singles
    .filter(({ kind }) => kind === 'single')
    .map((candidate) => {
      const answers = answersAt(candidate.margins, classes, none);
      const probabilities = softmaxRows(candidate.margins, classes);
      const statistics = groupStatistics(judged, { name: 'single', probabilities, covered: null, answers });
      return { candidate, statistics, scores: scoresOfStatistics(statistics) };
    });
}

/** The first of those that reach the most. */
function bestBy(plain: readonly Plain[], worth: (scores: Scores) => number): Plain {
  return plain.reduce((a, b) => (worth(b.scores) > worth(a.scores) ? b : a));
}

/** What the best single models by the scores that `balanced` keeps answer. */
function bestAnswers(singles: readonly Candidate[], judged: Candidates['judged']): GroupStatistics[] {
  const plain = asTheyAnswer(singles, judged);
  return KEPT_SCORES.map((name) => bestBy(plain, (scores) => scores[name]).statistics);
}

/** The single models of a task, on the same rows as its ensembles. */
function rivalCandidates(task: EnsembleTask): Candidate[] {
  return singleCandidates(takeInnerRows(task), task.features.names);
}
