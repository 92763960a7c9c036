import type { Examples } from '../../data/examples/examples.js';
import type { Answered } from '../../evaluation/answered.js';
import {
  type ChosenRule,
  chooseRule,
  type DecideName,
  decide,
  ruleOffsets,
} from '../../evaluation/decision-rule.js';
import { evaluationSet } from '../../evaluation/evaluate.js';
import { classShares } from '../../evaluation/floor.js';
import type { Protocol } from '../../evaluation/protocol.js';
import { wholeQueries } from '../../evaluation/whole-queries.js';
import { putRows, takeRows } from '../../math/rows.js';
import type { PredictionMatrix } from '../../predictions/matrix.js';

/** Training rows that a model's rule is chosen on, at most. */
const MOST_ROWS = 20_000;
/** Smallest probability whose logarithm is taken. */
const LEAST = 1e-6;

/** The scores that a single model can be best by. */
const SINGLE_SCORES = ['accuracy', 'macroF1', 'weightedF1'] as const;
type SingleScore = (typeof SINGLE_SCORES)[number];

export interface SinglesInput {
  readonly examples: Examples;
  readonly protocol: Protocol;
  readonly matrix: PredictionMatrix;
  readonly decide: DecideName;
  readonly seed: number;
}

/** A single model that answers by the rule, with the tau that its training rows choose. */
interface RuledSingle extends Answered {
  /** tau and curve, chosen on all training rows */
  readonly chosen: ChosenRule;
}

/** The best single model by a score, chosen on the training rows, in every outer fold anew. */
interface ChosenSingle extends Answered {
  readonly score: SingleScore;
  /** places of the models chosen: on all training rows first, then those that only outer folds chose */
  readonly models: readonly number[];
}

export interface Singles {
  /** by place of the model's card */
  readonly ruled: readonly RuledSingle[];
  readonly best: readonly ChosenSingle[];
}

/** Rules of every single model: small beside the answers. */
export interface SingleRules {
  /** chosen on all training rows, by place of the model's card */
  readonly deployed: readonly ChosenRule[];
  readonly parts: readonly Part[];
}

/**
 * Chooses the rule of every single model on training rows, fold by fold where all is cross-validated. O(models taus rows
 * classes).
 */
export function chooseSingleRules(input: SinglesInput): SingleRules {
  const { protocol, matrix } = input;
  const { shares, ruleOf } = partOf(input, protocol.trainRows);
  const deployed = matrix.cards.map((_, model) => ruleOf(model));
  const parts =
    protocol.mode === 'cross-validated'
      ? Array.from({ length: protocol.folds }, (_, fold) => foldPart(input, fold))
      : [{ shares, at: Int32Array.from(protocol.evaluationRows.keys()), rules: deployed }];
  return { deployed, parts };
}

/**
 * Every single model under the decision's rule, and the best of them by each score as one would have chosen it: on
 * training rows alone. A row on which a model is silent counts with the class shares of the training rows, so that all
 * models are compared on the same rows. O(models rows classes), and the rules where these are not given.
 */
export function ruleSingles(input: SinglesInput, rules = chooseSingleRules(input)): Singles {
  const { deployed, parts } = rules;
  const collect = (modelIn: (part: Part) => number): Answered => collected(input, parts, modelIn);
  return {
    ruled: deployed.map((chosen, model) => ({ chosen, ...collect(() => model) })),
    best: SINGLE_SCORES.map((score) => {
      const first = bestBy(score, deployed);
      const models = [first, ...parts.map(({ rules }) => bestBy(score, rules))];
      return { score, models: [...new Set(models)], ...collect(({ rules }) => bestBy(score, rules)) };
    }),
  };
}

/** Evaluation rows that are judged together, and the rules chosen without them. */
interface Part {
  /** positions among the evaluation rows */
  readonly at: Int32Array;
  /** by place of the model */
  readonly rules: readonly ChosenRule[];
  /** [class] of the training rows */
  readonly shares: Float64Array;
}

function foldPart(input: SinglesInput, fold: number): Part {
  const { protocol, matrix } = input;
  const without = protocol.trainRows.filter((row) => protocol.foldOf[row] !== fold);
  const { shares, ruleOf } = partOf(input, without);
  const at = Int32Array.from(protocol.evaluationRows.keys()).filter(
    (position) => protocol.foldOf[protocol.evaluationRows[position]] === fold,
  );
  return { at, shares, rules: matrix.cards.map((_, model) => ruleOf(model)) };
}

function partOf(input: SinglesInput, train: Int32Array) {
  const { examples, matrix, seed } = input;
  const classes = matrix.classes.length;
  const labels = takeRows(examples.label, 1, train);
  const shares = classShares(labels, classes);
  const positions = wholeQueries(takeRows(examples.group, 1, train), MOST_ROWS, seed);
  const rows = takeRows(train, 1, positions);
  const set = evaluationSet(classes, examples.label, examples.group, rows);
  const ruleOf = (model: number) =>
    chooseRule(input.decide, { ...set, shares, seed, margins: marginsOf(matrix, model, rows, shares) });
  return { shares, ruleOf };
}

function collected(
  { matrix, protocol }: SinglesInput,
  parts: readonly Part[],
  modelIn: (part: Part) => number,
): Answered {
  const classes = matrix.classes.length;
  const rows = protocol.evaluationRows;
  const probabilities = new Float32Array(rows.length * classes);
  const answers = new Int16Array(rows.length);
  for (const part of parts) {
    const model = modelIn(part);
    const margins = marginsOf(matrix, model, takeRows(rows, 1, part.at), part.shares);
    const offsets = ruleOffsets(part.rules[model].rule.tau, part.shares);
    // a loop of our own: map makes an object of every number
    const likely = new Float64Array(margins.length);
    putRows(decide(margins, classes, offsets), 1, part.at, answers);
    for (let at = 0; at < margins.length; at++) likely[at] = Math.exp(margins[at]);
    putRows(likely, classes, part.at, probabilities);
  }
  return { probabilities, answers };
}

/** [row][class] log-probabilities of a model; those of the class shares where it is silent. */
function marginsOf(
  matrix: PredictionMatrix,
  model: number,
  rows: Int32Array,
  shares: Float64Array,
): Float64Array {
  const classes = matrix.classes.length;
  const models = matrix.cards.length;
  const margins = new Float64Array(rows.length * classes);
  for (let at = 0; at < rows.length; at++) {
    const start = (rows[at] * models + model) * classes;
    const silent = Number.isNaN(matrix.values[start]);
    for (let k = 0; k < classes; k++) {
      const probability = silent ? shares[k] : matrix.values[start + k];
      margins[at * classes + k] = Math.log(Math.max(LEAST, probability));
    }
  }
  return margins;
}

/** The first of the models whose answers out of fold reach the most. */
function bestBy(score: SingleScore, rules: readonly ChosenRule[]): number {
  return rules.reduce(
    (best, { point }, model) => (point[score] > rules[best].point[score] ? model : best),
    0,
  );
}
