import { softmaxRows } from '../math/softmax.js';
import { bootstrap } from './bootstrap.js';
import { type Scores, scoresOfConfusion } from './metrics.js';
import {
  confusionMatrix,
  type EvaluationSet,
  type GroupStatistics,
  statisticsOfAnswers,
} from './statistics.js';

/** How an answer is made of margins: what tau is chosen for. */
export const DECIDE_NAMES = ['balanced', 'argmax', 'accuracy', 'macroF1', 'weightedF1'] as const;
export type DecideName = (typeof DECIDE_NAMES)[number];

/**
 * The answer is the class of largest margin + offset, where offset = -tau x log share of the class in the training rows:
 * at tau 0 the likeliest class, at tau 1 the class that gained most on its share. Margins and probabilities stay as they
 * are. Plain data, kept with the model.
 */
export interface DecisionRule {
  readonly name: DecideName;
  readonly tau: number;
  /** [class]; 0 for a class without training rows, which nothing is known of */
  readonly offsets: readonly number[];
}

/** Tau is one of these: 0 to 1.25 by 1/8. */
export const TAUS: readonly number[] = Array.from({ length: 11 }, (_, step) => step / 8);

/** Among taus whose score lies so little below the largest, a rule takes the smallest: it changes fewest answers. */
const TOLERANCE = 0.002;
/** Draws of groups that a standard error is taken over. */
const REPLICATES = 200;

/** What a rule is chosen on: margins of rows that whoever gave them did not see. Arrays are [row]. */
export interface JudgedMargins extends EvaluationSet {
  /** [row][class] */
  readonly margins: ArrayLike<number>;
  /** [class] share of the training rows */
  readonly shares: Float64Array;
  readonly seed: number;
}

/** The scores that the rows' answers get at a tau; log-loss does not depend on it and is that of the margins. */
export interface OperatingPoint extends Scores {
  readonly tau: number;
}

/** A rule, and what was weighed. */
export interface ChosenRule {
  readonly rule: DecisionRule;
  /** [place in TAUS] */
  readonly curve: readonly OperatingPoint[];
  /** the point of the curve that the rule stands for */
  readonly point: OperatingPoint;
  /** the answers at that point, per query */
  readonly statistics: GroupStatistics;
}

/** Answers that `balanced` must not lose much to. */
export interface References {
  readonly answers: readonly GroupStatistics[];
  /** standard errors that a score may lie below theirs */
  readonly errors: number;
}

/** Nobody to lose to. */
export const NO_REFERENCES: References = { answers: [], errors: 0 };

/** The offsets of a tau. */
export function ruleOffsets(tau: number, shares: Float64Array): number[] {
  // 0 - x, so that tau 0 gives 0 and not -0
  return Array.from(shares, (share) => (share > 0 ? 0 - tau * Math.log(share) : 0));
}

/** The rule that answers with the likeliest class. */
export function argmaxRule(classes: number): DecisionRule {
  return { name: 'argmax', tau: 0, offsets: new Array<number>(classes).fill(0) };
}

/**
 * The rule's answers to rows of margins [row][class]; the first of equals. O(rows classes).
 *
 * @example
 * import { decide } from 'esci-select';
 *
 * // the second row answers 1 once the rarer class is helped
 * const margins = Float32Array.of(2, 0, 1, 0.5);
 * [decide(margins, 2, [0, 0]), decide(margins, 2, [0, 1])]; // => [ Int16Array(2) [ 0, 0 ], Int16Array(2) [ 0, 1 ] ]
 */
export function decide(margins: ArrayLike<number>, classes: number, offsets: ArrayLike<number>): Int16Array {
  const answers = new Int16Array(margins.length / classes);
  for (let row = 0, from = 0; row < answers.length; row++, from += classes) {
    let best = 0;
    let most = margins[from] + offsets[0];
    for (let k = 1; k < classes; k++) {
      const shifted = margins[from + k] + offsets[k];
      if (shifted > most) {
        most = shifted;
        best = k;
      }
    }
    answers[row] = best;
  }
  return answers;
}

/**
 * Chooses tau on answers out of fold: the smallest within 0.002 of the largest score, of a metric's name over all taus.
 * `balanced`: of macro F1 over the taus whose accuracy and weighted F1 lie at most one standard error below those at tau 0,
 * and at most so many as `references` says below those of each of them (the best single models), paired, queries drawn. O(taus x (rows classes + replicates x entries)).
 *
 * @example
 * import { chooseRule, evaluationSet } from 'esci-select';
 *
 * // one row a query; a third of them are of class 1, whose margins lean to it less than those of class 0 lean to 0
 * const rows = Int32Array.from({ length: 60 }, (_, row) => row);
 * const labels = Int16Array.from(rows, (row) => (row % 3 === 0 ? 1 : 0));
 * const margins = Float32Array.from([...labels].flatMap((label) => (label === 1 ? [0.6, 0] : [2, 0])));
 * const set = evaluationSet(2, labels, rows, rows);
 * const { rule, point } = chooseRule('macroF1', { ...set, margins, shares: Float64Array.of(2 / 3, 1 / 3), seed: 7 });
 * [rule.tau, point.macroF1]; // => [ 0.875, 1 ]
 */
export function chooseRule(
  name: DecideName,
  judged: JudgedMargins,
  references: References = NO_REFERENCES,
): ChosenRule {
  return chooseOnCurve(name, operatingCurve(judged), references);
}

/** Answers at every tau: what any rule is chosen from. */
export interface OperatingCurve {
  readonly judged: JudgedMargins;
  /** [place in TAUS] */
  readonly curve: readonly OperatingPoint[];
  readonly statistics: readonly GroupStatistics[];
}

/** Scores the answers at every tau. O(taus x rows x classes). */
export function operatingCurve(judged: JudgedMargins): OperatingCurve {
  const probabilities = softmaxRows(judged.margins, judged.classes);
  const answers = TAUS.map((tau) => decide(judged.margins, judged.classes, ruleOffsets(tau, judged.shares)));
  const statistics = statisticsOfAnswers(judged, probabilities, answers);
  const curve = statistics.map((each, at) => ({ tau: TAUS[at], ...scoresOfStatistics(each) }));
  return { judged, curve, statistics };
}

/** Chooses tau as chooseRule does. */
export function chooseOnCurve(
  name: DecideName,
  operating: OperatingCurve,
  references: References = NO_REFERENCES,
): ChosenRule {
  const { judged, curve, statistics } = operating;
  const at = chooseTau(name, { ...operating, references });
  const rule = { name, tau: TAUS[at], offsets: ruleOffsets(TAUS[at], judged.shares) };
  return { rule, curve, point: curve[at], statistics: statistics[at] };
}

/** What a rule wants: of `balanced` and `argmax` the mean of the three scores, else the score of its name. */
export function ruleCriterion(name: DecideName, { accuracy, macroF1, weightedF1 }: Scores): number {
  if (name === 'balanced' || name === 'argmax') return (accuracy + macroF1 + weightedF1) / 3;
  return { accuracy, macroF1, weightedF1 }[name];
}

/** Standard errors of differences b - a, paired: both are scored on the same draws of queries. */
export interface DifferenceErrors {
  readonly criterion: number;
  readonly logLoss: number;
}

/** How well the differences of a rule's criterion and of the log-loss are known. O(replicates x entries). */
export function differenceErrors(
  name: DecideName,
  [a, b]: readonly [GroupStatistics, GroupStatistics],
  seed: number,
): DifferenceErrors {
  const [base, next] = bootstrap([a, b], a.starts.length - 1, { replicates: REPLICATES, seed });
  const at = ({ accuracy, macroF1, weightedF1, logLoss }: typeof base, draw: number): Scores => ({
    accuracy: accuracy[draw],
    macroF1: macroF1[draw],
    weightedF1: weightedF1[draw],
    logLoss: logLoss[draw],
  });
  const errorOf = (value: (scores: Scores) => number) =>
    standardDeviation(base.accuracy.map((_, draw) => value(at(next, draw)) - value(at(base, draw))));
  return {
    criterion: errorOf((scores) => ruleCriterion(name, scores)),
    logLoss: errorOf(({ logLoss }) => logLoss),
  };
}

interface Weighed extends OperatingCurve {
  readonly references: References;
}

function chooseTau(name: DecideName, weighed: Weighed): number {
  const { curve } = weighed;
  if (name === 'argmax') return 0;
  if (name !== 'balanced') {
    const most = Math.max(...curve.map((point) => point[name]));
    return curve.findIndex((point) => point[name] >= most - TOLERANCE);
  }
  const falls = (at: number) => KEPT_SCORES.some((score) => curve[at][score] < curve[0][score]);
  const higher = [...curve.keys()].filter((at) => curve[at].macroF1 > curve[0].macroF1);
  const keeps = keptScores(weighed, higher.filter(falls));
  const allowed = [0, ...higher.filter((at) => !falls(at) || keeps.get(at)!)];
  const most = Math.max(...allowed.map((at) => curve[at].macroF1));
  return allowed.find((at) => curve[at].macroF1 >= most - TOLERANCE)!;
}

/** Scores that `balanced` keeps. */
export const KEPT_SCORES = ['accuracy', 'weightedF1'] as const;
/** How many standard errors they may lie below those at tau 0. */
const MOST_ERRORS = 1;

/** Whether places in TAUS keep the scores: none lies too many standard errors below those it is compared with. */
function keptScores(
  { curve, statistics, judged, references }: Weighed,
  places: readonly number[],
): Map<number, boolean> {
  if (places.length === 0) return new Map();
  const options = { replicates: REPLICATES, seed: judged.seed };
  const drawn = bootstrap(
    [statistics[0], ...references.answers, ...places.map((at) => statistics[at])],
    judged.groupCount,
    options,
  );
  const bars = [statistics[0], ...references.answers].map((each, at) => ({
    scores: scoresOfStatistics(each),
    draws: drawn[at],
    most: at === 0 ? MOST_ERRORS : references.errors,
  }));
  const keeps = (at: number, own: (typeof drawn)[number]) =>
    KEPT_SCORES.every((score) => {
      // what the likeliest class does not reach either is no price of the rule
      if (curve[at][score] >= curve[0][score]) return true;
      return bars.every(({ scores, draws, most }) => {
        const fall = scores[score] - curve[at][score];
        return fall <= 0 || fall <= most * deviationOfDifference(own[score], draws[score]);
      });
    });
  return new Map(places.map((at, place) => [at, keeps(at, drawn[bars.length + place])]));
}

function deviationOfDifference(a: Float64Array, b: Float64Array): number {
  return standardDeviation(a.map((value, draw) => value - b[draw]));
}

/** The scores of what statistics are of. */
export function scoresOfStatistics(statistics: GroupStatistics): Scores {
  const loss = statistics.losses.reduce((sum, each) => sum + each, 0);
  return scoresOfConfusion(confusionMatrix(statistics), statistics.classes, loss, statistics.judged);
}

function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  return Math.sqrt(squares / (values.length - 1));
}
