// Single models and their mean under a rule of decision, chosen fold by fold on the others.
import { chooseRule, decide } from '../../dist/evaluation/decision-rule.js';
import { evaluate, evaluationSet } from '../../dist/evaluation/evaluate.js';

const SCORES = ['accuracy', 'macroF1', 'weightedF1', 'logLoss'];

/** log p as margins */
function marginsOf(probabilities) {
  return Float32Array.from(probabilities, (value) => Math.log(Math.max(value, 1e-9)));
}

/** Answers of each fold by the rule chosen on the other folds. */
function answersBy(rule, { probabilities, labels, groups, folds, classes }) {
  const answers = new Int16Array(labels.length);
  for (const fold of new Set(folds)) {
    const others = [...labels.keys()].filter((at) => folds[at] !== fold);
    const own = [...labels.keys()].filter((at) => folds[at] === fold);
    const take = (rows) =>
      marginsOf(rows.flatMap((at) => [...probabilities.subarray(at * classes, (at + 1) * classes)]));
    const every = Int32Array.from(others, (_, at) => at);
    const pick = (values, Type) => Type.from(others, (at) => values[at]);
    const set = evaluationSet(classes, pick(labels, Int16Array), pick(groups, Int32Array), every);
    const shares = new Float64Array(classes);
    for (const at of others) shares[labels[at]] += 1 / others.length;
    const { rule: chosen } = chooseRule(rule, { ...set, margins: take(others), shares, seed: 7 });
    const decided = decide(take(own), classes, chosen.offsets);
    own.forEach((at, place) => {
      answers[at] = decided[place];
    });
  }
  return answers;
}

/** Scores with 95% intervals of each model of a matrix, as it answers and under the rule for macro F1. */
export function judgeModels(examples, matrix, protocol) {
  const rows = protocol.evaluationRows;
  const classes = matrix.classes.length;
  const labels = Int16Array.from(rows, (row) => examples.label[row]);
  const groups = Int32Array.from(rows, (row) => examples.group[row]);
  const folds = [...rows].map((row) => protocol.foldOf[row]);
  const every = Int32Array.from(rows, (_, at) => at);
  const set = evaluationSet(classes, labels, groups, every);
  const predictors = matrix.cards.flatMap(({ name }, model) => {
    const probabilities = new Float32Array(rows.length * classes);
    rows.forEach((row, at) => {
      const from = (row * matrix.cards.length + model) * classes;
      probabilities.set(matrix.values.subarray(from, from + classes), at * classes);
    });
    return ['argmax', 'macroF1', 'weightedF1'].map((rule) => ({
      name: `${name}, ${rule}`,
      probabilities,
      covered: null,
      answers: answersBy(rule, { probabilities, labels, groups, folds, classes }),
    }));
  });
  const { evaluations } = evaluate(set, predictors, { replicates: 1000, seed: 7 });
  return predictors.map(({ name }, at) => ({
    name,
    scores: SCORES.map((score) => evaluations[at][score]),
    intervals: SCORES.map((score) => evaluations[at].intervals[score]),
  }));
}
