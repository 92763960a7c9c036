import type { Examples } from '../../data/examples/examples.js';
import { EsciSelectError } from '../../errors.js';
import { type Difference, type Evaluation, evaluate, evaluationSet } from '../../evaluation/evaluate.js';
import { floorPredictor } from '../../evaluation/floor.js';
import type { Scores } from '../../evaluation/metrics.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { type SliceScores, scoreSlices } from '../../evaluation/slices.js';
import type { Predictor } from '../../evaluation/statistics.js';
import { takeRows } from '../../math/rows.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';
import { FULL, PRUNED } from '../../selection/decision.js';

/** Everything measured on the evaluation rows. */
export interface Scored {
  readonly floor: Evaluation;
  /** by position of the model's card */
  readonly models: readonly Evaluation[];
  readonly full: Evaluation;
  readonly pruned: Evaluation;
  /** pruned against full, and full and pruned against each score's best single model */
  readonly differences: readonly Difference[];
  /** the best single model by each score */
  readonly best: Readonly<Record<keyof Scores, string>>;
  readonly locales: { readonly full: readonly SliceScores[]; readonly pruned: readonly SliceScores[] };
}

export interface ScoringInput {
  readonly examples: Examples;
  readonly protocol: Protocol;
  readonly matrix: PredictionMatrix;
  /** [evaluation row][class] */
  readonly full: Float32Array;
  readonly pruned: Float32Array;
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
  const full: Predictor = { name: FULL, probabilities: input.full, covered: null };
  const pruned: Predictor = { name: PRUNED, probabilities: input.pruned, covered: null };
  const predictors = [floorPredictor(trainLabels, classes, rows.length), full, pruned, ...singles];
  const [FLOOR, ALL, KEPT, FIRST] = [0, 1, 2, 3];
  const options = { replicates: input.replicates, seed: input.seed };
  const pairs = [
    [ALL, KEPT] as const,
    ...singles.flatMap((_, model) => [[FIRST + model, ALL] as const, [FIRST + model, KEPT] as const]),
  ];
  const { evaluations, differences } = evaluate(set, predictors, { ...options, pairs });
  const models = evaluations.slice(FIRST);
  const locales = Array.from(rows, (row) => examples.locale[row]);
  return {
    floor: evaluations[FLOOR],
    models,
    full: evaluations[ALL],
    pruned: evaluations[KEPT],
    differences,
    best: bestOf(matrix, models),
    locales: { full: scoreSlices(set, full, locales), pruned: scoreSlices(set, pruned, locales) },
  };
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
 * The best single model by each score (lowest log-loss), ties by name. Models without a scored row are passed over.
 *
 * @throws EsciSelectError('data') when no model has a prediction for any evaluation row
 */
function bestOf(matrix: PredictionMatrix, models: readonly Evaluation[]): Record<keyof Scores, string> {
  const scored = [...models.keys()].filter((model) => models[model].rows > 0);
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
