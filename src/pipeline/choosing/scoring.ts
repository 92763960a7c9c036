import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError } from '../../errors.js';
import { type Answered, answeredPredictor } from '../../evaluation/answered.js';
import { type Difference, type Evaluation, evaluate, evaluationSet } from '../../evaluation/evaluate.js';
import { floorPredictor } from '../../evaluation/floor.js';
import { type ScoreName, type Scores, scoresOfConfusion } from '../../evaluation/metrics.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { type SliceScores, scoreSlices } from '../../evaluation/slices.js';
import {
  confusionMatrix,
  type EvaluationSet,
  groupStatistics,
  type Predictor,
} from '../../evaluation/statistics.js';
import { takeRows } from '../../math/rows.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import { type BestSingle, FULL, PRUNED, type RuledModel } from '../../selection/decision.js';
import { decideNonInferiority, type NonInferiority } from '../../selection/non-inferiority.js';
import type { Singles } from './best-singles.js';

/** Everything measured on the evaluation rows. */
export interface Scored {
  readonly floor: Evaluation;
  /** by position of the model's card */
  readonly models: readonly Evaluation[];
  readonly full: Evaluation;
  readonly pruned: Evaluation;
  /** pruned against full, and full and pruned against each score's best single model */
  readonly differences: readonly Difference[];
  /** the best single model by each score, seen in hindsight */
  readonly best: Readonly<Record<keyof Scores, string>>;
  /** the best single models as one would have chosen them, and what the ensembles gain over each */
  readonly bestSingles: readonly BestSingle[];
  readonly ruled: Readonly<Record<string, RuledModel>>;
  readonly locales: { readonly full: readonly SliceScores[]; readonly pruned: readonly SliceScores[] };
}

export interface ScoringInput {
  readonly examples: Examples;
  readonly protocol: Protocol;
  readonly matrix: PredictionMatrix;
  /** of the evaluation rows */
  readonly full: Answered;
  readonly pruned: Answered;
  /** single models under the decision's rule */
  readonly singles: Singles;
  readonly replicates: number;
  readonly seed: number;
}

/** Scores the constant answer, every single model, the full and the pruned ensemble on the same evaluation rows. */
export function scoreAll(input: ScoringInput): Scored {
  const { examples, protocol, matrix } = input;
  const classes = matrix.classes.length;
  const rows = protocol.evaluationRows;
  const set = evaluationSet(classes, examples.label, examples.group, rows);
  const trainLabels = Int16Array.from(protocol.trainRows, (row) => examples.label[row]);
  const singles = matrix.cards.map((_, model) => modelPredictor(matrix, model, rows));
  const full = answeredPredictor(FULL, input.full);
  const pruned = answeredPredictor(PRUNED, input.pruned);
  const chosen = input.singles.best.map((single) => answeredPredictor(bestSingleBy(single.score), single));
  const predictors = [floorPredictor(trainLabels, classes, rows.length), full, pruned, ...chosen, ...singles];
  const [FLOOR, ALL, KEPT, CHOSEN] = [0, 1, 2, 3];
  const FIRST = CHOSEN + chosen.length;
  const options = { replicates: input.replicates, seed: input.seed };
  const fromSingles = [...chosen, ...singles].flatMap((_, at) => [
    [CHOSEN + at, ALL] as const,
    [CHOSEN + at, KEPT] as const,
  ]);
  const pairs = [[ALL, KEPT] as const, ...fromSingles];
  const { evaluations, differences } = evaluate(set, predictors, { ...options, pairs });
  const models = evaluations.slice(FIRST);
  const locales = Array.from(rows, (row) => examples.locale[row]);
  return {
    floor: evaluations[FLOOR],
    models,
    full: evaluations[ALL],
    pruned: evaluations[KEPT],
    differences: [differences[0], ...differences.slice(1 + 2 * chosen.length)],
    best: bestOf(matrix, models),
    bestSingles: input.singles.best.map((single, at) => ({
      score: single.score,
      models: single.models.map((model) => matrix.cards[model].name),
      tau: input.singles.ruled[single.models[0]].chosen.rule.tau,
      evaluation: evaluations[CHOSEN + at],
      curve: input.singles.ruled[single.models[0]].chosen.curve,
      differences: differences.slice(1 + 2 * at, 3 + 2 * at),
    })),
    ruled: ruledModels(matrix, set, input.singles),
    locales: { full: scoreSlices(set, full, locales), pruned: scoreSlices(set, pruned, locales) },
  };
}

/** Whether pruning loses more of the metric than a margin; null without one. */
export function pruningWithin(
  margin: number | undefined,
  metric: ScoreName,
  { differences }: Scored,
): NonInferiority | null {
  if (margin === undefined) return null;
  const pruning = differences.find(({ from, to }) => from === FULL && to === PRUNED)!;
  return decideNonInferiority(pruning, metric, margin);
}

/** What a best single model chosen on training folds is called among the predictors. */
function bestSingleBy(score: ScoreName): string {
  return `best single model by ${score}`;
}

/** Scores of the single models under the decision's rule, by name. */
function ruledModels(
  matrix: PredictionMatrix,
  set: EvaluationSet,
  { ruled }: Singles,
): Record<string, RuledModel> {
  const byName: Record<string, RuledModel> = Object.create(null);
  ruled.forEach((single, model) => {
    const { name } = matrix.cards[model];
    const statistics = groupStatistics(set, answeredPredictor(name, single));
    const { accuracy, macroF1, weightedF1 } = scoresOfConfusion(
      confusionMatrix(statistics),
      set.classes,
      0,
      statistics.judged,
    );
    byName[name] = { tau: single.chosen.rule.tau, accuracy, macroF1, weightedF1 };
  });
  return byName;
}

/** A model of the matrix as a predictor of the rows given. */
export function modelPredictor(matrix: PredictionMatrix, model: number, rows: Int32Array): Predictor {
  const models = matrix.cards.length;
  const classes = matrix.classes.length;
  const cells = rows.map((row) => row * models + model);
  const silent = matrix.missing === null ? null : takeRows(matrix.missing, 1, cells);
  return {
    name: matrix.cards[model].name,
    probabilities: takeRows(matrix.values, classes, cells),
    covered: silent?.includes(1) ? silent.map((missing) => 1 - missing) : null,
  };
}

/**
 * The best single model by each score (lowest log-loss), ties by name. A model that leaves out rows which others answer was
 * judged on easier ground, perhaps: only those that answer the most rows are compared.
 *
 * @throws EsciSelectError('data') when no model has a prediction for any evaluation row
 */
function bestOf(matrix: PredictionMatrix, models: readonly Evaluation[]): Record<keyof Scores, string> {
  const most = Math.max(0, ...models.map(({ rows }) => rows));
  const scored = [...models.keys()].filter((model) => models[model].rows > 0 && models[model].rows === most);
  if (scored.length === 0) {
    throw new EsciSelectError('data', 'no model has a prediction for any evaluation row', {
      hint: 'import predictions for the rows of the test split, or use --evaluation cross-validate',
    });
  }
  const best = (value: (evaluation: Evaluation) => number) => {
    return matrix.cards[scored.reduce((a, b) => (value(models[b]) > value(models[a]) ? b : a))].name;
  };
  return {
    accuracy: best(({ accuracy }) => accuracy),
    macroF1: best(({ macroF1 }) => macroF1),
    weightedF1: best(({ weightedF1 }) => weightedF1),
    logLoss: best(({ logLoss }) => -logLoss),
  };
}
